"""Build deploy/Dockerfile with buildah, without a registry or an engine, and let the image do a night.

    scripts/prove image

The base is made of Debian's packages (a small Debian 12, whose Python is 3.11) and bears the name of the one in the
Dockerfile. Needs root, buildah and debootstrap, 3 GB below the folder for temporary files, Debian's mirror and the index;
exit 3 where one of these is missing, 1 when a row does not hold.
"""

import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

from tests.checkout import copy_checkout

BASE = "python:3.11-slim"
PACKAGES = "ca-certificates,netbase,tzdata,python3"
"""What the real base has beside Debian's least: the same, but for a Python of its own."""
PROGRAMS = ("buildah", "debootstrap")
CERTIFICATES = Path("/etc/ssl/certs/ca-certificates.crt")


class Done(NamedTuple):
    """A finished command: exit code, and what it said to either."""

    code: int
    said: str


class Workshop(NamedTuple):
    """A folder in which images are made, out of the way of those of the machine."""

    folder: Path

    def run(self, *command: str, cwd: Path | None = None) -> Done:
        """Run a command."""
        done = subprocess.run(
            command,
            cwd=cwd or self.folder,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            check=False,
        )
        return Done(done.returncode, done.stdout)

    def buildah(self, *words: str, cwd: Path | None = None) -> Done:
        """Run buildah, with plain folders for layers, since overlays cannot lie in every file system."""
        places = ["--root", str(self.folder / "layers"), "--runroot", str(self.folder / "run")]
        return self.run("buildah", *places, "--storage-driver", "vfs", *words, cwd=cwd)

    def base(self) -> Done:
        """Make the base, with the certificates that this machine trusts."""
        root = self.folder / "base"
        done = self.run("debootstrap", "--variant=minbase", f"--include={PACKAGES}", "bookworm", str(root))
        if done.code:
            return done
        if CERTIFICATES.exists():
            shutil.copy(CERTIFICATES, root / CERTIFICATES.relative_to("/"))
        (self.folder / "Base").write_text(f"FROM scratch\nCOPY base/ /\nENV SSL_CERT_FILE={CERTIFICATES}\n")
        return self.buildah("bud", "--file", "Base", "--tag", BASE, str(self.folder))

    def build(self) -> Done:
        """Build the Dockerfile itself, both stages."""
        words = ["--ignorefile", "deploy/Dockerfile.dockerignore", "--file", "deploy/Dockerfile"]
        context = copy_checkout(self.folder / "context")
        return self.buildah("bud", "--isolation", "chroot", *words, "--tag", "hawks", ".", cwd=context)

    def night(self, after: str) -> Done:
        """Run what the image runs in a new container, after a line of shell that root has run in it."""
        config = json.loads(self.buildah("inspect", "--type", "image", "hawks").said)["OCIv1"]["config"]
        (container,) = self.buildah("from", "hawks").said.split()
        run = ["run", "--isolation", "chroot"]
        done = self.buildah(*run, "--user", "root", container, "--", "sh", "-c", after)
        if done.code == 0:
            done = self.buildah(*run, container, "--", *config["Entrypoint"], *config["Cmd"])
        self.buildah("rm", container)
        return done


def rows(workshop: Workshop) -> list[tuple[str, Callable[[], Done], int, str]]:
    """Return the rows: what is done, how, the exit code that is due, and what has to be said."""
    metadata = "/opt/hawks/environment/lib/python3.11/site-packages/numpy-*.dist-info"
    compiled = "ls /opt/hawks/environment/lib/python3.11/site-packages/pandas/__pycache__/*.pyc"
    return [
        ("a base from Debian's packages", workshop.base, 0, BASE),
        ("the Dockerfile, built", workshop.build, 0, "driftguard preflight: pass"),
        ("a night, of compiled modules", lambda: workshop.night(after=compiled), 0, "9 of 9 stages done"),
        ("no night without numpy", lambda: workshop.night(after=f"rm -r {metadata}"), 1, "DG101"),
    ]


def main() -> int:
    """Print a line for each row, and what was said where one does not hold."""
    missing = [name for name in PROGRAMS if not shutil.which(name)]
    if missing or os.geteuid():
        print(
            f"needs root and {' and '.join(PROGRAMS)}: apt-get install {' '.join(PROGRAMS)}", file=sys.stderr
        )
        return 3
    with tempfile.TemporaryDirectory() as folder:
        for name, act, code, says in rows(Workshop(Path(folder))):
            begun = time.monotonic()
            done = act()
            holds = done.code == code and says in done.said
            print(f"{name:<34} exit code {done.code} {time.monotonic() - begun:5.0f} s", flush=True)
            if not holds:
                print(f"{done.said}\n<-- not exit code {code} and {says!r}")
                return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
