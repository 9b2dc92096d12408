"""What we expect is what uv exports: real locks, many selections, 24 simulated environments."""

import os
import subprocess
from collections.abc import Iterator
from itertools import islice
from pathlib import Path

import pytest

from driftguard import subject
from driftguard.errors import DriftguardError
from driftguard.expect import expected
from driftguard.markers import holds
from driftguard.model import Locked, Selection, SourceKind, normalized
from driftguard.selection import available
from driftguard.versions import allows
from tests.checkout import ROOT
from tests.projects import find_uv

CORPUS = ROOT.parent / "shared" / "corpus" / "uvlock"
LOCKS = sorted(path.parent for path in CORPUS.glob("*/uv.lock"))
LOCAL = (SourceKind.PATH, SourceKind.DIRECTORY, SourceKind.EDITABLE)

pytestmark = pytest.mark.slow


def environments() -> Iterator[dict[str, str]]:
    """CPython 3.9 to 3.14 on Linux (two machines), macOS and Windows."""
    platforms = (
        ("linux", "x86_64", "Linux", "posix"),
        ("linux", "aarch64", "Linux", "posix"),
        ("darwin", "arm64", "Darwin", "posix"),
        ("win32", "AMD64", "Windows", "nt"),
    )
    for minor in range(9, 15):
        for platform, machine, system, name in platforms:
            yield {
                "implementation_name": "cpython",
                "implementation_version": f"3.{minor}.5",
                "os_name": name,
                "platform_machine": machine,
                "platform_python_implementation": "CPython",
                "platform_release": "",
                "platform_system": system,
                "platform_version": "",
                "python_full_version": f"3.{minor}.5",
                "python_version": f"3.{minor}",
                "sys_platform": platform,
            }


ENVIRONMENTS = tuple(environments())


def selections(what: subject.Subject) -> Iterator[tuple[str, Selection]]:
    """Return the words for uv and what they select: the default and those that the lock's own names suggest."""
    labels = list(available(what.lock, what.selection))
    extras = [label.extra for label in labels if label.extra]
    groups = list(dict.fromkeys(label.group for label in labels if label.group))
    yield "", Selection()
    yield "--no-default-groups", Selection(no_default_groups=True)
    yield "--all-extras", Selection(all_extras=True)
    yield "--all-groups", Selection(all_groups=True)
    for name in islice(extras, 4):
        yield f"--extra {name}", Selection(extras=(name,))
    for name in islice(groups, 4):
        yield f"--group {name}", Selection(groups=(name,))
        yield f"--only-group {name}", Selection(only_groups=(name,))


def exported(folder: Path, words: str, cache: Path) -> list[tuple[str, str, str]] | None:
    """Return uv's answer as (name, version or URL, marker); None when uv refuses. Local packages are left out."""
    command = [find_uv(), "export", "--frozen", "--quiet", "--offline", "--no-emit-local", "--no-hashes"]
    layout = ["--no-annotate", "--no-header", "--format", "requirements-txt"]
    kept = {key: value for key, value in os.environ.items() if not key.startswith(("UV_", "VIRTUAL_ENV"))}
    done = subprocess.run(
        [*command, *layout, *words.split()],
        cwd=folder,
        env={**kept, "UV_CACHE_DIR": str(cache)},
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        return None
    return [_entry(line) for line in done.stdout.splitlines() if line.strip() and not line.startswith("#")]


def _entry(line: str) -> tuple[str, str, str]:
    from packaging.requirements import Requirement

    requirement = Requirement(line)
    (version,) = (one.version for one in requirement.specifier) if requirement.specifier else ("",)
    return normalized(requirement.name), version or requirement.url or "", str(requirement.marker or "")


def _named(locked: Locked) -> tuple[str, str]:
    origin = locked.origin
    if origin.kind is SourceKind.REGISTRY:
        return locked.name, locked.version or ""
    if origin.kind is SourceKind.GIT:
        folder = f"#subdirectory={origin.subdirectory}" if origin.subdirectory else ""
        return locked.name, f"git+{origin.location}@{origin.commit}{folder}"
    folder = f"#subdirectory={origin.subdirectory}" if origin.subdirectory else ""
    return locked.name, f"{origin.location}{folder}"


@pytest.mark.skipif(not LOCKS, reason="no corpus beside the repository")
@pytest.mark.parametrize("folder", LOCKS, ids=lambda path: path.name)
def test_every_selection_of_a_real_lock_is_what_uv_exports(folder: Path, tmp_path: Path) -> None:
    try:
        found = subject.find(subject.Request(cwd=folder, environ={}))
    except DriftguardError as error:
        if "[[distribution]]" in (folder / "uv.lock").read_text():
            pytest.skip(f"refused: {error.message.rpartition(': ')[2]}")
        assert exported(folder, "", tmp_path) is None, "uv reads this lock, we do not"
        return
    compared = 0
    for words, selection in selections(found):
        theirs = exported(folder, words, tmp_path)
        try:
            what = subject.find(subject.Request(cwd=folder, environ={}, selection=selection))
        except DriftguardError as error:
            assert theirs is None, (words, error.message)  # noqa: PT017
            continue
        if theirs is None:
            continue  # uv refuses more than the selection: a required version, a missing member's manifest
        for environment in ENVIRONMENTS:
            supported = [holds(marker, environment) for marker in what.lock.supported_markers]
            outside = supported and True not in supported
            if outside or not allows(what.lock.requires_python, environment["python_full_version"]):
                continue  # DG109 speaks
            ours = expected(what.lock, what.selection, environment)
            assert ours.undecided == ()
            mine = {_named(one.locked) for one in ours.expected if one.locked.origin.kind not in LOCAL}
            uvs = {(name, version) for name, version, marker in theirs if holds(marker, environment)}
            assert mine == uvs, (words, environment["python_version"], environment["sys_platform"])
            compared += 1
    assert compared or exported(folder, "", tmp_path) is None
