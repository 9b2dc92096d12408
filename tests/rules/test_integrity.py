"""Family DG4: for each rule, on what it is quiet and on what it speaks."""

from collections.abc import Iterable
from pathlib import Path
from typing import Any

import pytest

from driftguard.evidence import Evidence
from driftguard.finding import Severity
from driftguard.integrity import (
    Altered,
    Anchored,
    Integrity,
    Misled,
    OtherBytecode,
    Overlap,
    StartUp,
    Stranger,
    StrangerKind,
    Unanchored,
    Verified,
)
from driftguard.model import LockFormat
from driftguard.rules.integrity import (
    changed_file,
    foreign_shebang,
    linked_edit,
    missing_file,
    no_record,
    other_bytecode,
    other_than_locked,
    owned_twice,
    startup_code,
    unanchored,
    unowned_file,
)
from tests.builders import MENDER, PACKAGES, environment, evidence, installed, interpreter, said

SIX = installed("six==1.17", installer="uv")
ANEW = "uv sync --frozen --inexact --reinstall-package six"
RULES = (
    changed_file,
    foreign_shebang,
    linked_edit,
    missing_file,
    no_record,
    other_bytecode,
    other_than_locked,
    owned_twice,
    startup_code,
    unanchored,
    unowned_file,
)


def facts(wanted: Iterable[str] = ("six==1.17",), **found: Any) -> Evidence:
    """Make evidence with what was found of files, in an environment of `six` alone."""
    return evidence(wanted, environment(SIX), integrity=Integrity(**found))


def of_six(**found: Any) -> Evidence:
    return facts(verified=(Verified(SIX, files=9, **found),))


def altered(name: str = "six.py", **more: Any) -> Altered:
    return Altered(f"{PACKAGES}/{name}", "10 bytes", "12 bytes", **more)


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.RULE.name)
def test_every_rule_is_quiet_on_files_that_are_as_recorded(rule: Any) -> None:
    assert said(rule, facts()) == []
    assert said(rule, of_six()) == []
    assert said(rule, facts(anchored=(Anchored(SIX, "/wheels/six.whl"),))) == []


def test_changed_file_names_both_values_and_what_lays_it_anew() -> None:
    (finding,) = changed_file.check(of_six(changed=(altered(),)))

    assert str(finding) == "DG401 error: six: six.py: recorded 10 bytes, found 12 bytes"
    assert str(finding.mend) == ANEW
    assert finding.path == f"{PACKAGES}/six.py"


def test_changed_file_speaks_once_of_a_distribution() -> None:
    names = [f"six/{number}.py" for number in range(7)]

    (finding,) = changed_file.check(of_six(changed=tuple(map(altered, names))))

    listed = ", ".join(names[:5])
    assert str(finding) == f"DG401 error: six: 7 files are not as recorded: {listed}, …"
    assert finding.detail[0] == "six/0.py: recorded 10 bytes, found 12 bytes"
    assert len(finding.detail) == 5


def test_an_edit_through_a_hard_link_is_one_finding_and_names_the_cache() -> None:
    there = of_six(changed=(altered(links=3, cached="/cache/archive-v0/x/six.py"), altered("b.py")))

    assert said(changed_file, there) == []
    (finding,) = linked_edit.check(there)
    assert str(finding) == "DG408 error: six: 2 files are not as recorded: six.py, b.py"
    assert finding.detail[0] == "uv's cache has the same file: /cache/archive-v0/x/six.py"
    assert str(finding.mend) == f"uv cache clean six && {ANEW}"


def test_where_pip_installs_uv_has_nothing_to_forget() -> None:
    pip = MENDER._replace(format=LockFormat.REQUIREMENTS, pip=True)

    (finding,) = linked_edit.check(of_six(changed=(altered(links=2),))._replace(mender=pip))

    assert str(finding.mend) == ".venv/bin/python -m pip install --force-reinstall --no-deps six==1.17"


def test_what_is_inherited_is_not_ours_to_mend() -> None:
    there = of_six(changed=(altered(),))._replace(environment=environment(inherited=(SIX,)))

    (finding,) = changed_file.check(there)

    assert finding.mend is None


def test_what_is_not_locked_is_laid_anew_as_it_is() -> None:
    there = evidence(
        (), environment(SIX), integrity=Integrity(verified=(Verified(SIX, changed=(altered(),)),))
    )

    (finding,) = changed_file.check(there)
    assert str(finding.mend) == "uv pip install --python .venv --reinstall --no-deps six==1.17"
    pip = there._replace(mender=MENDER._replace(pip=True))
    (finding,) = changed_file.check(pip)
    assert str(finding.mend) == ".venv/bin/python -m pip install --force-reinstall --no-deps six==1.17"


def test_what_pinned_requirements_lock_is_installed_again() -> None:
    requirements = MENDER._replace(format=LockFormat.REQUIREMENTS)

    (finding,) = changed_file.check(of_six(changed=(altered(),))._replace(mender=requirements))

    assert str(finding.mend) == "uv pip install --python .venv --reinstall --no-deps six==1.17"


def test_missing_file_counts_and_names() -> None:
    (finding,) = missing_file.check(of_six(missing=(f"{PACKAGES}/a.py", f"{PACKAGES}/b.py")))

    assert str(finding) == "DG402 error: six: 2 of 9 files are gone: a.py, b.py"
    assert str(finding.mend) == ANEW


@pytest.mark.parametrize(
    ("found", "told"),
    [
        ({"fault": "RECORD is empty"}, "DG403 error: six: RECORD is empty"),
        (
            {"outside": ("/etc/passwd",)},
            "DG403 unknown: six: RECORD leads out of the environment: /etc/passwd",
        ),
        ({"unread": ("`a` cannot be read: no",)}, "DG403 unknown: six: `a` cannot be read: no"),
        ({"unhashed": (f"{PACKAGES}/a.py",)}, "DG403 warning: six: RECORD has no hash of 1 file: a.py"),
        ({"weak": 2}, "DG403 warning: six: RECORD has hashes of 2 files by MD5 or SHA-1 only"),
        ({"untold": "conda"}, "DG403 note: conda: 1 distribution without a RECORD that holds: six"),
    ],
)
def test_no_record_says_what_could_not_be_compared(found: dict[str, Any], told: str) -> None:
    assert said(no_record, of_six(**found)) == [told]


def test_no_record_tells_ten_files_and_counts_the_rest() -> None:
    told = said(no_record, of_six(unread=tuple(f"`{number}` cannot be read: no" for number in range(40))))

    assert len(told) == 11
    assert told[-1] == "DG403 unknown: six: 30 further files cannot be read"


def test_no_record_deletes_metadata_that_no_installer_can_remove() -> None:
    lost = SIX._replace(recorded=False)
    there = evidence(
        ("six==1.17",), environment(lost), integrity=Integrity(verified=(Verified(lost, fault="gone"),))
    )

    (finding,) = no_record.check(there)

    assert str(finding.mend) == f"rm -r -- {SIX.path} && {ANEW}"


def test_no_record_says_where_strangers_cannot_be_told() -> None:
    assert said(no_record, facts(unlisted=("1 of them lists no files",))) == [
        "DG403 note: unowned files: 1 of them lists no files"
    ]


def stranger(name: str, kind: StrangerKind, *paths: str, whole: bool = True, files: int = 1) -> Stranger:
    entry = f"{PACKAGES}/{name}"
    return Stranger(entry, kind, whole, files, tuple(f"{PACKAGES}/{path}" for path in paths) or (entry,))


@pytest.mark.parametrize(
    ("found", "told", "mend"),
    [
        (
            stranger("rogue.py", StrangerKind.CODE),
            "DG404 error: rogue.py: belongs to no installed distribution",
            f"rm -r -- {PACKAGES}/rogue.py",
        ),
        (
            stranger("rogue", StrangerKind.CODE, "rogue/a.py", files=7),
            "DG404 error: rogue: its 7 files belong to no installed distribution",
            f"rm -r -- {PACKAGES}/rogue",
        ),
        (
            stranger("six", StrangerKind.CODE, "six/a b.py", "six/c", whole=False, files=2),
            "DG404 warning: six: 2 of its files belong to no installed distribution: a b.py, c",
            f"rm -r -- '{PACKAGES}/six/a b.py' {PACKAGES}/six/c",
        ),
        (
            stranger("six", StrangerKind.SOURCELESS, "six/a.pyc", whole=False),
            "DG404 error: six: 1 of its files belongs to no installed distribution: a.pyc",
            f"rm -r -- {PACKAGES}/six/a.pyc",
        ),
        (
            stranger("six", StrangerKind.DATA, "six/a.txt", whole=False, files=200),
            "DG404 note: six: 200 of its files belong to no installed distribution: a.txt, …",
            None,
        ),
        (
            stranger("more.pth", StrangerKind.PATH),
            "DG404 warning: more.pth: belongs to no installed distribution",
            f"rm -r -- {PACKAGES}/more.pth",
        ),
    ],
)
def test_unowned_file_is_as_grave_as_what_it_can_do(found: Stranger, told: str, mend: str | None) -> None:
    (finding,) = unowned_file.check(facts(strangers=(found,)))

    assert str(finding) == told
    assert (str(finding.mend) if finding.mend else None) == mend


def test_what_runs_at_start_is_told_as_that_alone() -> None:
    path = f"{PACKAGES}/zz.pth"
    there = facts(
        strangers=(stranger("zz.pth", StrangerKind.PATH),),
        start_ups=(StartUp(path, 2, "import os"), StartUp(f"{PACKAGES}/sitecustomize.py")),
    )

    assert said(unowned_file, there) == []
    assert said(startup_code, there) == [
        "DG405 error: zz.pth: line 2 runs at every start: import os",
        "DG405 error: sitecustomize.py: is imported at every start",
    ]
    first = next(iter(startup_code.check(there)))
    assert (first.where, str(first.mend)) == (f"{path}:2", f"rm -r -- {path}")


def test_what_is_inherited_or_shared_is_told_and_not_deleted() -> None:
    base = Path("/usr/lib/python3/dist-packages")
    inheriting = environment(SIX, interpreter=interpreter()._replace(inherited_site_packages=(base,)))
    found = Integrity(
        start_ups=(StartUp(f"{base}/sitecustomize.py"),),
        strangers=(Stranger(f"{PACKAGES}/odd.py", StrangerKind.CODE, True, 1, (f"{PACKAGES}/odd.py",)),),
    )
    theirs = evidence(["six==1.17"], inheriting, integrity=found)
    shared = evidence(["six==1.17"], environment(SIX), integrity=found, mender=MENDER._replace(shared=True))

    assert [one.mend for one in startup_code.check(theirs)] == [None]
    assert [one.mend for one in startup_code.check(shared)] == [None]
    assert [one.mend for one in unowned_file.check(shared)] == [None]


def test_a_patch_in_unknown_words_is_a_note_and_is_not_deleted() -> None:
    there = facts(start_ups=(StartUp(f"{PACKAGES}/_virtualenv.py", is_patch=True),))

    (finding,) = startup_code.check(there)

    assert str(finding) == (
        "DG405 note: _virtualenv.py: is imported at every start, "
        "and is not as virtualenv or uv are known to write it"
    )
    assert finding.mend is None


def overlap(name: str, owners: tuple[str, ...] = ("a", "b"), holders: tuple[str, ...] = ("b",)) -> Overlap:
    return Overlap(f"/env/lib/python3.11/site-packages/{name}", owners, holders)


@pytest.mark.parametrize(
    ("found", "told"),
    [
        ((overlap("x.py", ("a", "a")),), []),
        (
            (overlap("x.py", holders=("a", "b")),),
            ["DG406 note: a, b: 1 file is in several RECORDs, all alike: x.py"],
        ),
        (
            (overlap("tests/x.py"), overlap("LICENSE")),
            ["DG406 note: a, b: 2 files are in several RECORDs, 2 of them differ: tests/x.py, LICENSE"],
        ),
        (
            (overlap("x.so"), overlap("y.py", holders=("a", "b"))),
            ["DG406 warning: a, b: 2 files are in several RECORDs, 1 of them differs: x.so"],
        ),
        (
            (overlap("x.py"), overlap("x.py", ("a", "c"))),
            [
                "DG406 warning: a, b: 1 file is in several RECORDs with different contents: x.py",
                "DG406 warning: a, c: 1 file is in several RECORDs with different contents: x.py",
            ],
        ),
    ],
)
def test_owned_twice_is_a_warning_where_code_differs(found: tuple[Overlap, ...], told: list[str]) -> None:
    assert said(owned_twice, facts(overlaps=found)) == told


def test_owned_twice_says_whose_content_lies_there() -> None:
    (finding,) = owned_twice.check(facts(overlaps=(overlap("x.py"),)))

    assert finding.detail == ("x.py is b's",)


def test_foreign_shebang_speaks_once_of_each_interpreter() -> None:
    there = facts(
        misled=(
            Misled("/env/bin/six", "six", "/old/bin/python", exists=False),
            Misled("/env/bin/seven", "six", "/old/bin/python", exists=False),
            Misled("/env/bin/eight", "gone", "/usr/bin/python3", exists=True),
        )
    )

    assert said(foreign_shebang, there) == [
        "DG407 error: scripts: 2 start /old/bin/python, which is not there: six, seven",
        "DG407 error: scripts: 1 starts /usr/bin/python3: eight",
    ]
    first, second = foreign_shebang.check(there)
    assert (str(first.mend), second.mend) == (ANEW, None)


def test_other_than_locked_tells_what_the_wheel_has_and_has_not() -> None:
    found = Anchored(SIX, "/wheels/six.whl", (altered(),), (f"{PACKAGES}/gone.py",), (f"{PACKAGES}/more.py",))

    (finding,) = other_than_locked.check(facts(anchored=(found,)))

    assert (
        str(finding) == "DG409 error: six: 3 files are not as in the locked wheel: six.py, gone.py, more.py"
    )
    assert finding.detail == (
        "compared with /wheels/six.whl",
        "six.py: recorded 10 bytes, found 12 bytes",
        "in the wheel, not installed: gone.py",
        "installed, not in the wheel: more.py",
    )
    assert str(finding.mend) == f"uv cache clean six && {ANEW}"


def test_unanchored_is_unknown_where_only_the_wheel_is_wanting() -> None:
    found = (
        Unanchored("a", "not locked"),
        Unanchored("b", "no wheel", wanting=True),
        Unanchored("c", "not locked"),
    )

    told = list(unanchored.check(facts(unanchored=found)))

    assert list(map(str, told)) == [
        "DG410 unknown: anchor: 1 distribution: no wheel: b",
        "DG410 note: anchor: 2 distributions: not locked: a, c",
    ]
    assert [one.severity for one in told] == [Severity.ERROR, Severity.NOTE]


def of_another(name: str, difference: str = "in f: 1, the source has 2", **more: Any) -> OtherBytecode:
    entry = f"{PACKAGES}/{name.partition('/')[0]}" if "/" in name else f"{PACKAGES}/{name}.py"
    folder, _, module = name.rpartition("/")
    path = f"{PACKAGES}/{folder}{'/' if folder else ''}__pycache__/{module}.cpython-311.pyc"
    return OtherBytecode(entry, path, difference, **more)


@pytest.mark.parametrize(
    ("found", "told"),
    [
        (
            [of_another("six")],
            ["DG411 error: six.py: __pycache__/six.cpython-311.pyc: in f: 1, the source has 2"],
        ),
        (
            [of_another("pack/a"), of_another("pack/b"), of_another("six")],
            [
                "DG411 error: pack: 2 files of bytecode were not made of their sources",
                "DG411 error: six.py: __pycache__/six.cpython-311.pyc: in f: 1, the source has 2",
            ],
        ),
        (
            [of_another("pack/a", "in f: other instructions", sure=False)],
            ["DG411 unknown: pack: pack/__pycache__/a.cpython-311.pyc: in f: other instructions"],
        ),
        (
            [of_another("pack/a"), of_another("pack/b", "in f: other instructions", sure=False)],
            [
                "DG411 error: pack: pack/__pycache__/a.cpython-311.pyc: in f: 1, the source has 2",
                "DG411 unknown: pack: pack/__pycache__/b.cpython-311.pyc: in f: other instructions",
            ],
        ),
    ],
)
def test_other_bytecode_speaks_once_of_a_package(found: list[OtherBytecode], told: list[str]) -> None:
    assert said(other_bytecode, facts(bytecode=tuple(found))) == told


def test_other_bytecode_is_deleted() -> None:
    many = tuple(of_another(f"pack/m{number}") for number in range(300))

    (finding,) = other_bytecode.check(facts(bytecode=(of_another("my pack/a"),)))
    assert str(finding.mend) == f"rm -- '{PACKAGES}/my pack/__pycache__/a.cpython-311.pyc'"
    (finding,) = other_bytecode.check(facts(bytecode=many))
    assert len(finding.detail) == 5
    assert str(finding.mend) == f"find {PACKAGES}/pack -path '*/__pycache__/*.pyc' -delete"


def test_bytecode_that_could_not_be_compared_is_unknown() -> None:
    told = said(other_bytecode, facts(uncompared=tuple(f"`{number}`: not a file" for number in range(40))))

    assert told[0] == "DG411 unknown: bytecode: `0`: not a file"
    assert told[10:] == ["DG411 unknown: bytecode: 30 further files could not be compared"]
