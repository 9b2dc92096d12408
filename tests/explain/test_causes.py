"""The table of causes: what each entry says, what it is silent on, and that no text makes it slow."""

import re
import time
from pathlib import Path

import pytest
import tomli

from driftguard.explain.confirming import known_confirmers
from driftguard.explain.explanation import explain
from driftguard.explain.matching import CERTAINTIES, compiled
from driftguard.model import is_name, normalized
from driftguard.tables import Cause, causes, changes, named
from driftguard.versions import release

TEXTS = tomli.loads(Path(__file__).with_name("texts.toml").read_text(encoding="utf-8"))
DERIVED = {
    "added_in", "added_to", "caller", "distribution", "header_package", "instead", "java", "java_words",
    "last_python", "meant", "name", "plugin_distribution", "program", "program_package", "removed_from", "removed_in", "sizes", "system_package", "top",
}  # fmt: skip
"""Values that follow from those in the text."""
HEAD = re.compile(r"[\w.]{1,80}(?:Error|Exception|NotFound): ")
FRAMES = 'Traceback (most recent call last):\n  File "/srv/job.py", line 3, in <module>\n    work()\n'
CONTRIVED = (
    "Wheel size is incompatible with axle",
    "ERROR: Wheel size is incompatible with axle",
    "ValueError: externally managed account",
    "ERROR: the hash mismatch of potatoes",
    "ERROR: Cannot install the printer driver",
    "error: certificate verify failed for the exam",
    "RuntimeError: no module named 'love'",
    "ERROR: Killed by the boss",
    "ERROR: the disk quota exceeded the plan",
    "ValueError: module 'numpy' has no attribute 'float'",
    "AssertionError: Permission denied: '/door'",
    "ERROR: version conflict between the two teams",
    "RuntimeError: CUDA out of memory is the name of the band",
    "error: proxy refused the vote",
    "ValueError: display could not connect to fans",
    "ERROR: could not resolve host of the party",
    "AssertionError: 'Too many open files' not in log",
    "ValueError: unsupported locale setting for the theatre",
    "FAILED: lock file of the canal is not compatible with boats",
    "ERROR: Group `home` is not defined",
    "error: No package available for delivery",
    "ERROR: manifest unknown to the captain",
    "ERROR: unsupported protocol of the treaty",
)
LINE = 8_000
"""Characters of the longest message that a pattern meets."""


def said(text: str) -> set[str]:
    """Return the entries that explain a text."""
    return {one.id for one in explain(text).explained}


def cases(kind: str) -> list[tuple[str, str]]:
    return [(name, text) for name, row in TEXTS.items() for text in row[kind]]


@pytest.mark.parametrize(("name", "text"), cases("speaks"))
def test_an_entry_explains_what_it_is_about(name: str, text: str) -> None:
    (first, *_) = explain(text).explained or [None]

    assert first is not None
    assert first.id == name
    assert first.sentence
    assert "{" not in first.sentence + first.advice + "".join(first.mend)


@pytest.mark.parametrize(("name", "text"), cases("quiet"))
def test_an_entry_is_silent_on_what_only_looks_like_it(name: str, text: str) -> None:
    assert name not in said(text)


def test_every_entry_has_a_text_that_it_explains_and_one_that_it_does_not() -> None:
    assert TEXTS.keys() == {one.id for one in causes()}
    assert all(row["speaks"] and row["quiet"] for row in TEXTS.values())


@pytest.mark.parametrize("cause", causes(), ids=lambda one: one.id)
def test_an_entry_is_whole(cause: Cause) -> None:
    groups = set.intersection(*(set(compiled(one).groupindex) for one in cause.patterns))
    if cause.frame:
        groups |= set(compiled(cause.frame).groupindex)

    assert cause.certainty in CERTAINTIES
    assert cause.confirm in known_confirmers()
    assert cause.source in tomli.loads(_table().read_text())["provenance"]
    assert re.fullmatch(r"\d{4}-\d\d-\d\d", cause.date)
    assert cause.mend or cause.advice
    assert cause.by or cause.certainty == "guess"
    assert set(re.findall(r"\{(\w+)\}", cause.cause)) <= groups | DERIVED
    assert cause.cause.endswith(".")
    assert any(word in one for word in cause.words for one in [*TEXTS[cause.id]["speaks"]]) or not cause.words


@pytest.mark.parametrize(
    "message",
    [
        text.removeprefix(head[0])
        for _, text in cases("speaks")
        if "\n" not in text and (head := HEAD.match(text))
    ],
)
def test_what_another_exception_says_is_a_guess_at_most(message: str) -> None:
    """A program may say the same of its own matters: only the exception that Python or a library raises is sure."""
    found = explain(f"{FRAMES}ours.SeasonError: {message}").explained

    assert all(one.certainty == "guess" for one in found)


@pytest.mark.parametrize("text", CONTRIVED)
def test_what_only_sounds_like_an_entry_is_a_guess_at_most(text: str) -> None:
    assert all(one.certainty == "guess" for one in explain(text).explained)


def test_the_document_counts_the_entries() -> None:
    document = (Path(__file__).parents[2] / "docs" / "explain.md").read_text(encoding="utf-8")

    assert f"{len(causes())} mechanisms" in document


def test_entries_are_named_once() -> None:
    assert len({one.id for one in causes()}) == len(causes())


@pytest.mark.parametrize("cause", causes(), ids=lambda one: one.id)
def test_every_repetition_is_bounded(cause: Cause) -> None:
    for pattern in (*cause.patterns, cause.unless, cause.frame, cause.written):
        bare = re.sub(r"\\.", "", re.sub(r"\[\^?\]?(?:\\.|[^\]\\])*\]", "", pattern))
        assert not re.search(r"[*+]", bare), pattern
        assert not re.search(r"\{\d*,\}", bare), pattern


ADVERSE = (
    "a",
    "a.",
    "a ",
    " ",
    "'",
    "-",
    "a=",
    "a==1, ",
    "(",
    "\\",
    "/",
    "0",
    "lib",
    "Failed to build ",
    "Because a ",
    "No module named 'a.",
)
"""What messages are made of, to be repeated."""


@pytest.mark.parametrize("cause", causes(), ids=lambda one: one.id)
def test_no_text_makes_a_pattern_slow(cause: Cause) -> None:
    """The seeds are the entry's own texts cut in many places, followed by what its repetitions take."""
    seeds = ["", *(text[:cut] for text in TEXTS[cause.id]["speaks"] for cut in (25, 60))]
    for pattern in (*cause.patterns, cause.unless, cause.frame, cause.written):
        one = compiled(pattern)
        start = time.perf_counter()
        for seed in seeds:
            for piece in ADVERSE:
                one.search((seed.replace("\n", " ") + piece * LINE)[:LINE])
        for text in TEXTS[cause.id]["speaks"]:
            one.search((text.replace("\n", " ")[:40] * LINE)[:LINE])
        assert (time.perf_counter() - start) / (len(seeds) * len(ADVERSE)) < 0.05, pattern


def test_names_lead_somewhere() -> None:
    assert all(name == name.strip() and is_name(meant) for name, meant in named("modules").items())
    assert all(is_name(meant) for meant in named("plugins").values())
    for kind in ("removed", "added"):
        for (owner, name), change in changes(kind).items():
            assert owner
            assert name
            assert change.distribution in {normalized(change.distribution), "discord.py"}
            assert release(change.version)


def _table() -> Path:
    return Path(__file__).parents[2] / "driftguard" / "data" / "causes.toml"
