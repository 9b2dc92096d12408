"""Hold driftguard/data/abi_pairs.toml against the package index: `python -m tools.abi_pairs PYTHON [NAME…]`.

Of each project under `numpy2` the wheels on both sides of the bound are read, for the CPython that PYTHON
is: the one before has to be built for NumPy 1, the first for NumPy 2. Where that is not so, the bound is
searched for. Of the other pairs it is asked whether the versions in them were released. What was found is
printed, a line each; the file is for people to change. pip knows the index from its configuration.
"""

import re
import sys
import tempfile
import zipfile
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

import tomli

from driftguard.abi import constraints
from driftguard.binary import Binaries, Image, NativeHost
from driftguard.environment.native import image
from driftguard.versions import contains, release
from tools.numpy_wheels import run

FILE = Path(__file__).parents[1] / "driftguard" / "data" / "abi_pairs.toml"
ONLY_WHEELS = ("--only-binary", ":all:")


def main(python: str, *names: str) -> int:
    """Check all entries, or those about `names`; return 1 if any is wrong."""
    table = tomli.loads(FILE.read_text(encoding="utf-8"))
    wrong = 0
    for name, row in {**table["numpy2"], **table["numpy2-silent"]}.items():
        if not names or name in names:
            found = first_for_numpy_2(python, name, row.get("first", ""))
            good = found == row.get("first", "")
            wrong += not good
            print(f"{'ok' if good else 'wrong'} {name}: first {row.get('first')}, read {found or 'none'}")
    for row in table["pair"]:
        if not names or not row["breaks"].keys().isdisjoint(names):
            faults = list(not_released(python, row["breaks"], row["mend"]))
            wrong += bool(faults)
            print(f"{'wrong' if faults else 'ok'} {row['id']}: {'; '.join(faults) or 'released'}")
    return 1 if wrong else 0


def not_released(python: str, breaks: Mapping[str, str], mend: str) -> Iterator[str]:
    """Return which bounds name nothing that was released, and whether no release mends."""
    mended = re.split(r"[<>=]", mend)[0]
    for name, specifier in breaks.items():
        versions = released(python, name)
        for bound in re.findall(r"\d[\d.]*\d|\d+", specifier):
            wanted = release(bound)
            if not any(release(one)[: len(wanted)] == wanted for one in versions):
                yield f"{name} {bound} was never released"
        if name == mended and not any(contains(mend.removeprefix(name), one) for one in versions):
            yield f"no release is {mend}"


def released(python: str, name: str, *options: str) -> list[str]:
    """Return the final releases, ascending: pip lists them when it is asked for what is none."""
    said = run(python, "-m", "pip", "download", "--no-deps", "--dest", "nowhere", *options, f"{name}==9999!1")
    listed = re.search(r"\(from versions: ([^)]*)\)", said)
    final = (
        [one for one in listed[1].split(", ") if re.fullmatch(r"[0-9.]+(post\d+)?", one)] if listed else []
    )
    return sorted(final, key=release)


def first_for_numpy_2(python: str, name: str, expected: str) -> str:
    """Return the first release whose wheel runs on NumPy 2: read around what is expected, else by halves."""
    versions = released(python, name, *ONLY_WHEELS)
    if expected in versions:
        at = versions.index(expected)
        if runs_on_2(python, name, expected) and (not at or not runs_on_2(python, name, versions[at - 1])):
            return expected
    low, high = 0, len(versions)
    while low < high:
        middle = (low + high) // 2
        if runs_on_2(python, name, versions[middle]):
            high = middle
        else:
            low = middle + 1
    return versions[low] if low < len(versions) else ""


def runs_on_2(python: str, name: str, version: str) -> bool:
    """Say whether the wheel of a release was built for NumPy 2, or does not use NumPy's C API at all."""
    with tempfile.TemporaryDirectory() as folder:
        options = ("--quiet", "--no-deps", "--dest", folder, *ONLY_WHEELS)
        run(python, "-m", "pip", "download", *options, f"{name}=={version}")
        images = tuple(_images(name, sorted(Path(folder).glob("*.whl"))))
    asked = constraints(_alone(images))
    return not any(one.cap or one.suspect for one in asked)


def _images(name: str, wheels: Sequence[Path]) -> Iterator[Image]:
    for wheel in wheels:
        target = wheel.with_suffix("")
        with zipfile.ZipFile(wheel) as archive:
            archive.extractall(target, [one for one in archive.namelist() if ".so" in one])
        for path in sorted(target.rglob("*.so*")):
            module = path.name.partition(".")[0] if path.suffix == ".so" else ""
            yield image.read(str(path), distribution=name, module=module, tag="", exports=None)


def _alone(images: tuple[Image, ...]) -> Binaries:
    """Return the files without surroundings: of another machine they would not be judged."""
    machine = next((one.machine for one in images if one.machine), "")
    host = NativeHost(machine=machine, glibc="", glibcxx="", cxxabi="", cpu=frozenset())
    return Binaries(images, None, {}, (), (), free_threaded=False, host=host)


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
