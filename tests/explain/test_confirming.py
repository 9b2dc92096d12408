"""What the judged environment adds to what a text says."""

import pytest

from driftguard.binary import LoadProblem, TypeSize
from driftguard.explain.explanation import Explanation, explain
from driftguard.explain.facts import distribution_of
from driftguard.explain.seen import Seen, seen_of
from driftguard.judge import chosen, judge
from driftguard.model import Environment, LockFormat
from tests.builders import (
    MENDER,
    NUMPY_2,
    binaries,
    environment,
    evidence,
    image,
    installed,
)

MISSING = "ModuleNotFoundError: No module named 'pandas'"


def seen(*wanted: str, there: Environment, **more: object) -> Seen:
    """Judge an environment as `explain` does."""
    gathered = evidence(wanted, there, **{"binaries": binaries(), **more})
    findings = judge(gathered, chosen(("DG1", "DG3")), today="2026-11-24").findings
    return seen_of(gathered, findings, ".venv")


def first(text: str, here: Seen) -> Explanation:
    return explain(text, here).explained[0]


@pytest.mark.parametrize(
    "text",
    [
        "Hash mismatch for `six==1.17`",
        "ERROR: THESE PACKAGES DO NOT MATCH THE HASHES FROM THE REQUIREMENTS FILE.",
        "ModuleNotFoundError: No module named 'yaml'",
    ],
)
@pytest.mark.parametrize("of_lock", [LockFormat.UV, LockFormat.REQUIREMENTS])
def test_no_command_changes_what_others_share(text: str, of_lock: LockFormat) -> None:
    mender = MENDER._replace(format=of_lock, shared=True, environment=".venv", blocked=".venv")

    one = first(text, seen("six==1.17", there=environment("six==1.17", virtual=False), mender=mender))

    assert one.mend
    assert all(command.startswith("mv -- .venv .venv.aside && ") for command in one.mend), one.mend


def test_a_module_that_is_installed_here_was_missed_by_another_python() -> None:
    one = first(MISSING, seen("pandas==2.2.3", there=environment("pandas==2.2.3")))

    assert one.certainty == "likely"
    assert "another Python than the one into which `pandas` is installed" in one.sentence
    assert one.evidence[0] == "pandas 2.2.3 is installed in .venv"
    assert one.mend[0].startswith(".venv/bin/python …")


def test_a_module_that_is_locked_and_not_installed_is_installed_from_the_lock() -> None:
    one = first(MISSING, seen("pandas==2.2.3", there=environment()))

    assert one.certainty == "certain"
    assert one.evidence == ("pandas is locked (2.2.3) and not installed in .venv",)
    assert one.mend == ("uv sync --frozen --inexact",)


def test_a_module_that_nobody_declared_is_added() -> None:
    one = first("ModuleNotFoundError: No module named 'yaml'", seen(there=environment()))

    assert one.evidence == ("pyyaml is neither locked nor installed in .venv",)
    assert one.mend == ("uv add pyyaml",)


def test_a_module_that_is_installed_and_was_looked_for_in_this_very_environment_is_not_another_pythons() -> (
    None
):
    log = f'Traceback (most recent call last):\n  File "/env/lib/python3.11/site-packages/job/main.py", line 1, in <module>\n    import pandas\n{MISSING}\n'

    one = first(log, seen("pandas==2.2.3", there=environment("pandas==2.2.3")))

    assert "another Python" not in one.sentence.partition(":")[0]
    assert "pandas 2.2.3 is installed in .venv" in one.evidence


def test_a_name_that_another_distribution_lost_is_a_guess_where_that_is_not_there() -> None:
    text = "AttributeError: 'DataFrame' object has no attribute 'append'"

    alone = explain(text).explained[0]
    here = first(text, seen("polars==1.30.0", there=environment("polars==1.30.0")))
    drifted = first(text, seen("pandas==1.5.3", there=environment("pandas==2.2.3")))

    assert (alone.certainty, here.certainty, drifted.certainty) == ("likely", "guess", "certain")
    assert here.evidence == ("pandas is neither installed nor locked in .venv",)


def test_a_name_that_moved_is_surer_where_the_version_is_not_the_locked_one() -> None:
    text = "AttributeError: module 'nba_api.stats.endpoints' has no attribute 'playergamelog'"

    alone = explain(text).explained[0]
    drifted = first(text, seen("nba-api==1.2.1", there=environment("nba-api==1.4.0")))

    assert (alone.certainty, drifted.certainty) == ("guess", "certain")
    assert "nba-api 1.4.0 is installed, 1.2.1 locked" in drifted.evidence
    assert any(fact.startswith("DG102: nba-api ") for fact in drifted.evidence)
    assert drifted.mend == ("uv sync --frozen --inexact",)


def test_the_engine_that_is_declared_by_nobody_is_added() -> None:
    text = "ImportError: Unable to find a usable engine; tried using: 'pyarrow', 'fastparquet'."

    absent = first(text, seen(there=environment("pandas==2.2.3")))
    elsewhere = first(text, seen(there=environment("pandas==2.2.3", "pyarrow==16.0.0")))

    assert (absent.certainty, absent.mend) == ("certain", ("uv add pyarrow",))
    assert "another Python" in elsewhere.sentence


def test_native_code_that_does_not_fit_is_named() -> None:
    text = "ValueError: numpy.dtype size changed, may indicate binary incompatibility. Expected 96 from C header, got 88 from PyObject"
    there = environment("pandas==2.0.3", "numpy==2.0.2")
    told = image("pandas._libs.interval", sizes=(TypeSize("numpy", "dtype", 96),))

    broken = first(
        text, seen("pandas==2.0.3", "numpy==2.0.2", there=there, binaries=binaries(told, numpy=NUMPY_2))
    )
    fits = environment("pandas==2.2.3", "numpy==2.0.2")
    sound = first(text, seen("pandas==2.2.3", "numpy==2.0.2", there=fits))

    assert any(fact.startswith("DG3") for fact in broken.evidence)
    assert broken.mend
    assert "fits together" in sound.evidence[-1]
    assert sound.mend[0].startswith(".venv/bin/python …")


def test_a_library_leads_to_the_distribution_that_asks_for_it() -> None:
    cv2 = image("cv2.cv2", "opencv-python")
    native = binaries(cv2, problems=(LoadProblem(cv2.path, "libGL.so.1", cv2.path),))
    here = seen("opencv-python==4.8", there=environment("opencv-python==4.8"), binaries=native)

    one = first("ImportError: libGL.so.1: cannot open shared object file: No such file or directory", here)
    other = first("ImportError: libSM.so.6: cannot open shared object file: No such file or directory", here)

    assert one.evidence[0].startswith("DG308: opencv-python needs libGL.so.1")
    assert not any("libGL" in fact for fact in other.evidence)


@pytest.mark.parametrize(
    "text",
    [
        "ERROR: Package 'demo' requires a different Python: 3.8.10 not in '>=3.10'",
        "RuntimeError: operator torchvision::nms does not exist",
        "Segmentation fault (core dumped)",
    ],
)
def test_every_confirmer_answers_for_an_environment_that_has_nothing(text: str) -> None:
    assert first(text, seen(there=environment())).sentence


def test_installed_is_what_the_interpreter_finds() -> None:
    here = seen(there=environment(inherited=(installed("pandas==1.0"),)))

    assert "pandas 1.0 is installed in .venv" in first(MISSING, here).evidence


@pytest.mark.parametrize(
    ("module", "name"),
    [
        ("google.cloud.storage", "google-cloud-storage"),
        ("google.protobuf", "protobuf"),
        ("jwt", "pyjwt"),
        ("flask_cors", "flask-cors"),
        ("sklearn.cluster", "scikit-learn"),
        ("json", ""),
        ("src.jobs", ""),
    ],
)
def test_a_module_leads_to_its_distribution(module: str, name: str) -> None:
    assert distribution_of(module) == name
