"""What of a log is an error text, however it was written down."""

import time

import pytest

from driftguard.explain.explanation import explain
from driftguard.explain.lines import Log
from driftguard.explain.nouns import ErrorText
from driftguard.explain.texts import MOST, error_texts

PANDAS = "ModuleNotFoundError: No module named 'pandas'"
FRAMES = '  File "/srv/job.py", line 3, in <module>\n    import pandas\n'
PLAIN = f"Traceback (most recent call last):\n{FRAMES}{PANDAS}\n"


def found(log: str) -> list[ErrorText]:
    return error_texts(Log(log))


@pytest.mark.parametrize(
    "log",
    [
        PLAIN,
        PLAIN.replace("\n", "\r\n"),
        PLAIN.replace("    ", "").replace("  ", ""),
        "".join(f"2026-11-24 02:00:01,123 {line}\n" for line in PLAIN.splitlines()),
        "".join(f"web-1  | {line}\n" for line in PLAIN.splitlines()),
        "".join(f"#12 3.456 {line}\n" for line in PLAIN.splitlines()),
        "".join(f"3.456 {line}\n" for line in PLAIN.splitlines()),
        "".join(f"Nov 24 02:00:01 host job[812]: {line}\n" for line in PLAIN.splitlines()),
        "".join(f"\x1b[31m{line}\x1b[0m\n" for line in PLAIN.splitlines()),
        "".join(f"    {line}\n" for line in PLAIN.splitlines()),
        f"E   {PANDAS}\n",
        f"##[error]{PANDAS}\n",
        f"2026-11-24T02:00:01Z CRITICAL job: it failed: {PANDAS}\n",
        FRAMES + PANDAS,
        f"Traceback (most recent call last):\n{FRAMES}    ^^^^^^^^^^^^^\n{PANDAS}",
    ],
)
def test_a_traceback_is_found_in_every_dress(log: str) -> None:
    (text,) = found(log)

    assert text.said[-1].text == PANDAS
    assert explain(log).explained[0].id == "module-not-installed"


def test_the_files_of_the_innermost_traceback_are_kept() -> None:
    (text,) = found(PLAIN)

    assert text.frames == ("/srv/job.py",)
    assert text.line == 4


NOTEBOOK = """\
---------------------------------------------------------------------------
ModuleNotFoundError                       Traceback (most recent call last)
Cell In[3], line 1
----> 1 report.draw()

File ~/env/lib/python3.11/site-packages/report/draw.py:540, in Report.draw(self)
    538
--> 540     import pandas

/env/lib/python3.7/dist-packages/report/lazy.py in load(name)
     12     return importlib.import_module(name)

ModuleNotFoundError: No module named 'pandas'
"""
"""A traceback as IPython writes it, in the manner of new and old releases."""


def test_a_traceback_of_a_notebook_is_one_text() -> None:
    (text,) = found(NOTEBOOK)

    assert (text.line, text.shown) == (13, PANDAS)
    assert text.frames == (
        "~/env/lib/python3.11/site-packages/report/draw.py",
        "/env/lib/python3.7/dist-packages/report/lazy.py",
    )


def test_a_heading_of_a_notebook_without_its_exception_is_not_known() -> None:
    log = NOTEBOOK.replace(PANDAS, "KeyError: 'x'")

    assert [one.shown for one in found(log)] == ["Traceback (most recent call last): …", "KeyError: 'x'"]


def test_the_line_that_python_could_not_read_is_kept() -> None:
    (text,) = found(
        '  File "/srv/job.py", line 3\n    if (n := 3):\n          ^\nSyntaxError: invalid syntax\n'
    )
    (other,) = found(PLAIN)

    assert (text.source, other.source) == ("if (n := 3):", "")


def test_a_line_of_which_only_a_drawing_is_left_ends_no_complaint() -> None:
    (text,) = found(
        "error: Failed to parse `uv.lock`\n  Caused by: TOML parse error\n     |\nmissing field `version`\n"
    )

    assert text.said[-1].text.endswith("missing field `version`")


def test_a_cause_speaks_before_what_it_led_to() -> None:
    log = f"{PLAIN}\nThe above exception was the direct cause of the following exception:\n\nTraceback (most recent call last):\n{FRAMES}ours.ConfigError: cannot start\n"

    (text,) = found(log)

    assert [one.aside for one in text.said] == [False, False]
    (one,) = explain(log).explained
    assert (one.id, one.certainty) == ("module-not-installed", "likely")


def test_what_was_being_handled_is_a_guess_at_most() -> None:
    log = f"{PLAIN}\nDuring handling of the above exception, another exception occurred:\n\nTraceback (most recent call last):\n{FRAMES}KeyError: 'x'\n"

    (one,) = explain(log).explained

    assert (one.id, one.certainty) == ("module-not-installed", "guess")


def test_several_causes_are_each_told_once_the_newest_first() -> None:
    log = f"{PLAIN}\nnight 2\n{PLAIN}\nOSError: [Errno 28] No space left on device\n\nKeyError: 'x'\n"

    answer = explain(log)

    assert [(one.id, one.times) for one in answer.explained] == [
        ("disk-full", 1),
        ("module-not-installed", 2),
    ]
    assert [one.text.shown for one in answer.unknown] == ["KeyError: 'x'"]
    assert answer.found == 4


def test_two_modules_are_two_causes() -> None:
    log = f"{PLAIN}\n{PLAIN.replace('pandas', 'numpy')}"

    assert len(explain(log).explained) == 2


def test_a_traceback_within_an_installers_words_belongs_to_them() -> None:
    log = (
        "  \u00d7 Failed to build `demo==1.0`\n  ├─▶ The build backend returned an error\n\n      [stderr]\n"
        '      Traceback (most recent call last):\n        File "setup.py", line 1, in <module>\n'
        "      ModuleNotFoundError: No module named 'distutils'\n\n      hint: see above\n"
    )

    answer = explain(log)

    assert (answer.found, [one.id for one in answer.explained]) == (1, ["no-module-named-distutils"])


def test_a_traceback_that_is_cut_off_is_not_known() -> None:
    answer = explain(f"Traceback (most recent call last):\n{FRAMES}")

    assert (answer.found, answer.explained) == (1, ())
    assert answer.unknown[0].text.shown.startswith("Traceback (most recent call last)")


@pytest.mark.slow
@pytest.mark.parametrize(
    "piece",
    [
        "x" * 100 + "\n",
        "x",
        "\0",
        "\n",
        "\r",
        "\x1b[31m",
        "error: ",
        "error: something\n",
        "ValueError: numpy\n",
        "Traceback (most recent call last):\n",
        '  File "a.py", line 3, in f\n    foo()\n',
        'Traceback (most recent call last):\n  File "a", line 1, in x\nKeyError: 1\n\nDuring handling of the above exception, another exception occurred:\n\n',
        "error: Failed to build `x==1`\n    foo\n",
        "Because a depends on b (>1) and ",
    ],
)
def test_no_log_takes_long(piece: str) -> None:
    """Eight megabytes are the most that is read; a second of a processor is far more than they take."""
    log = (piece * (8 * 1024 * 1024 // len(piece) + 1))[: 8 * 1024 * 1024]

    start = time.process_time()
    answer = explain(log)

    assert time.process_time() - start < 3
    assert len(answer.explained) + len(answer.unknown) <= MOST


@pytest.mark.parametrize(
    "text",
    [
        "`np.float_` was removed in the NumPy 2.0 release. Use `np.float64` instead.",
        "operator torchvision::nms does not exist",
    ],
)
def test_a_message_without_its_head_is_a_guess(text: str) -> None:
    (one,) = explain(text).explained

    assert one.certainty == "guess"


@pytest.mark.parametrize(
    "text",
    [
        "WARNING job: skipped (ModuleNotFoundError(\"No module named 'pandas'\"))",
        f'How do I mend "{PANDAS}"?',
        f"the night ended with '{PANDAS}'",
    ],
)
def test_an_exception_within_a_sentence_is_one(text: str) -> None:
    (one,) = explain(text).explained

    assert (one.id, one.certainty) == ("module-not-installed", "likely")
