"""The options that may stand in a requirements file, parsed as optparse parses them for pip."""

import re
from collections.abc import Iterator

from driftguard.record import NamedTuple

_VALUED = (
    "all-releases",
    "config-settings",
    "constraint",
    "editable",
    "extra-index-url",
    "find-links",
    "global-option",  # pip before 25
    "hash",
    "index-url",
    "no-binary",
    "only-binary",
    "only-final",
    "pypi-url",
    "requirement",
    "trusted-host",
    "use-feature",
)
_FLAGS = ("no-index", "no-require-hashes", "pre", "prefer-binary", "require-hashes")
_ALL = frozenset((*_VALUED, *_FLAGS))
_SHORT = {
    "C": "config-settings",
    "c": "constraint",
    "e": "editable",
    "f": "find-links",
    "i": "index-url",
    "r": "requirement",
}
_PLAIN_HASH = re.compile(r"--hash=sha(?:256|384|512):[0-9A-Za-z]+")
_SETS = frozenset({"all-releases", "no-binary", "only-binary", "only-final"})
_STRONG = ("sha256:", "sha384:", "sha512:")


class BadOptionError(ValueError):
    """What pip would refuse, in one clause."""


class Options(NamedTuple):
    """The options of one line by long name, in order, and the words between them, which pip passes over."""

    given: tuple[tuple[str, str], ...] = ()
    stray: tuple[str, ...] = ()

    @property
    def names(self) -> tuple[str, ...]:
        """The long names of the options, as often as they are given."""
        return tuple(name for name, _ in self.given)

    def values(self, name: str) -> tuple[str, ...]:
        """Return the values given to one option."""
        return tuple(value for given, value in self.given if given == name)

    def __repr__(self) -> str:
        """Show the names alone: a value may be a secret."""
        return f"{type(self).__name__}({', '.join(self.names)})"


NONE = Options()


def split(line: str) -> tuple[str, str]:
    """Cut a line before its first option, at which quoting begins to count."""
    if line.startswith("-"):
        return "", line
    at = line.find(" -")
    return (line, "") if at < 0 else (line[:at], line[at + 1 :])


def parse(text: str) -> Options:
    """Parse the part of a line that holds options. Raises BadOptionError."""
    if all(map(_PLAIN_HASH.fullmatch, text.split())):
        return NONE
    import shlex

    try:
        words = shlex.split(text)
    except ValueError:
        raise BadOptionError("has a quote that is not closed") from None
    return _parsed(words)


def _parsed(words: list[str]) -> Options:
    given: list[tuple[str, str]] = []
    stray: list[str] = []
    rest = iter(words)
    for word in rest:
        if word == "--":
            stray += rest
        elif word.startswith("--"):
            name, equals, value = word[2:].partition("=")
            name = _full_name(name)
            if name in _FLAGS and equals:
                raise BadOptionError(f"`--{name}` takes no value")
            given.append((name, _value(name, value if equals else None, rest)))
        elif word.startswith("-") and len(word) > 1:
            name = _SHORT.get(word[1], "")
            if not name:
                raise BadOptionError(f"`{word[:2]}` is not an option of a requirements file")
            given.append((name, _value(name, word[2:] or None, rest)))
        else:
            stray.append(word)
    return Options(given=tuple(given), stray=tuple(stray))


def _full_name(name: str) -> str:
    if name not in _ALL:
        # As optparse has it, a beginning will do where it can mean one option only.
        meant = [known for known in _ALL if name and known.startswith(name)]
        if len(meant) != 1:
            raise BadOptionError(f"`--{name[:40]}` is not an option of a requirements file")
        return meant[0]
    return name


def _value(name: str, value: str | None, rest: Iterator[str]) -> str:
    if name in _FLAGS:
        return ""
    if value is None:
        value = next(rest, None)
    if value is None:
        raise BadOptionError(f"`--{name}` needs a value")
    if name == "editable" and not value:
        raise BadOptionError("`--editable` needs a value")
    if name == "hash" and not value.startswith(_STRONG):
        raise BadOptionError("`--hash` needs sha256, sha384 or sha512, a colon and the digest")
    if name == "config-settings" and "=" not in value:
        raise BadOptionError("`--config-settings` needs KEY=VALUE")
    if name in _SETS and value.startswith("-"):
        raise BadOptionError(f"`--{name}` needs a value")
    return value
