"""Environments of a few files with RECORDs, and the nouns that stand for them."""

import base64
import hashlib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from driftguard.cache import NO_CACHE, Cache
from driftguard.environment import distributions, integrity
from driftguard.integrity import Integrity, Verified
from driftguard.model import Environment
from tests.builders import interpreter
from tests.environment.builders import tree


def digest(data: bytes, algorithm: str = "sha256") -> str:
    """Return a digest as RECORD writes it."""
    hashed = base64.urlsafe_b64encode(hashlib.new(algorithm, data).digest()).rstrip(b"=").decode()
    return f"{algorithm}={hashed}"


class Folder:
    """An environment in a folder."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.site = tree(root / "lib" / "python3.11" / "site-packages", {})
        tree(root / "bin", {"python": ""})

    def install(
        self,
        spec: str,
        files: Mapping[str, bytes] | None = None,
        *,
        rows: str = "",
        installer: str = "uv",
        **more: str,
    ) -> Path:
        """Install `files` (relative to site-packages), with a RECORD of them and of `rows`; return its path."""
        name, _, version = spec.partition("==")
        info = f"{name.replace('-', '_')}-{version}.dist-info"
        metadata = f"Metadata-Version: 2.1\nName: {name}\nVersion: {version}\n".encode()
        content = {
            **({f"{name}.py": b"X = 1\n"} if files is None else files),
            f"{info}/METADATA": metadata,
            f"{info}/WHEEL": b"Wheel-Version: 1.0\nTag: py3-none-any\n",
            **({f"{info}/INSTALLER": installer.encode()} if installer else {}),
        }
        tree(self.site, content)
        recorded = "".join(f"{path},{digest(data)},{len(data)}\n" for path, data in content.items())
        record = self.site / info / "RECORD"
        record.write_text(f"{recorded}{rows}{info}/RECORD,,\n", encoding="utf-8")
        return record

    def environment(self, **more: Any) -> Environment:
        """Return what reading the environment would yield."""
        python = interpreter()._replace(
            executable=self.root / "bin" / "python",
            prefix=self.root,
            site_packages=(self.site,),
            inherited_site_packages=more.pop("inherited_site_packages", ()),
        )
        found = distributions.read([self.site])
        inherited = distributions.read(python.inherited_site_packages).installed
        return Environment(
            root=self.root, interpreter=python, installed=found.installed, inherited=inherited, **more
        )

    def read(self, cache: Cache = NO_CACHE, **environ: str) -> Integrity:
        """Read its integrity."""
        return integrity.read(self.environment(), environ, cache)

    def told(self, name: str = "six", cache: Cache = NO_CACHE) -> Verified:
        """Return what was found of one distribution."""
        return next(one for one in self.read(cache).verified if one.installed.name == name)
