"""Text made to keep a regular expression busy for minutes: no pattern of the reader may be led astray so."""

import importlib
import pkgutil
import re
import time
from collections.abc import Iterator

import pytest

from driftguard import environment

LENGTH = 100_000
SECONDS = 2.0
# How each pattern is used: tried once, or at every place of a text.
USED = {
    "direct_url._DRIVE": "match",
    "direct_url._FILE": "match",
    "glance._IN_NAME": "search",
    "glance._IS_PYTHON": "match",
    "glance._LIBRARY": "match",
    "glance._PATCH_LEVEL": "search",
    "glance._VERSION": "match",
    "header._LINUX_LOADER": "search",
    "metadata._ENDS_WITH_EXTRA": "search",
    "metadata._HEADER": "findall",
    "metadata._OTHERWISE": "search",
    "metadata._TAG": "findall",
    "metadata._VERSION": "match",
    "naming._LOOSE": "findall",
    "naming._PYTHON": "findall",
    "pth._EDITABLE": "match",
    "question._MUSL_VERSION": "search",
    "repository._COMMIT": "match",
    "simulated._VERSION": "match",
    "tags._PAIR": "match",
    "tags._PYPY_ABI": "match",
}
# What the patterns look for, so that they begin; what makes them try again and again; what makes them fail.
STARTS = (
    *(
        "",
        "\n",
        "a",
        "1",
        "1.1",
        "-py3",
        "python",
        "pypy",
        ".pypy",
        "__editable__.a-",
        "\nName:",
        "\nTag: a-b-",
        " extra == '",
    ),
    *("file://", "/a:", "#define", '#define PY_VERSION "', "/ld-linux", "musl libc", "Version 1", "3.11.1rc"),
)
REPEATED = (
    *(
        " ",
        "\n",
        "\r",
        " \n",
        "\n ",
        "a",
        "1",
        "1.",
        ".",
        "-",
        "_",
        "/",
        "a-",
        "-py3",
        "-pp",
        "pypy-pp",
        "file://",
    ),
    *(
        "\nName: a",
        "\nTag:",
        " extra ==",
        " extra == 'a'",
        " and",
        "\nTag: a-b-c ",
        "/ld-linux",
        "musl libc",
        "\nVersion 1.",
        "#define ",
        "\n#define ",
    ),
)
ENDS = ("", "!", "\n", "x\n-")


def patterns() -> dict[str, re.Pattern[str] | re.Pattern[bytes]]:
    found = {}
    for module in pkgutil.iter_modules(environment.__path__, f"{environment.__name__}."):
        for name, value in vars(importlib.import_module(module.name)).items():
            if isinstance(value, re.Pattern):
                found[f"{module.name.rpartition('.')[2]}.{name}"] = value
    return found


def hostile() -> Iterator[str]:
    for start in STARTS:
        for again in REPEATED:
            for end in ENDS:
                yield start + again * (LENGTH // len(again)) + end


def test_every_pattern_is_tried() -> None:
    assert sorted(patterns()) == sorted(USED)


@pytest.mark.slow
@pytest.mark.parametrize("name", USED)
def test_no_pattern_is_led_astray(name: str) -> None:
    pattern = patterns()[name]
    for text in hostile():
        given = text.encode() if isinstance(pattern.pattern, bytes) else text
        before = time.perf_counter()

        getattr(pattern, USED[name])(given)

        assert time.perf_counter() - before < SECONDS, f"{text[:40]!r}…{text[-20:]!r}"
