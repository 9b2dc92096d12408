"""Make tiny real wheels, so that real installers can work without a network."""

import base64
import hashlib
import zipfile
from collections.abc import Iterable, Mapping
from pathlib import Path
from types import MappingProxyType


def make_wheel(
    folder: Path,
    spec: str,
    *,
    requires: Iterable[str] = (),
    extras: Iterable[str] = (),
    requires_python: str = "",
    tag: str = "py3-none-any",
    files: Mapping[str, bytes] = MappingProxyType({}),
    record: str = "",
) -> Path:
    """Write the wheel of `name==version` with one module and `files` into `folder` and return its path.

    `record` are further rows of its RECORD.
    """
    name, _, version = spec.partition("==")
    stem = name.replace("-", "_")
    info = f"{stem}-{version}.dist-info"
    metadata = [f"Metadata-Version: 2.1\nName: {name}\nVersion: {version}"]
    metadata += [f"Requires-Dist: {line}" for line in requires]
    metadata += [f"Provides-Extra: {extra}" for extra in extras]
    metadata += [f"Requires-Python: {requires_python}"] if requires_python else []
    wheel = f"Wheel-Version: 1.0\nGenerator: tests\nRoot-Is-Purelib: true\nTag: {tag}\n"
    content = {
        f"{stem}.py": f"__version__ = {version!r}\n".encode(),
        f"{info}/METADATA": ("\n".join(metadata) + "\n").encode(),
        f"{info}/WHEEL": wheel.encode(),
        **files,
    }
    rows = "".join(f"{path},{_digest(data)},{len(data)}\n" for path, data in content.items())
    content[f"{info}/RECORD"] = f"{rows}{record}{info}/RECORD,,\n".encode()
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"{stem}-{version}-{tag}.whl"
    with zipfile.ZipFile(path, "w") as archive:
        for file, data in content.items():
            archive.writestr(zipfile.ZipInfo(file, (2026, 1, 1, 0, 0, 0)), data)
    return path


def _digest(data: bytes) -> str:
    digest = base64.urlsafe_b64encode(hashlib.sha256(data).digest()).rstrip(b"=").decode()
    return f"sha256={digest}"
