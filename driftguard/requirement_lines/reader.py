"""Read a requirements file and all that it includes, line by line."""

import os
import re
from collections.abc import Iterable, Mapping
from pathlib import Path

from driftguard.errors import InputError
from driftguard.files import read_bytes
from driftguard.record import NamedTuple
from driftguard.requirement_lines import options
from driftguard.requirement_lines.logical import LONGEST, LogicalLine, logical_lines
from driftguard.requirement_lines.nouns import UNREADABLE, RequirementLine
from driftguard.requirement_lines.suppression import NONE, suppression
from driftguard.requirement_lines.text import LARGEST, decoded
from driftguard.untrusted import redacted

DEEPEST = 32
"""Files that include one another; a longer chain is a link that leads in circles."""
MOST_FILES = 500
MOST_LINES = 5_000

_VARIABLE = re.compile(r"\$\{([A-Z0-9_]+)\}")
_REMOTE = re.compile(r"(?i)https?:")


def read(
    path: Path, environ: Mapping[str, str], *, named: Iterable[Path] = ()
) -> tuple[RequirementLine, ...]:
    """Read a requirements file and its includes, with `environ` for `${NAME}`; lines in pip's order.

    The lines of `path`, and of `named`, count as those of files that the user named, all others as
    included. Raises InputError, with file and line, for what is missing, binary, unmerged, without
    end or not on this machine; what pip would refuse line by line is represented instead.
    """
    reader = _Reader(environ, frozenset(map(identity, (path, *named))))
    reader.follow(path, read_bytes(path, limit=LARGEST), constraint=False, within=())
    return tuple(reader.lines)


def identity(path: Path) -> str:
    """Return what pip knows a file by: its absolute path, links not followed."""
    return os.path.abspath(path)  # noqa: PTH100


class _Source(NamedTuple):
    """A line with what is known of it from outside; `within` are this file and those that include it."""

    path: Path
    logical: LogicalLine
    expanded: str
    constraint: bool
    included: bool
    within: tuple[str, ...]

    @property
    def is_secret(self) -> bool:
        """Say whether nothing may be told of what pip makes of it."""
        return self.included or self.expanded != self.logical.text

    def error(self, message: str, hint: str | None = None) -> InputError:
        """Return the error that this line deserves."""
        return InputError(message, path=self.path, line=self.logical.line, hint=hint)


class _Reader:
    """Collects lines over all files; the limits hold for all of them together."""

    def __init__(self, environ: Mapping[str, str], named: frozenset[str]) -> None:
        self.environ = environ
        self.named = named
        self.lines: list[RequirementLine] = []
        self.files = 0
        self.size = 0
        self.count = 0

    def follow(self, path: Path, data: bytes, *, constraint: bool, within: tuple[str, ...]) -> None:
        """Read one file into the collection; `within` are the files that include it."""
        self.files += 1
        self.size += len(data)
        if self.size > LARGEST:
            raise InputError(f"more than {LARGEST // 1024 // 1024} MiB with all includes", path=path)
        own = identity(path)
        within, included = (*within, own), own not in self.named
        for logical in logical_lines(decoded(data, path), path):
            expanded = self._expanded(logical, path) if "${" in logical.text else logical.text
            self._line(_Source(path, logical, expanded, constraint, included, within))

    def _line(self, source: _Source) -> None:
        self.count += 1
        if self.count > MOST_LINES:
            raise source.error(f"more than {MOST_LINES:,} requirements and options")
        wanted, tail = options.split(source.expanded)
        try:
            given = options.parse(tail)
        except options.BadOptionError as error:
            self._add(source, source.expanded, refused=_because(str(error), source))
            return
        if wanted:
            # pip takes `name -e …` for an editable requirement of `name`, and then refuses it.
            editable, unseen = "editable" in given.names, _unseen(given, "")
            self._add(source, wanted.strip(), editable=editable, passed_over=unseen)
        elif editables := given.values("editable"):
            self._add(source, editables[0], editable=True, passed_over=_unseen(given, "editable"))
        elif included := given.values("requirement"):
            self._include(source, included[0], constraint=False)
            self._note(source, _unseen(given, "requirement"))
        elif included := given.values("constraint"):
            self._include(source, included[0], constraint=True)
            self._note(source, _unseen(given, "constraint"))
        else:
            self._note(source, _unseen(given, ""))

    def _include(self, source: _Source, value: str, *, constraint: bool) -> None:
        shown = "what is included here" if source.included else f"`{redacted(source.logical.text)}`"
        if _REMOTE.match(value):
            hint = "save it beside this file and include that"
            raise source.error(f"{shown} is not on this machine, and nothing is fetched", hint)
        try:
            path = _included(source.path, value)
        except ValueError:
            raise source.error(f"{shown} is a malformed URL") from None
        if identity(path) in source.within:
            raise source.error(f"{shown} leads back to a file that this one is included by")
        if len(source.within) >= DEEPEST or self.files >= MOST_FILES:
            raise source.error(f"{shown} is one include too many")
        try:
            data = read_bytes(path, limit=LARGEST)
        except InputError as error:
            why = error.message.removeprefix(f"{path}: ") if source.is_secret else error.message
            raise source.error(f"{shown} cannot be read: {why}") from None
        self.follow(path, data, constraint=constraint, within=source.within)

    def _note(self, source: _Source, unseen: str) -> None:
        """Keep a line that asks for nothing, where there is something to be said of it all the same."""
        if unseen or suppression(source.logical.comment) != NONE:
            self._add(source, "", passed_over=unseen)

    def _add(
        self,
        source: _Source,
        expanded: str,
        *,
        editable: bool = False,
        refused: str = "",
        passed_over: str = "",
    ) -> None:
        logical = source.logical
        self.lines.append(
            RequirementLine(
                path=source.path,
                line=logical.line,
                column=logical.column,
                text=options.split(logical.text)[0].strip() or logical.text,
                expanded=expanded,
                has_secrets=source.expanded != logical.text,
                editable=editable,
                constraint=source.constraint,
                included=source.included,
                refused=refused,
                passed_over=passed_over,
                suppression=suppression(logical.comment),
            )
        )

    def _expanded(self, logical: LogicalLine, path: Path) -> str:
        """Replace `${NAME}` by its value, where it has one that is not empty."""
        text = logical.text
        for name in dict.fromkeys(_VARIABLE.findall(text)):
            variable, value = f"${{{name}}}", self.environ.get(name, "")
            if value and len(text) + text.count(variable) * len(value) > LONGEST:
                message = f"a line too long once `{variable}` is filled in"
                raise InputError(message, path=path, line=logical.line)
            text = text.replace(variable, value) if value else text
        return text


def _unseen(given: options.Options, own: str) -> str:
    """Say what of a line asks for something and is not read by pip, which takes one thing from a line."""
    asked = [name for name in given.names if name in {"editable", "requirement", "constraint"}]
    if len(asked) > (1 if own else 0):
        return "asks for several things on one line, of which pip reads the first"
    return "has words behind an option, which pip passes over" if given.stray else ""


def _because(reason: str, source: _Source) -> str:
    """Word why pip refuses a line, without the reason where that could tell a secret."""
    return UNREADABLE if source.is_secret else f"{UNREADABLE}: {reason}"


def _included(path: Path, value: str) -> Path:
    """Return the file that an include names, relative to the one that includes it."""
    if value[:5].lower() == "file:":
        from urllib.parse import urlsplit
        from urllib.request import url2pathname

        value = os.path.join(os.sep, url2pathname(urlsplit(value).path))  # noqa: PTH118
    return Path(os.path.normpath(path.parent / value))
