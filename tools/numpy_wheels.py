"""Write driftguard/data/numpy_wheels.toml: `python tools/numpy_wheels.py PYTHON…`.

Which NumPy has wheels for which CPython is asked of pip, which knows the index from its configuration.
Sizes and API versions are asked of one NumPy of each minor version, installed for a moment for one of the
PYTHONs.
"""

import json
import re
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

FILE = Path(__file__).parents[1] / "driftguard" / "data" / "numpy_wheels.toml"
MINORS = tuple(f"3.{minor}" for minor in range(8, 16))
PLATFORMS = (
    "manylinux_2_28_x86_64",
    "manylinux_2_27_x86_64",
    "manylinux_2_17_x86_64",
    "manylinux2014_x86_64",
)
OLDER = ("manylinux2010_x86_64", "manylinux1_x86_64")
TYPES = ("ndarray", "dtype", "ufunc", "broadcast", "flatiter", "generic")
ASK = f"""
import json, os, re, numpy
where = os.path.join(numpy.get_include(), "numpy", "_numpyconfig.h")
api = int(re.search(r"NPY_API_VERSION\\s+0x([0-9A-Fa-f]+)", open(where).read())[1], 16)
print(json.dumps(dict(((name, getattr(numpy, name).__basicsize__) for name in {TYPES!r}), api=api)))
"""


def main(*pythons: str) -> int:
    """Ask for each minor version of CPython, then each NumPy, and write the file."""
    wheels = {minor: newest_of_each(released(pythons[0], minor)) for minor in MINORS}
    wheels = {minor: versions for minor, versions in wheels.items() if versions}
    said: dict[str, dict[str, int]] = {}
    for python in pythons:
        for version in wheels.get(".".join(run(python, "-V").split()[-1].split(".")[:2]), ()):
            minor = ".".join(version.split(".")[:2])
            said[minor] = said.get(minor) or asked(python, version)
    FILE.write_text(
        text(wheels, dict(sorted(said.items(), key=lambda one: numbers(one[0])))), encoding="utf-8"
    )
    return 0


def run(*words: str) -> str:
    """Return what a program writes, to either stream."""
    done = subprocess.run(words, capture_output=True, text=True, check=False)
    return done.stdout + done.stderr


def released(python: str, minor: str) -> list[str]:
    """Return the releases with a wheel for CPython `minor`: pip lists them when asked for what is none."""
    options = [
        "--dry-run",
        "--ignore-installed",
        "--no-deps",
        "--only-binary",
        ":all:",
        "--target",
        "nowhere",
    ]
    options += ["--python-version", minor]
    options += [word for platform in (*PLATFORMS, *OLDER) for word in ("--platform", platform)]
    said = run(python, "-m", "pip", "install", *options, "numpy==0")
    listed = re.search(r"\(from versions: ([^)]*)\)", said)
    return (
        [version for version in listed[1].split(", ") if re.fullmatch(r"[0-9.]+", version)] if listed else []
    )


def newest_of_each(versions: Sequence[str]) -> list[str]:
    """Return the newest version of each minor, ascending."""
    newest: dict[tuple[int, ...], str] = {}
    for version in sorted(versions, key=numbers):
        newest[numbers(version)[:2]] = version
    return list(newest.values())


def numbers(version: str) -> tuple[int, ...]:
    """Return a release for comparison."""
    return tuple(int(part) for part in version.split("."))


def asked(python: str, version: str) -> dict[str, int]:
    """Return what a NumPy says of itself."""
    with tempfile.TemporaryDirectory() as folder:
        options = ["--quiet", "--no-deps", "--only-binary", ":all:", "--target", folder]
        run(python, "-m", "pip", "install", *options, f"numpy=={version}")
        program = f"import sys; sys.path.insert(0, {folder!r})\n{ASK}"
        answer: dict[str, int] = json.loads(run(python, "-I", "-W", "ignore", "-c", program))
        return answer


def text(wheels: dict[str, list[str]], said: dict[str, dict[str, int]]) -> str:
    """Return the file."""
    lines = [
        "# Written by tools/numpy_wheels.py.",
        "",
        "[provenance]",
        'wheels = "what pip finds on the index for manylinux x86-64; the newest release of each minor"',
        'c_api = "NPY_API_VERSION in the headers of each NumPy"',
        'sizes = "tp_basicsize (`numpy.ndarray.__basicsize__`) in each NumPy, run; only where it changes"',
        f"checked = {datetime.now(tz=UTC).date()}",
        "",
        "[wheels]",
        *(f'"{python}" = {json.dumps(versions)}' for python, versions in wheels.items()),
        "",
        "[c_api]",
        *(f'"{minor}" = {answer["api"]:#x}' for minor, answer in said.items()),
    ]
    for name in TYPES:
        lines += ["", f"[sizes.{name}]"]
        last = 0
        for minor, answer in said.items():
            if answer[name] != last:
                last = answer[name]
                lines.append(f'"{minor}" = {last}')
    return "\n".join(lines) + "\n"


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
