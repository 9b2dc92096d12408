"""Read the URLs of requirements: repositories, archives, local files, and what their names tell."""

import os
import posixpath
import re
from urllib.parse import SplitResult, unquote, urlsplit, urlunsplit

from driftguard.model import Origin, SourceKind, is_name, normalized
from driftguard.record import NamedTuple

_REPOSITORIES = frozenset(
    f"{system}+{transport}"
    for system, transports in {
        "git": "http https ssh git file",
        "hg": "http https ssh static-http file",
        "svn": "http https ssh svn file",
        "bzr": "http https ssh sftp ftp lp file",
    }.items()
    for transport in transports.split()
)
_SCHEMES = _REPOSITORIES | {"http", "https", "file", "ftp"}
_EGG = re.compile(r"[#&]egg=([^&]*)")
_SUBDIRECTORY = re.compile(r"[#&]subdirectory=([^&]*)")
_COMMIT = re.compile(r"[0-9a-fA-F]{40}|[0-9a-fA-F]{64}")
_ABBREVIATED = re.compile(r"[0-9a-f]{7,39}")
_BRANCHES = frozenset({"HEAD", "dev", "devel", "develop", "main", "master", "trunk"})
_FORGE_ARCHIVE = re.compile(r"/(?:archive/refs/heads/(.+)|(?:archive|tarball|zipball)/([^/]+))$")
ARCHIVES = (
    *(".zip", ".whl"),
    *(".tar.gz", ".tgz", ".tar", ".tar.bz2", ".tbz"),
    *(".tar.xz", ".txz", ".tlz", ".tar.lz", ".tar.lzma"),
)


class UnreadableError(ValueError):
    """Why pip cannot read a requirement, in one clause that quotes nothing of it."""


class Link(NamedTuple):
    """A URL, read.

    `name` and `version` are what it tells of itself, `problem` why it may bring something else tomorrow.
    `guessed` marks a name that pip learns only when it builds what lies there.
    """

    origin: Origin
    name: str = ""
    guessed: bool = False
    version: str | None = None
    problem: str = ""


def is_url(text: str) -> bool:
    """Say whether pip takes `text` for a URL. Raises UnreadableError where it is a broken one."""
    return ":" in text and _split(text).scheme in _SCHEMES


def is_repository(url: str) -> bool:
    """Say whether a URL is that of a repository."""
    return _split(url).scheme in _REPOSITORIES


def is_file(url: str) -> bool:
    """Say whether a URL names something on this machine."""
    return _split(url).scheme == "file"


def link(url: str) -> Link:
    """Read a URL that is not a local file. Raises UnreadableError."""
    parts = _split(url)
    if parts.scheme in _REPOSITORIES:
        return _repository(url, parts)
    told = told_by(posixpath.basename(unquote(parts.path).rstrip("/")))
    origin = Origin(kind=SourceKind.URL, location=_public(parts), subdirectory=_subdirectory(url))
    return archive(origin, told, named=egg(url), problem=_archive_problem(parts.path))


class Told(NamedTuple):
    """What an archive's file name tells; only that of a wheel is to be relied on."""

    name: str = ""
    version: str | None = None
    is_wheel: bool = False


def archive(origin: Origin, told: Told, *, named: str = "", problem: str = "") -> Link:
    """Return an archive as a link; `named` is the name that the URL gives it."""
    guessed = not (named or told.is_wheel)
    return Link(
        origin=origin, name=named or told.name, guessed=guessed, version=told.version, problem=problem
    )


def told_by(filename: str) -> Told:
    """Read an archive's file name. Raises UnreadableError for a wheel with a name that is none."""
    from packaging.utils import (
        InvalidSdistFilename,
        InvalidWheelFilename,
        parse_sdist_filename,
        parse_wheel_filename,
    )

    try:
        if filename.endswith(".whl"):
            name, version, *_ = parse_wheel_filename(filename)
        else:
            name, version = parse_sdist_filename(filename)
    except InvalidWheelFilename:
        raise UnreadableError("the wheel's file name is not one") from None
    except InvalidSdistFilename:
        return Told()
    if not is_name(name):
        return Told()
    return Told(normalized(name), str(version), filename.endswith(".whl"))


def egg(url: str) -> str:
    """Return the name in `#egg=`, normalised. Raises UnreadableError."""
    found = _EGG.search(url)
    if found and not is_name(found[1]):
        raise UnreadableError("`#egg=` holds more than a name")
    return normalized(found[1]) if found else ""


def local_path(url: str) -> str:
    """Return the path of a `file:` URL, which may be relative. Raises UnreadableError."""
    from urllib.request import url2pathname

    parts = _split(url)
    if parts.netloc not in {"", "localhost"} and os.name != "nt":
        raise UnreadableError("a `file:` URL with a host")
    return url2pathname(parts.path)


def _split(url: str) -> SplitResult:
    try:
        return urlsplit(url)
    except ValueError:
        raise UnreadableError("a malformed URL") from None


def _repository(url: str, parts: SplitResult) -> Link:
    path, at, revision = parts.path.rpartition("@")
    if not at:
        path, revision = parts.path, ""
    elif not revision:
        raise UnreadableError("nothing stands behind the `@`")
    revision = unquote(revision)
    is_git = parts.scheme.startswith("git+")
    scheme = parts.scheme.removeprefix("git+")
    # A checkout of another system than git has no kind of its own in the model; its scheme tells it.
    origin = Origin(
        kind=SourceKind.GIT if is_git else SourceKind.URL,
        location=_public(parts._replace(scheme=scheme, path=path)),
        commit=revision.lower() if _COMMIT.fullmatch(revision) else "",
        revision=revision,
        subdirectory=_subdirectory(url),
    )
    problem = "" if origin.commit else _moving(revision, is_git=is_git)
    return Link(origin=origin, name=egg(url), problem=problem)


def _moving(revision: str, *, is_git: bool) -> str:
    if not revision:
        return "follows the default branch"
    if not is_git and revision.isdecimal():
        return ""
    if revision in _BRANCHES or revision.startswith("refs/heads/"):
        return f"follows a branch ({revision})"
    if _ABBREVIATED.fullmatch(revision):
        return f"names an abbreviated commit ({revision})"
    return f"follows a branch or tag ({revision})"


def _archive_problem(path: str) -> str:
    """Say whether an archive is made from a branch, in the way of the large forges."""
    found = _FORGE_ARCHIVE.search(unquote(path))
    if found is None:
        return ""
    named = found[1] or found[2]
    branch = next((named.removesuffix(end) for end in ARCHIVES if named.endswith(end)), named)
    return f"follows a branch ({branch})" if found[1] or branch in _BRANCHES else ""


def _subdirectory(url: str) -> str:
    found = _SUBDIRECTORY.search(url)
    return found[1] if found else ""


def _public(parts: SplitResult) -> str:
    """Return a URL without fragment and without whom it is opened for, as installers record it."""
    user, at, host = parts.netloc.rpartition("@")
    netloc = parts.netloc if user == "git" else host
    return urlunsplit(parts._replace(netloc=netloc if at else parts.netloc, fragment=""))
