"""Family DG1: for each rule, on what it is quiet and on what it speaks."""

from pathlib import Path

import pytest

from driftguard.compare import Comparison, Elsewhere, seeds
from driftguard.errors import FactUnavailable
from driftguard.evidence import Evidence
from driftguard.expect import Undecided
from driftguard.model import (
    Environment,
    Installed,
    Locked,
    LockFormat,
    Origin,
    SourceChange,
    SourceKind,
    SourceState,
)
from driftguard.rules.conformity import (
    duplicate,
    extraneous,
    interpreter,
    leftover,
    missing,
    other_origin,
    other_selection,
    other_version,
    stale_source,
    undecided,
    unmet,
    unreadable,
    unseen,
    wheel_tags,
)
from tests import builders
from tests.builders import environment, evidence, installed, joined, lock, locked, said

COMMIT = "0123456789abcdef0123456789abcdef01234567"
GIT = Origin(kind=SourceKind.GIT, location="https://index.example/team/parser", commit=COMMIT)
EDITABLE = Origin(kind=SourceKind.EDITABLE, location="/src/app")


def changed(facts: Evidence, **parts: object) -> Evidence:
    assert isinstance(facts.comparison, Comparison)
    return facts._replace(comparison=facts.comparison._replace(**parts))  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("wanted", "there"),
    [
        pytest.param([], [], id="nothing wanted, nothing there"),
        pytest.param(["numpy==2.0"], ["numpy==2.0"], id="there"),
        pytest.param(["numpy==2.0"], ["numpy==1.0"], id="there in another version"),
        pytest.param([], ["numpy==1.0"], id="only over"),
    ],
)
def test_missing_is_quiet_when_every_locked_name_is_there(wanted: list[str], there: list[str]) -> None:
    assert said(missing, evidence(wanted, environment(*there))) == []


def test_missing_names_the_version_and_who_needs_it() -> None:
    (finding,) = missing.check(evidence(["pandas==3.1.1"]))

    assert str(finding) == "DG101 error: pandas: locked 3.1.1, not installed"
    assert finding.why == "needed by app"
    assert str(finding.mend) == "uv sync --frozen --inexact"
    assert finding.where == "uv.lock:12"


def test_missing_says_when_only_the_base_interpreter_has_it() -> None:
    there = environment(inherited=(installed("pandas==3.1.1"),))

    (finding,) = missing.check(evidence(["pandas==3.1.1"], there))

    assert finding.why == "only the base interpreter has it (3.1.1)"


def test_missing_speaks_once_where_another_selection_fits() -> None:
    wanted = ["a==1", "b==1", "c==1", "pandas==3.1.1"]

    (finding,) = missing.check(changed(evidence(wanted), fits="--no-default-groups"))

    assert str(finding) == "DG101 error: selection: 4 locked packages are not installed: a, b, c, …"
    assert finding.why == "the environment was made for another: --no-default-groups"


@pytest.mark.parametrize(
    ("wanted", "there"),
    [
        ("numpy==2.0", "numpy==2.0"),
        ("numpy==2.0", "numpy==2.0.0"),
        ("numpy==2.0rc1", "numpy==2.0.RC1"),
        ("torch==2.9.1+cpu", "torch==2.9.1+cpu"),
        ("numpy", "numpy==2.0"),
        ("numpy==2.0", "numpy"),
    ],
)
def test_other_version_is_quiet_on_equal_or_unstated_versions(wanted: str, there: str) -> None:
    assert said(other_version, evidence([wanted], environment(there))) == []


def test_other_version_takes_a_pin_in_requirements_to_admit_any_local_version() -> None:
    there = environment("torch==2.9.1+cpu")

    for file_format, count in ((LockFormat.REQUIREMENTS, 0), (LockFormat.UV, 1)):
        facts = evidence(["torch==2.9.1"], there, lock=lock()._replace(format=file_format))
        assert len(said(other_version, facts)) == count


@pytest.mark.parametrize(
    ("wanted", "there", "message"),
    [
        ("numpy==2.4.6", "numpy==1.26.4", "DG102 error: numpy: locked 2.4.6, installed 1.26.4"),
        ("numpy==2.0", "numpy==2.0.post1", "DG102 error: numpy: locked 2.0, installed 2.0.post1"),
        ("torch==2.9.1+cpu", "torch==2.9.1", "DG102 error: torch: locked 2.9.1+cpu, installed 2.9.1"),
        ("odd==1.0", "odd==banana", "DG102 error: odd: locked 1.0, installed banana"),
        (f"odd=={'9' * 5000}", "odd==1", f"DG102 error: odd: locked {'9' * 5000}, installed 1"),
    ],
)
def test_other_version_names_both(wanted: str, there: str, message: str) -> None:
    assert said(other_version, evidence([wanted], environment(there))) == [message]


@pytest.mark.parametrize(
    ("wanted", "there"),
    [
        pytest.param(builders.INDEX, builders.INDEX, id="index and index"),
        pytest.param(
            builders.INDEX._replace(location="https://a.example/simple"), builders.INDEX, id="any index"
        ),
        pytest.param(GIT, GIT._replace(revision="main"), id="the ref does not count, the commit does"),
        pytest.param(GIT._replace(commit="", revision="main"), GIT, id="a branch was locked, not a commit"),
        pytest.param(GIT, GIT._replace(location=GIT.location + ".git"), id="with and without .git"),
        pytest.param(
            GIT,
            GIT._replace(location="https://u:p@INDEX.example/team/parser/"),
            id="credentials, case, slash",
        ),
        pytest.param(EDITABLE, EDITABLE, id="editable"),
        pytest.param(EDITABLE, None, id="an origin that cannot be read is DG107's"),
    ],
)
def test_other_origin_is_quiet_on_the_same_place(wanted: Origin, there: Origin | None) -> None:
    facts = evidence([locked("parser==1.0", wanted)], environment(installed("parser==1.0", there)))

    assert said(other_origin, facts) == []


def test_other_origin_is_quiet_on_the_folder_that_conda_built_in() -> None:
    built = Origin(kind=SourceKind.DIRECTORY, location="/croot/numpy/work")

    for installer, count in (("conda", 0), ("pip", 1)):
        there = environment(installed("numpy==2.0", built, installer=installer))
        assert len(said(other_origin, evidence(["numpy==2.0"], there))) == count


@pytest.mark.parametrize(
    ("wanted", "there", "message"),
    [
        pytest.param(
            builders.INDEX,
            EDITABLE,
            "locked from an index, installed from /src/app (editable)",
            id="editable instead of an index",
        ),
        pytest.param(
            GIT,
            GIT._replace(commit="f" * 40),
            "locked from https://index.example/team/parser at 0123456789ab, "
            "installed from https://index.example/team/parser at ffffffffffff",
            id="another commit",
        ),
        pytest.param(
            EDITABLE,
            EDITABLE._replace(kind=SourceKind.DIRECTORY),
            "locked from /src/app (editable), installed from /src/app (not editable)",
            id="not editable",
        ),
        pytest.param(
            GIT._replace(subdirectory="python"),
            GIT,
            "locked from https://index.example/team/parser at 0123456789ab, folder python, "
            "installed from https://index.example/team/parser at 0123456789ab",
            id="another folder of the repository",
        ),
    ],
)
def test_other_origin_names_both(wanted: Origin, there: Origin, message: str) -> None:
    facts = evidence([locked("parser==1.0", wanted)], environment(installed("parser==1.0", there)))

    assert said(other_origin, facts) == [f"DG103 error: parser: {message}"]


@pytest.mark.parametrize(
    "there",
    [
        pytest.param(environment("numpy==2.0"), id="only what is wanted"),
        pytest.param(
            environment("pip==26.3", created_by_uv=False), id="pip in an environment of the venv module"
        ),
        pytest.param(environment("pip==26.3", seeded=True), id="pip in a seeded environment of uv"),
        pytest.param(environment("wheel==0.45", created_by_uv=False), id="wheel before Python 3.12"),
        pytest.param(environment("agent==1.0"), id="what the configuration allows"),
    ],
)
def test_extraneous_is_quiet_on_what_belongs(there: Environment) -> None:
    facts = evidence(["numpy==2.0"], there)
    allowed = frozenset({"agent"}) | seeds(there)

    assert said(extraneous, facts._replace(comparison=joined(["numpy==2.0"], there, allowed))) == []


def test_extraneous_speaks_of_a_stranger_and_of_pip_where_uv_would_remove_it() -> None:
    there = environment(installed("colorlog==6.9.0", installer="pip"), "pip==26.3")

    first, second = extraneous.check(evidence([], there))

    assert str(first) == "DG104 error: colorlog: not in the lock, installed 6.9.0"
    assert first.why == "installed by pip"
    assert str(first.mend) == "uv pip uninstall --python .venv colorlog"
    assert second.subject == "pip"


def test_extraneous_warns_of_what_a_seed_needs_beside_requirements() -> None:
    wheel = installed("wheel==0.47", requires=("packaging>=24.0",))
    there = environment(wheel, "packaging==26.2", created_by_uv=False)
    facts = evidence([], there, lock=lock()._replace(format=LockFormat.REQUIREMENTS))

    (finding,) = extraneous.check(facts._replace(comparison=joined([], there, seeds(there))))

    assert str(finding) == "DG104 warning: packaging: not in the lock, installed 26.2"
    assert finding.why == "needed by wheel, and nothing holds its version"


def test_other_selection_is_quiet_on_strangers_of_the_lock() -> None:
    assert said(other_selection, evidence(["numpy==2.0"], environment("numpy==2.0", "colorlog==6.9.0"))) == []


def test_other_selection_says_which_group_asks_for_it() -> None:
    over = Elsewhere(installed=installed("pytest==9.0"), where="only for group `dev`")

    assert said(other_selection, changed(evidence(), elsewhere=(over,))) == [
        "DG105 error: pytest: locked only for group `dev`, installed 9.0"
    ]


def test_other_selection_gives_one_hint_when_another_selection_fits() -> None:
    over = tuple(Elsewhere(installed=installed(f"p{n}==1"), where="only for group `dev`") for n in range(50))

    (finding,) = other_selection.check(changed(evidence(), elsewhere=over, fits="--group dev"))

    assert finding.message == "this environment is what another selection asks for: --group dev"
    assert str(finding.mend) == "uv sync --frozen"


def test_duplicate_is_quiet_on_one_of_each() -> None:
    assert said(duplicate, evidence(["a==1"], environment("a==1", "b==1"))) == []


@pytest.mark.parametrize(
    ("wanted", "message"),
    [
        (["a==2"], "DG106 error: a: locked 2, installed 2 times: 1 and 2"),
        ([], "DG106 error: a: installed 2 times: 1 and 2"),
    ],
)
def test_duplicate_names_every_version(wanted: list[str], message: str) -> None:
    assert said(duplicate, evidence(wanted, environment("a==1", "a==2"))) == [message]


def test_unreadable_is_quiet_on_readable_metadata() -> None:
    assert said(unreadable, evidence(["a==1"], environment("a==1"))) == []


def test_unreadable_repeats_the_fault_and_reinstalls() -> None:
    there = environment(installed("a", faults=("METADATA is missing",)))

    (finding,) = unreadable.check(evidence(["a==1"], there))

    assert str(finding) == "DG107 error: a: METADATA is missing"
    assert str(finding.mend) == "uv sync --frozen --inexact --reinstall-package a"


def test_leftover_is_quiet_on_a_clean_folder_and_names_what_is_left() -> None:
    assert said(leftover, evidence()) == []
    there = environment(leftovers=(Path("/env/~umpy"),))
    (finding,) = leftover.check(evidence([], there))

    assert str(finding) == "DG108 warning: ~umpy: left behind by an interrupted pip"
    assert str(finding.mend) == "rm -r -- '/env/~umpy'"


@pytest.mark.parametrize("specifier", ["", ">=3.11", "==3.11.*", "nonsense"])
def test_interpreter_is_quiet_on_what_the_lock_allows(specifier: str) -> None:
    assert said(interpreter, evidence(lock=lock(requires_python=specifier))) == []


def test_interpreter_takes_a_pre_release_for_its_release_as_uv_does() -> None:
    early = {**builders.LINUX, "python_full_version": "3.14.0rc1", "python_version": "3.14"}
    facts = evidence(
        [], environment(interpreter=builders.interpreter(markers=early)), lock=lock(requires_python=">=3.14")
    )

    assert said(interpreter, facts) == []


@pytest.mark.parametrize(
    ("parts", "message"),
    [
        ({"requires_python": ">=3.12"}, "DG109 error: python: locked for >=3.12, the environment has 3.11.7"),
        (
            {"supported_markers": ("sys_platform == 'win32'",)},
            "DG109 error: platform: locked for sys_platform == 'win32', which this platform is not",
        ),
    ],
)
def test_interpreter_names_both(parts: dict[str, object], message: str) -> None:
    assert said(interpreter, evidence(lock=lock(**parts))) == [message]


def test_interpreter_does_not_guess_an_unknown_patch_level() -> None:
    there = environment(interpreter=builders.interpreter(markers={})._replace(version="3.11"))

    (finding,) = interpreter.check(evidence([], there, lock=lock(requires_python=">=3.11.4")))

    assert finding.unknown


def test_interpreter_does_not_guess_an_unknown_platform() -> None:
    there = environment(interpreter=builders.interpreter(markers={}))

    (finding,) = interpreter.check(
        evidence([], there, lock=lock(supported_markers=("sys_platform == 'linux'",)))
    )

    assert finding.unknown


@pytest.mark.parametrize("tags", [(), ("py3-none-any",), ("cp39-cp39-win32", "py3-none-any")])
def test_wheel_tags_is_quiet_when_one_fits_or_none_is_stated(tags: tuple[str, ...]) -> None:
    assert said(wheel_tags, evidence([], environment(installed("a==1", tags=tags)))) == []


def test_wheel_tags_names_the_tag_and_the_interpreter() -> None:
    there = environment(
        installed("a==1", tags=("cp312-cp312-manylinux_2_28_x86_64", "cp312-cp312-linux_x86_64"))
    )

    assert said(wheel_tags, evidence(["a==1"], there)) == [
        "DG110 error: a: built for cp312-cp312-manylinux_2_28_x86_64 and 1 more, not for CPython 3.11.7"
    ]


def test_wheel_tags_is_skipped_when_the_interpreter_was_not_asked() -> None:
    there = environment(interpreter=builders.interpreter(known_tags=False))

    with pytest.raises(FactUnavailable, match="not asked"):
        list(wheel_tags.check(evidence([], there)))


@pytest.mark.parametrize(
    "there",
    [
        pytest.param(environment("numpy==2.0", installed("a==1", requires=("numpy>=2",))), id="met"),
        pytest.param(
            environment("numpy==2.1rc1", installed("a==1", requires=("numpy>=2",))), id="by a pre-release"
        ),
        pytest.param(environment(installed("a==1", requires=("numpy; extra == 'n'",))), id="of an extra"),
        pytest.param(
            environment(installed("a==1", requires=("x; sys_platform == 'win32'",))), id="of elsewhere"
        ),
        pytest.param(
            environment("x==1", installed("a==1", requires=("x @ https://a.example/x.zip",))), id="a URL"
        ),
        pytest.param(environment(installed("a==1", requires_python=">=3.9")), id="Python"),
        pytest.param(
            environment(installed("a==1", requires=("b",)), inherited=(installed("b==1"),)), id="by the base"
        ),
    ],
)
def test_unmet_is_quiet_on_what_is_met(there: Environment) -> None:
    assert said(unmet, evidence(["a==1"], there)) == []


@pytest.mark.parametrize(
    ("wanted", "there", "messages"),
    [
        pytest.param(
            ["pandas==3.1.1", "numpy==2.4.6"],
            environment("numpy==1.26.4", installed("pandas==3.1.1", requires=("numpy>=2.0",))),
            ["DG111 error: pandas: needs numpy>=2.0, installed 1.26.4"],
            id="drifted away from the lock",
        ),
        pytest.param(
            ["pandas==3.1.1", "numpy==1.26.4"],
            environment("numpy==1.26.4", installed("pandas==3.1.1", requires=("numpy>=2.0",))),
            ["DG111 warning: pandas: needs numpy>=2.0, installed 1.26.4"],
            id="the lock joins them",
        ),
        pytest.param(
            [],
            environment(installed("stranger==1", requires=("colorlog",))),
            ["DG111 error: stranger: needs colorlog, not installed"],
            id="a stranger's need",
        ),
        pytest.param(
            ["a==1", "b==1"],
            environment(installed("a==1", requires=("b",))),
            [],
            id="what is missing is told once, by DG101",
        ),
        pytest.param(
            [],
            environment(installed("a==1", requires_python=">=3.12")),
            ["DG111 error: a: needs Python >=3.12, the environment has 3.11.7"],
            id="Python",
        ),
        pytest.param(
            [],
            environment("b==1", installed("a==1", requires=(f"b>={'9' * 5000}",))),
            [f"DG111 error: a: needs b>={'9' * 5000}, installed 1"],
            id="more digits than Python reads",
        ),
        pytest.param(
            [],
            environment("b==1", installed("a==1", requires=("b; python_version ~= 'x'",))),
            ["DG111 unknown: a: needs \"b; python_version ~= 'x'\", whose marker cannot be evaluated"],
            id="a marker without sense",
        ),
        pytest.param(
            [],
            environment(installed("a==1", requires=("not a requirement!",))),
            ["DG111 unknown: a: needs 'not a requirement!', which is not a requirement (PEP 508)"],
            id="malformed",
        ),
    ],
)
def test_unmet_names_the_need_and_what_is_there(
    wanted: list[str], there: Environment, messages: list[str]
) -> None:
    assert said(unmet, evidence(wanted, there)) == messages


def test_unmet_warns_of_what_may_be_there_unlocked() -> None:
    there = environment("a==1", installed("wheel==0.48", requires=("packaging>=24",)))
    facts = evidence(["a==1"], there, comparison=joined(["a==1"], there, frozenset({"wheel"})))

    assert said(unmet, facts) == ["DG111 warning: wheel: needs packaging>=24, not installed"]


def test_unmet_leaves_overrides_alone() -> None:
    there = environment("numpy==1.26.4", installed("pandas==3.1.1", requires=("numpy>=2.0",)))

    assert said(unmet, evidence([], there, lock=lock(overrides=("numpy",)))) == []


STAMP = SourceChange("pyproject.toml", "changed 12:00", "as of 11:00", Path("/src/app/pyproject.toml"))
FILE = SourceChange("src/app/a.py", "has changed", "app/a.py", Path("/src/app/src/app/a.py"))
GONE = SourceChange("app/b.py", "is not there", "app/b.py", Path("/site/app/b.py"), certain=False)


def source(*changes: SourceChange, installer: str = "uv", recorded: bool = True) -> SourceState:
    path = builders.SITE / "app-1.dist-info"
    return SourceState("app", path, installer, changes, recorded)


def local(state: SourceState, origin: Origin = EDITABLE, **more: object) -> Evidence:
    there = environment(installed("app==1", origin))
    return evidence([locked("app==1", origin)], there, sources=(state,), **more)


@pytest.mark.parametrize(
    "facts",
    [
        pytest.param(evidence(["a==1"], environment("a==1")), id="nothing local"),
        pytest.param(local(source()), id="as recorded"),
        pytest.param(local(source(recorded=False)), id="uv had nothing to record"),
        pytest.param(
            local(
                source(installer="pip", recorded=False),
                lock=lock()._replace(format=LockFormat.REQUIREMENTS),
            ),
            id="by pip, as requirements have it",
        ),
    ],
)
def test_stale_source_is_quiet_where_nothing_has_changed(facts: Evidence) -> None:
    assert said(stale_source, facts) == []


@pytest.mark.parametrize(
    ("state", "message"),
    [
        (source(STAMP), "error: app: pyproject.toml changed 12:00, installed as of 11:00"),
        (
            source(STAMP, GONE, FILE),
            "error: app: pyproject.toml changed 12:00, installed as of 11:00; "
            "src/app/a.py has changed, installed app/a.py",
        ),
        (
            source(FILE, FILE, FILE, FILE, FILE),
            "error: app: " + "; ".join(["src/app/a.py has changed, installed app/a.py"] * 3) + "; and 2 more",
        ),
        (source(GONE), "note: app: app/b.py is not there, installed app/b.py"),
        (
            source(installer="pip", recorded=False),
            "unknown: app: pip did not record which state of the source it installed",
        ),
        (
            source(GONE)._replace(uncompared="only 64 MiB of what was touched since were compared"),
            "unknown: app: only 64 MiB of what was touched since were compared",
        ),
        (
            source(STAMP)._replace(uncompared="only 64 MiB of what was touched since were compared"),
            "error: app: pyproject.toml changed 12:00, installed as of 11:00",
        ),
        (
            source(FILE, installer="pip", recorded=False),
            "error: app: src/app/a.py has changed, installed app/a.py",
        ),
    ],
)
def test_stale_source_says_what_has_changed(state: SourceState, message: str) -> None:
    (finding,) = stale_source.check(local(state))

    assert str(finding) == f"DG114 {message}"
    assert str(finding.mend) == "uv sync --frozen --inexact --reinstall-package app"


@pytest.mark.parametrize(
    ("kind", "why"),
    [
        (SourceKind.EDITABLE, "its version, requirements and commands may be the old ones"),
        (SourceKind.DIRECTORY, "what runs may not be what lies in the source"),
    ],
)
def test_stale_source_says_why_it_matters(kind: SourceKind, why: str) -> None:
    (finding,) = stale_source.check(local(source(STAMP), EDITABLE._replace(kind=kind)))

    assert (finding.why, finding.where) == (why, "/src/app/pyproject.toml")


def test_undecided_is_quiet_where_all_is_decided_and_unknown_where_not() -> None:
    assert said(undecided, evidence(["a==1"])) == []
    facts = changed(
        evidence(), undecided=(Undecided(name="uvloop", reason="`x` asks for what is not known"),)
    )

    assert said(undecided, facts) == ["DG112 unknown: uvloop: `x` asks for what is not known"]


def test_unseen_is_quiet_where_all_was_seen_and_unknown_where_not() -> None:
    assert said(unseen, evidence()) == []
    there = environment(unseen=("`x.pth` cannot be read",))

    assert said(unseen, evidence([], there)) == ["DG113 unknown: site-packages: `x.pth` cannot be read"]


def test_the_whole_family_is_quiet_on_an_environment_that_is_as_locked() -> None:
    wanted: list[str | Locked] = ["a==1", "b==2", locked("parser==1.0", GIT)]
    there = environment("a==1", "b==2", installed("parser==1.0", GIT))
    modules = (duplicate, extraneous, interpreter, leftover, missing, other_origin, other_selection)

    assert [said(m, evidence(wanted, there)) for m in modules] == [[]] * len(modules)


def test_a_broken_name_is_joined_by_its_folder() -> None:
    there: tuple[Installed, ...] = (installed("a", faults=("METADATA is missing",)),)

    comparison = joined(["a==1"], environment(*there))

    assert [pair.installed.name for pair in comparison.pairs] == ["a"]
