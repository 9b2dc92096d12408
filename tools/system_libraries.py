"""Write driftguard/data/system_libraries.toml: `python tools/system_libraries.py [PACKAGE…]`, on Debian.

Each package (those of the file, and PACKAGE) is fetched by apt-get and not installed; the names under
which the loader looks for its libraries are those that lie in the folders of the system.
"""

import re
import shutil
import subprocess
import sys
import tempfile
from datetime import UTC, datetime
from pathlib import Path

import tomli

FILE = Path(__file__).parents[1] / "driftguard" / "data" / "system_libraries.toml"
LIBRARY = re.compile(r"\./(?:usr/)?lib/(?:x86_64-linux-gnu/)?(lib[\w+.-]+?\.so(?:\.\d+)?)(?: -> \S+)?$")


def main(*packages: str) -> int:
    """Ask for all packages and write the file."""
    known = tomli.loads(FILE.read_text(encoding="utf-8"))["debian"].values() if FILE.exists() else ()
    found: dict[str, str] = {}
    with tempfile.TemporaryDirectory() as folder:
        names = sorted({*known, *packages})
        subprocess.run([program("apt-get"), "download", *names], cwd=folder, check=True, capture_output=True)
        for archive in sorted(Path(folder).glob("*.deb")):
            package = archive.name.partition("_")[0]
            found |= dict.fromkeys(libraries(archive), package)
    system = re.search(r'PRETTY_NAME="([^"]*)"', Path("/etc/os-release").read_text(encoding="utf-8"))
    lines = [
        "# Written by tools/system_libraries.py: which package of Debian has a library of the system.",
        "",
        "[provenance]",
        f'debian = "the packages themselves, {system[1] if system else "unknown"}"',
        f"checked = {datetime.now(tz=UTC).date()}",
        "",
        "[debian]",
        *(f'"{library}" = "{package}"' for library, package in sorted(found.items())),
    ]
    FILE.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return 0


def program(name: str) -> str:
    """Return the path of a program."""
    return shutil.which(name) or name


def libraries(archive: Path) -> list[str]:
    """Return the names of the libraries of a package."""
    command = [program("dpkg-deb"), "--contents", str(archive)]
    listed = subprocess.run(command, check=True, capture_output=True, text=True).stdout.splitlines()
    return [match[1] for line in listed if (match := LIBRARY.search(line.split(maxsplit=5)[-1]))]


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
