"""Read one requirement in any of the forms that pip takes: a name, a URL, a path."""

import re
from collections.abc import Iterable, Sequence
from functools import cache
from pathlib import Path

from driftguard.model import Origin, SourceKind, normalized
from driftguard.record import TYPE_CHECKING, NamedTuple
from driftguard.requirement_lines import links, paths
from driftguard.requirement_lines.links import Link, UnreadableError
from driftguard.requirement_lines.pins import pinned

if TYPE_CHECKING:
    from packaging.requirements import Requirement

LONGEST = 8_192
INDEX = Origin(kind=SourceKind.REGISTRY)

# The form that nearly every line of a lock has; reading it costs no import of `packaging`.
_PIN = re.compile(
    r"([A-Za-z0-9](?:[A-Za-z0-9._-]*[A-Za-z0-9])?)[ \t]*==[ \t]*"
    r"((?:0|[1-9][0-9]*)(?:\.(?:0|[1-9][0-9]*))*(?:(?:a|b|rc)(?:0|[1-9][0-9]*))?)"
)


class Wanted(NamedTuple):
    """One requirement, read. Names are normalised.

    `name` is empty where nothing tells it, and `guessed` where pip would not know it yet.
    `specifier` are its version clauses, `version` what they pin; `problem` says why the
    requirement may bring something else tomorrow.
    """

    name: str
    guessed: bool = False
    extras: tuple[str, ...] = ()
    marker: str = ""
    specifier: str = ""
    version: str | None = None
    origin: Origin = INDEX
    problem: str = ""


def wanted(text: str, folders: Sequence[Path], *, shown: str, editable: bool = False) -> Wanted:
    """Read a requirement; relative paths are looked for in `folders`, in order.

    `shown` is the text that `problem` may quote, empty where it may quote nothing. Raises
    UnreadableError where pip would refuse the requirement.
    """
    if len(text) > LONGEST:
        raise UnreadableError(f"more than {LONGEST:,} characters")
    body, _, after = text.partition(";")
    try:
        if not editable and (simple := _PIN.fullmatch(body.strip())):
            name, version = normalized(simple[1]), simple[2]
            return Wanted(name=name, marker=_marker(after.strip()), specifier=f"=={version}", version=version)
        found = _editable(text, folders) if editable else _plain(text, folders, shown)
    except RecursionError:
        raise UnreadableError("nested too deeply") from None
    return found if shown else unquoted(found)


def unquoted(found: Wanted) -> Wanted:
    """Return it with a problem that quotes nothing."""
    return found._replace(problem=found.problem.partition(" (")[0])


def _plain(text: str, folders: Sequence[Path], shown: str) -> Wanted:
    url = links.is_url(text)
    body, _, after = text.partition("; " if url else ";")
    body, marker = body.strip(), _marker(after.strip())
    if url:
        return _told(_from_url(body, folders), marker=marker)
    path, extras = paths.split_extras(body)
    if link := paths.from_path(path, folders):
        return _told(link, extras=_extras(extras), marker=marker)
    requirement = _requirement(body)
    if requirement.url:
        return _told(_from_text(requirement.url, folders), requirement, marker=marker)
    version, problem = pinned(requirement.specifier, shown)
    return Wanted(
        name=normalized(requirement.name),
        extras=_sorted(requirement.extras),
        marker=marker,
        specifier=str(requirement.specifier),
        version=version,
        problem=problem,
    )


def _editable(text: str, folders: Sequence[Path]) -> Wanted:
    try:
        requirement = _requirement(text)
    except UnreadableError:
        requirement = None
    if requirement and requirement.url:
        link = _from_editable(requirement.url, folders)
        return _told(link, requirement, marker=str(requirement.marker or ""))
    path, extras = paths.split_extras(text)
    if found := paths.from_editable_path(path, folders):
        return _told(found, extras=_extras(extras))
    system = text.partition(":")[0].lower()
    if system == "file":
        return _told(_from_editable(path, folders), extras=_extras(extras))
    link = _from_editable(f"{system}+{text}" if system in {"git", "hg", "svn", "bzr"} else text, folders)
    if not link.name:
        raise UnreadableError("an editable repository needs `#egg=NAME`")
    return _told(link)


def _from_editable(url: str, folders: Sequence[Path]) -> Link:
    if url.lower().startswith("file:"):
        return paths.from_file_url(url, folders, editable=True)
    if not (links.is_url(url) and links.is_repository(url)):
        raise UnreadableError("neither a folder with a project nor the URL of a repository")
    return links.link(url)


def _from_text(url: str, folders: Sequence[Path]) -> Link:
    """Read what stands behind `name @`, which for uv may be a path."""
    if links.is_url(url):
        return _from_url(url, folders)
    if link := paths.from_path(url, folders):
        return link
    raise UnreadableError("neither a URL nor a file that is there")


def _from_url(url: str, folders: Sequence[Path]) -> Link:
    return paths.from_file_url(url, folders) if links.is_file(url) else links.link(url)


def _told(
    link: Link, requirement: "Requirement | None" = None, *, extras: tuple[str, ...] = (), marker: str = ""
) -> Wanted:
    return Wanted(
        name=normalized(requirement.name) if requirement else link.name,
        guessed=link.guessed and not requirement,
        extras=_sorted(requirement.extras) if requirement else extras,
        marker=marker,
        version=link.version,
        origin=link.origin,
        problem=link.problem,
    )


def _extras(text: str) -> tuple[str, ...]:
    return _sorted(_requirement(f"x{text}").extras) if text else ()


def _sorted(extras: Iterable[str]) -> tuple[str, ...]:
    return tuple(sorted(map(normalized, extras)))


@cache
def _marker(text: str) -> str:
    if not text:
        return ""
    from packaging.markers import InvalidMarker, Marker

    try:
        return str(Marker(text))
    except InvalidMarker:
        raise UnreadableError("what stands behind the `;` is not a marker") from None


def _requirement(text: str) -> "Requirement":
    from packaging.requirements import InvalidRequirement, Requirement

    try:
        return Requirement(text)
    except InvalidRequirement as error:
        raise UnreadableError(_reason(text, error)) from None


def _reason(text: str, error: Exception) -> str:
    if "=" in text and not any(sign in text for sign in ("==", "<=", ">=", "!=", "~=", "<", ">")):
        return "`=` is not an operator, `==` is"
    if "://" in text:
        return "a URL of a kind that pip does not know"
    if paths.looks_like_path(text):
        return "no such file or folder"
    return str(error).partition("\n")[0][:120]
