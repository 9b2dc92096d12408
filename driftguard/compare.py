"""Lay what should be installed beside what is: the join, once, as a partition."""

from collections.abc import Iterable
from operator import attrgetter

from driftguard.expect import Expectation, Expected, Undecided
from driftguard.model import Environment, Installed, Locked, Origin, SourceKind
from driftguard.record import NamedTuple
from driftguard.versions import equal


class Pair(NamedTuple):
    """A package that is both expected and installed, once each."""

    expected: Expected
    installed: Installed

    @property
    def locked(self) -> Locked:
        """The locked package."""
        return self.expected.locked


class Duplicate(NamedTuple):
    """A name under which more than one distribution is installed; `expected` is None when none is wanted."""

    name: str
    installed: tuple[Installed, ...]
    expected: Expected | None


class Elsewhere(NamedTuple):
    """A package that the lock has, though not for this selection; `where` says what asks for it."""

    installed: Installed
    where: str


class Comparison(NamedTuple):
    """The partition. Every installed distribution and every expected package stands in exactly one part.

    `allowed` may be there without being locked; whether `doubtful` should be is `undecided`.
    `fits` is another selection that this environment answers to exactly, as arguments of
    `uv sync` (`--group docs`, or `no options`), empty when there is none.
    """

    pairs: tuple[Pair, ...]
    missing: tuple[Expected, ...]
    extraneous: tuple[Installed, ...]
    elsewhere: tuple[Elsewhere, ...]
    duplicates: tuple[Duplicate, ...]
    allowed: tuple[Installed, ...]
    doubtful: tuple[Installed, ...]
    undecided: tuple[Undecided, ...]
    fits: str = ""

    @property
    def by_name(self) -> dict[str, Pair]:
        """The pairs by normalised name."""
        return {pair.installed.name: pair for pair in self.pairs}


def compare(
    expectation: Expectation, environment: Environment, allowed: frozenset[str] = frozenset()
) -> Comparison:
    """Join by name. What the environment inherits from its base interpreter is not part of it."""
    wanted = {entry.name: entry for entry in expectation.expected}
    doubtful = {entry.name for entry in expectation.undecided}
    there = _by_name(environment.installed)
    single = {name: group[0] for name, group in there.items() if len(group) == 1}
    over = {name: one for name, one in single.items() if name not in wanted}
    return Comparison(
        pairs=tuple(
            Pair(expected=wanted[name], installed=one) for name, one in single.items() if name in wanted
        ),
        missing=tuple(entry for name, entry in wanted.items() if name not in there),
        extraneous=tuple(one for name, one in over.items() if name not in doubtful | allowed),
        elsewhere=(),
        duplicates=tuple(
            Duplicate(name=name, installed=tuple(group), expected=wanted.get(name))
            for name, group in there.items()
            if len(group) > 1
        ),
        allowed=tuple(one for name, one in over.items() if name in allowed - doubtful),
        doubtful=tuple(one for name, one in over.items() if name in doubtful),
        undecided=expectation.undecided,
    )


def seeds(environment: Environment) -> frozenset[str]:
    """Return what an environment may have been seeded with: nothing if uv made it without `--seed`.

    This is uv's own rule for what `uv sync` leaves alone.
    """
    if environment.created_by_uv and not environment.seeded:
        return frozenset()
    version = environment.interpreter.version.split(".")[:2]
    old = [int(part) for part in version if part.isdigit()] < [3, 12]
    return frozenset({"pip", "uv", "setuptools", "wheel"} if old else {"pip", "uv"})


def _by_name(installed: Iterable[Installed]) -> dict[str, list[Installed]]:
    groups: dict[str, list[Installed]] = {}
    for one in sorted(installed, key=attrgetter("name")):
        groups.setdefault(one.name, []).append(one)
    for group in groups.values():
        if len(group) > 1:
            group.sort(key=lambda one: str(one.path))
    return groups


def same_version(locked: str, installed: str, *, any_local: bool = False) -> bool:
    """Compare as PEP 440 does; versions it does not know compare as text.

    With `any_local`, `2.0` also stands for `2.0+cpu`, as it does in the requirement `==2.0`.
    """
    if any_local and "+" not in locked:
        installed = installed.partition("+")[0]
    return equal(locked, installed)


def origin_difference(locked: Origin, installed: Origin) -> str:
    """Return how the two origins differ, as `locked …, installed …`; empty when they agree.

    An installed distribution does not record its index, so any index agrees with any other.
    """
    if locked.kind is SourceKind.GIT and not locked.commit:
        installed_at = installed._replace(commit="")  # a branch is locked: which commit that is, nobody said
    else:
        installed_at = installed
    if _comparable(locked) == _comparable(installed_at):
        return ""
    return f"locked from {described(locked)}, installed from {described(installed)}"


def described(origin: Origin) -> str:
    """Return an origin in words."""
    below = f", folder {origin.subdirectory}" if origin.subdirectory else ""
    match origin.kind:
        case SourceKind.REGISTRY:
            return "an index"
        case SourceKind.GIT:
            return f"{origin.location} at {origin.commit[:12] or origin.revision or 'no commit'}{below}"
        case SourceKind.EDITABLE:
            return f"{origin.location} (editable){below}"
        case SourceKind.DIRECTORY:
            return f"{origin.location} (not editable){below}"
        case SourceKind.URL | SourceKind.PATH | SourceKind.VIRTUAL:
            return f"{origin.location}{below}"


def _comparable(origin: Origin) -> tuple[str, ...]:
    match origin.kind:
        case SourceKind.REGISTRY:
            return (origin.kind,)
        case SourceKind.GIT:
            return (
                origin.kind,
                _plain_url(origin.location).removesuffix(".git"),
                origin.commit,
                origin.subdirectory,
            )
        case SourceKind.URL:
            return (origin.kind, _plain_url(origin.location), origin.subdirectory)
        case SourceKind.PATH | SourceKind.DIRECTORY | SourceKind.EDITABLE | SourceKind.VIRTUAL:
            return (origin.kind, origin.location.rstrip("/"), origin.subdirectory)


def _plain_url(url: str) -> str:
    """Drop credentials, query and fragment; lower the host's case."""
    from urllib.parse import urlsplit, urlunsplit  # for which no package from an index asks

    try:
        parts = urlsplit(url)
    except ValueError:  # such as an IPv6 host without its bracket
        return url
    host = parts.netloc.rpartition("@")[2].lower()
    return urlunsplit((parts.scheme.lower(), host, parts.path.rstrip("/"), "", ""))
