"""What the rules foretell of native code is what happens, and the committed table says so."""

from collections.abc import Mapping

import pytest

from driftguard.binary import Binaries, NativeHost
from driftguard.finding import Finding, Severity
from driftguard.model import Unavailable
from tests.proofs import abi, abi_environments
from tests.proofs.abi import DOCUMENT, Sorted, sort, unsaid
from tests.proofs.abi_oracle import Loaded, Truth
from tests.proofs.abi_predicted import RAISED, Prediction
from tests.proofs.agreement import FEWEST, interpreters

HOST = NativeHost("x86_64", "2.36", "3.4.30", "1.3.13", Unavailable("not asked"))
NOTHING = Binaries((), None, {}, (), (), False, HOST)
SIZE = "ValueError: numpy.dtype size changed, may indicate binary incompatibility. Expected 96 from C header, got 88"


def said(severity: Severity) -> tuple[Finding, ...]:
    return (Finding("DG303", "type-size", severity, "a", "m"),)


def prediction(
    alone: Mapping[str, tuple[Finding, ...]], needs: Mapping[str, tuple[str, ...]] | None = None
) -> Prediction:
    return Prediction((), alone, needs or {}, 0, 0, NOTHING)


def loaded(name: str, error: str = "", **more: object) -> Loaded:
    return Loaded(name, f"/{name}.so", error, chain=(error,) if error else (), **more)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("kind", "severity", "one"),
    [
        ("true_positive", Severity.ERROR, loaded("a.b", SIZE, at="a.b")),
        ("false_positive", Severity.ERROR, loaded("a.b")),
        ("later", Severity.ERROR, loaded("a.b", SIZE, later=True)),
        ("lower", Severity.WARNING, loaded("a.b", SIZE, at="a.b")),
        ("true_negative", Severity.WARNING, loaded("a.b")),
        ("true_negative", None, loaded("a.b")),
        ("false_negative", None, loaded("a.b", SIZE, at="a.b")),
        ("false_negative", None, loaded("a.b", SIZE, at="a.c")),
        ("false_negative", None, loaded("a.b", "signal SIGSEGV")),
        ("false_negative", None, loaded("a.b", "No module named 'a.b'", missing=("a.b",))),
        ("sibling", None, loaded("a.b", SIZE, at="a.flagged")),
        ("sibling", None, loaded("a.b", "No module named 'a.flagged'", missing=("a.flagged",))),
        ("sibling", None, loaded("a.b", "cannot import name 'flagged' from 'a' (/a/__init__.py)")),
        ("other", None, loaded("a.b", "ModuleNotFoundError: No module named 'x'", missing=("x",))),
        ("other", None, loaded("a.b", "cannot import name 'Inf' from 'numpy'")),
    ],
)
def test_a_module_is_sorted_by_what_was_foretold_and_what_happened(
    kind: str, severity: Severity | None, one: Loaded
) -> None:
    broken = loaded("a.flagged", SIZE, at="a.flagged")
    foretold = prediction({"a.b": said(severity) if severity else (), "a.flagged": said(Severity.ERROR)})

    kinds = sort(foretold, Truth({"a.b": one, "a.flagged": broken}, 0, 0))

    assert [name for name in Sorted._fields if "a.b" in getattr(kinds, name)] == [kind]


@pytest.mark.parametrize(("error", "false"), [(SIZE, ()), ("", ("/a/liba.so",))])
def test_a_library_that_is_called_an_error_takes_a_module_with_it(error: str, false: tuple[str, ...]) -> None:
    foretold = prediction({"/a/liba.so": said(Severity.ERROR)}, {"a.b": ("/a/liba.so",)})

    kinds = sort(foretold, Truth({"a.b": loaded("a.b", error)}, 0, 0))

    assert kinds.false_positive == false


def test_what_a_finding_quotes_is_taken_out_of_it_whole() -> None:
    version = "ImportError: /q/libQt6Core.so.6: version `Qt_6.8' not found (required by /q/QtCore.abi3.so)"

    assert RAISED.findall(f"a prints `A: b`, then raises `{version}`") == ["A: b", version]


def test_a_line_is_said_if_one_begins_with_it() -> None:
    assert unsaid([SIZE, "ImportError: x"], [f"{SIZE} from PyObject"]) == ["ImportError: x"]


def test_every_environment_stands_in_the_table() -> None:
    text = DOCUMENT.read_text(encoding="utf-8")
    (_, _, rest) = text.partition("<!-- confusion -->")
    names = [line.split(" | ")[0].removeprefix("| ") for line in rest.splitlines() if line.startswith("| ")]

    assert [one.name for one in abi_environments.cases()] == names[2 : 2 + len(abi_environments.cases())]


def test_the_environments_are_of_many_kinds() -> None:
    cases = abi_environments.cases()

    assert len({one.name for one in cases}) == len(cases) >= 14
    assert len({one.python for one in cases}) > FEWEST
    assert sum(one.sample for one in cases) == 4


@pytest.mark.network
@pytest.mark.slow
@pytest.mark.parametrize(
    "case", [one for one in abi_environments.cases() if one.sample], ids=lambda case: case.name
)
def test_what_is_foretold_happens(case: abi_environments.Case) -> None:
    if case.python not in interpreters():
        pytest.skip(f"no Python {case.python} here")

    assert list(abi.run(case, kept=False).wrong()) == []
