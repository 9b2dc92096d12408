"""Write the locks of tests/locks/clauses anew, each by the real uv from the manifest beside it.

`python -m tools.clause_locks [--into FOLDER] [NAME…]`. The indexes, the repository and the archives are made
here, the same on every machine, and served under `index.example` and other names by a server on the loopback.
Locks of older revisions are written by the uv of their time, which is fetched from the machine's own index.
"""

import argparse
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

from tests.package_index import make_sdist, package_index, uploaded
from tests.projects import AMBIENT, find_uv
from tests.wheels import make_wheel

CLAUSES = Path(__file__).parents[1] / "tests" / "locks" / "clauses"
OLDER = {
    "distribution-era": "0.2.34",
    "revision-none": "0.5.31",
    "revision-none-conflicts": "0.5.31",
    "revision-1": "0.6.14",
    "revision-2": "0.7.22",
    "revision-3": "0.9.30",
    "revision-3-default-groups": "0.9.30",
    "revision-3-conflicts": "0.9.30",
    "revision-4": "0.12.21",
}
"""The uv that writes a lock, where it is not the one of the development environment."""
EDITED = {
    "revision-4": ("revision = 3\n", "revision = 4\n"),
    "revision-newer": ("revision = 5\n", "revision = 99\n"),
    "version-newer": ("version = 1\n", "version = 2\n"),
}
"""What is changed by hand, since no released uv writes it: 0.12.21 wrote revision 3, 0.12.22 wrote 5."""
Spec = tuple[str, str, list[str]]
"""Host, version and requirements of a distribution."""
WHEELS: tuple[Spec, ...] = (
    ("index", "alder==1.0", []),
    ("index", "alder==2.0", ["birch"]),
    ("index", "birch==1.0", []),
    ("index", "cedar==1.0", []),
    ("index", "dogwood==1.0", ["elm; sys_platform == 'win32'", "fir; extra == 'fast'"]),
    ("index", "elm==1.0", []),
    ("index", "fir==1.0", []),
    (
        "index",
        "ginkgo==1.0",
        ["dogwood[fast]; extra == 'all'", "ginkgo[lean]; extra == 'all'", "elm; extra == 'lean'"],
    ),
    ("index", "hazel==1.0", []),
    ("index", "hazel==2.0a1", []),
    ("index", "larch==1.0", ["elm"]),
    ("index", "larch==2.0", ["fir"]),
    ("index", "maple==1.0", ["alder<2"]),
    ("index", "nutmeg==1.0", ["alder>=2"]),
    ("index", "oak==1.0", ["pine"]),
    ("index", "pine==1.0", ["oak", "birch; python_version < '3.12'"]),
    ("index", "quince==1.0", []),
    ("index", "walnut==1.0", ["alder"]),
    ("second", "larch==1.0+cpu", []),
    ("second", "larch==2.0+gpu", ["fir"]),
    ("second", "quince==1.0", []),
    ("third", "larch==1.0+gpu", ["quince"]),
    ("third", "quince==1.0", []),
)
SDISTS: tuple[Spec, ...] = (("index", "cedar==1.0", []), ("index", "iroko==1.0", ["birch"]))
TAGS = ("manylinux_2_17_x86_64", "macosx_11_0_arm64", "win_amd64")
AFTER = datetime(2026, 2, 1, tzinfo=UTC)
REPOSITORY = "https://git.index.example/trees.git"
EXTRAS = {"dogwood": ["fast"], "ginkgo": ["all", "lean"]}


def main(names: Sequence[str], into: Path) -> None:
    """Write the locks of the clauses `names`, or of all, into `into`."""
    folders = sorted(path for path in CLAUSES.iterdir() if path.is_dir())
    with tempfile.TemporaryDirectory() as scratch, _surroundings(Path(scratch)) as variables:
        for folder in folders:
            if not names or folder.name in names:
                _write(folder, into / folder.name, Path(scratch), variables)


def _write(clause: Path, target: Path, scratch: Path, variables: Mapping[str, str]) -> None:
    work = scratch / "work" / clause.name
    shutil.copytree(clause, work, ignore=shutil.ignore_patterns("*.lock"))
    make_wheel(work / "archives", "spruce==1.0", requires=["birch"])
    make_sdist(work / "archives", "tupelo==1.0", requires=["birch"])
    script = ("--script", "script.py") if (work / "script.py").exists() else ()
    program = _older_uv(OLDER[clause.name], scratch) if clause.name in OLDER else find_uv()
    _run([program, "lock", *script], work, variables)
    lock = work / ("script.py.lock" if script else "uv.lock")
    text = lock.read_text(encoding="utf-8")
    if clause.name in EDITED:
        old, new = EDITED[clause.name]
        if old not in text:
            raise SystemExit(f"{clause.name}: no {old!r} in what uv wrote")
        text = text.replace(old, new, 1)
    target.mkdir(parents=True, exist_ok=True)
    (target / lock.name).write_text(text, encoding="utf-8")


def _older_uv(version: str, scratch: Path) -> str:
    folder = scratch / f"uv-{version}"
    if not folder.exists():  # from the machine's own index, not ours
        _run(
            [find_uv(), "pip", "install", "--quiet", "--target", str(folder), f"uv=={version}"],
            scratch,
            _ambient(),
        )
    return str(folder / "bin" / "uv")


def _run(command: Sequence[str], folder: Path, variables: Mapping[str, str]) -> None:
    done = subprocess.run(command, cwd=folder, env=variables, capture_output=True, text=True, check=False)
    if done.returncode:
        raise SystemExit(f"{folder.name}: {' '.join(command)}\n{done.stderr}")


def _ambient() -> dict[str, str]:
    return {key: value for key, value in os.environ.items() if not key.startswith(AMBIENT)}


@contextmanager
def _surroundings(scratch: Path) -> Iterator[dict[str, str]]:
    """Serve the indexes and the repository; yield the variables under which uv finds only them."""
    _fill_indexes(scratch / "hosts")
    _make_repository(scratch / "git", scratch / "trees")
    with package_index(scratch / "hosts") as proxy:
        yield {
            **_ambient(),
            **proxy,
            "UV_CACHE_DIR": str(scratch / "cache"),
            "UV_DEFAULT_INDEX": "http://index.example/simple/",
            "UV_INDEX_URL": "http://index.example/simple/",
            "UV_PYTHON": sys.executable,
            "UV_PYTHON_DOWNLOADS": "never",
            "XDG_CONFIG_HOME": str(scratch / "no-settings"),
            "GIT_CONFIG_NOSYSTEM": "1",
            "GIT_CONFIG_COUNT": "1",
            "GIT_CONFIG_KEY_0": f"url.{(scratch / 'git').as_uri()}.insteadOf",
            "GIT_CONFIG_VALUE_0": REPOSITORY,
        }


def _fill_indexes(hosts: Path) -> None:
    made = [
        make_wheel(
            hosts / f"{host}.example", spec, requires=requires, extras=EXTRAS.get(spec.partition("=")[0], ())
        )
        for host, spec, requires in WHEELS
    ]
    index = hosts / "index.example"
    made += [
        make_sdist(hosts / f"{host}.example", spec, requires=requires) for host, spec, requires in SDISTS
    ]
    made += [make_wheel(index, "rowan==1.0", tag=f"py3-none-{tag}") for tag in TAGS]
    made += [make_wheel(index, "rowan==0.9", tag=f"py3-none-{tag}") for tag in TAGS[:2]]
    made += [make_wheel(index, "cedar==2.0", requires_python=">=3.12")]
    for path in made:
        uploaded(path, *([AFTER] if "-2.0" in path.name else []))


def _make_repository(bare: Path, work: Path) -> None:
    """Make a repository with a tag, a branch and a package in a folder; its commits are always the same."""
    variables = {**_ambient(), "GIT_CONFIG_GLOBAL": os.devnull, "GIT_CONFIG_NOSYSTEM": "1"}
    for role in ("AUTHOR", "COMMITTER"):
        variables |= {
            f"GIT_{role}_NAME": "A",
            f"GIT_{role}_EMAIL": "a@index.example",
            f"GIT_{role}_DATE": "1767225600 +0000",
        }

    def git(*words: str) -> None:
        _run(["git", *words], work, variables)

    def commit(version: str) -> None:
        for folder, name in ((work, "willow"), (work / "packages" / "yew", "yew")):
            folder.mkdir(parents=True, exist_ok=True)
            text = f'[project]\nname = "{name}"\nversion = "{version}"\ndependencies = ["birch"]\n'
            (folder / "pyproject.toml").write_text(text, encoding="utf-8")
        git("add", ".")
        git("commit", "--quiet", "--message", version)

    work.mkdir(parents=True)
    git("init", "--quiet", "--initial-branch", "main")
    commit("1.0")
    git("tag", "v1.0")
    commit("2.0")
    git("switch", "--quiet", "--create", "next")
    commit("3.0")
    git("switch", "--quiet", "main")
    git("clone", "--quiet", "--bare", str(work), str(bare))


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("names", nargs="*")
    parser.add_argument("--into", type=Path, default=CLAUSES)
    arguments = parser.parse_args()
    main(arguments.names, arguments.into)
