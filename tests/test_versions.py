"""Versions compare as PEP 440 says; each question is put to `packaging` once."""

import pytest

from driftguard import versions
from driftguard.versions import allows, contains, equal


@pytest.mark.parametrize(
    ("specifier", "version", "expected"),
    [
        (">=3.11", "3.11.7", True),
        (">=3.12", "3.11.7", False),
        (">=3.14", "3.15.0rc1", True),
        ("nonsense", "3.11.7", True),
        ("", "3.11.7", True),
    ],
)
def test_requires_python_admits_as_installers_do(specifier: str, version: str, expected: bool) -> None:
    assert allows(specifier, version) is expected


@pytest.mark.parametrize(
    ("specifier", "version", "expected"),
    [
        ("", "no version", True),
        (">=2", "2.0rc1", False),
        (">=1", "2.0rc1", True),
        ("==2.0", "2.0+cpu", True),
        (">=1", "no version", False),
        ("===no-version", "no-version", True),
    ],
)
def test_a_specifier_contains_as_pip_check_asks(specifier: str, version: str, expected: bool) -> None:
    assert contains(specifier, version) is expected


@pytest.mark.parametrize("specifier", [">=1 <2", "nonsense", ">=" + "9" * 5000])
def test_what_is_no_specifier_is_an_error(specifier: str) -> None:
    with pytest.raises(ValueError, match=r"Invalid|digits"):
        contains(specifier, "1.0")


@pytest.mark.parametrize(
    ("one", "other", "expected"),
    [
        ("1.0", "1.0.0", True),
        ("1.0", "1.0+cpu", False),
        ("odd one", "odd one", True),
        ("odd one", "odd  one", False),
        ("1", "9" * 5000, False),
    ],
)
def test_versions_are_equal_as_pep_440_has_it(one: str, other: str, expected: bool) -> None:
    assert equal(one, other) is expected
    assert equal(other, one) is expected


def test_a_kept_answer_is_not_asked_for_again(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(versions, "_contains", lambda *_: pytest.fail("asked again"))
    monkeypatch.setitem(versions.ANSWERS, ">=77\n78", True)

    assert contains(">=77", "78") is True
