"""The nouns of integrity: what the files of an environment are, beside what its RECORDs say of them.

Paths are absolute, sizes are bytes, names of distributions are normalised.
"""

from enum import StrEnum

from driftguard.model import Installed
from driftguard.record import NamedTuple


class Altered(NamedTuple):
    """A file that is not what was recorded of it.

    `recorded` and `found` are both values in words (`182 bytes`, `sha256 0f3a…`); `links` counts the names
    that its content has on this disk, `cached` is the one of them in uv's cache, if it was found there.
    """

    path: str
    recorded: str
    found: str
    links: int = 1
    cached: str = ""

    @property
    def is_shared(self) -> bool:
        """Say whether others get the same content from the same place."""
        return self.links > 1 or bool(self.cached)


class Verified(NamedTuple):
    """One distribution, held against its RECORD.

    `fault` says as a clause why the RECORD itself is of no use, `untold` that the installer never writes one
    (and is its name, if it has one). `unhashed` are files of which it says nothing, `weak` counts those of
    which it says too little (MD5, SHA-1), `outside` are rows that lead out of the environment, `unread`
    clauses on files that could not be read.
    """

    installed: Installed
    files: int = 0
    fault: str = ""
    untold: str = ""
    changed: tuple[Altered, ...] = ()
    missing: tuple[str, ...] = ()
    unhashed: tuple[str, ...] = ()
    weak: int = 0
    outside: tuple[str, ...] = ()
    unread: tuple[str, ...] = ()


class Overlap(NamedTuple):
    """A file that several distributions recorded: `owners`, and those of them whose content lies there."""

    path: str
    owners: tuple[str, ...]
    holders: tuple[str, ...]


class StrangerKind(StrEnum):
    """What a file that nobody owns can do."""

    CODE = "code"
    """It can be imported, or is an entry point."""
    SOURCELESS = "sourceless"
    """Compiled code that is imported without a source beside it."""
    PATH = "path"
    """A `.pth` file, which adds folders to `sys.path`."""
    DATA = "data"


class Stranger(NamedTuple):
    """Files that no distribution recorded, below one entry of a `site-packages`.

    `entry` is that entry (a folder or a file), `whole` whether nothing in it is anybody's, `paths` the files,
    the first hundred of them, `files` their number. `kind` is the worst of them.
    """

    entry: str
    kind: StrangerKind
    whole: bool
    files: int
    paths: tuple[str, ...]


class StartUp(NamedTuple):
    """Code that every start of the interpreter runs and that no distribution recorded.

    `line` is the first such line of a `.pth` file, by its number, and `text` what it says; 0 for a module.
    `is_patch` marks a module that makers of environments write themselves, in words that are not known.
    """

    path: str
    line: int = 0
    text: str = ""
    is_patch: bool = False


class Misled(NamedTuple):
    """A script of a distribution that starts another interpreter than the environment's."""

    path: str
    owner: str
    interpreter: str
    exists: bool


class OtherBytecode(NamedTuple):
    """Bytecode that the interpreter runs in place of its source, and that was not made of it.

    `entry` is what it belongs to of a `site-packages` (a folder, or a module's source), `difference` a
    clause. It is not `sure` where another release of the same Python may have compiled it.
    """

    entry: str
    path: str
    difference: str
    sure: bool = True


class LockedWheel(NamedTuple):
    """A wheel whose hash is locked: its file name (empty where the lock has none), size (0) and SHA-256 in
    hex.

    `path` is where on this disk the lock itself looks for it, if it does.
    """

    file: str
    sha256: str
    size: int = 0
    path: str = ""


class Anchored(NamedTuple):
    """One distribution, held against the wheel whose hash is locked.

    `changed` and `missing` are told of files that are as their RECORD has them and yet not as the wheel has,
    `added` are recorded files that no wheel brought.
    """

    installed: Installed
    wheel: str
    changed: tuple[Altered, ...] = ()
    missing: tuple[str, ...] = ()
    added: tuple[str, ...] = ()


class Unanchored(NamedTuple):
    """A distribution that could not be held against a wheel, and why, as a clause.

    `wanting` says that a hash is locked, and only the wheel is not at hand.
    """

    name: str
    reason: str
    wanting: bool = False


class Integrity(NamedTuple):
    """What was found when every installed file was held against its RECORD.

    `files` counts those looked at. `unlisted` are clauses on folders whose strangers nobody can tell.
    `anchored` and `unanchored` are empty where nobody asked for wheels; of bytecode only headers were then
    looked at. `uncompared` are clauses on bytecode that could not be.
    """

    files: int = 0
    verified: tuple[Verified, ...] = ()
    overlaps: tuple[Overlap, ...] = ()
    strangers: tuple[Stranger, ...] = ()
    start_ups: tuple[StartUp, ...] = ()
    misled: tuple[Misled, ...] = ()
    unlisted: tuple[str, ...] = ()
    anchored: tuple[Anchored, ...] = ()
    unanchored: tuple[Unanchored, ...] = ()
    bytecode: tuple[OtherBytecode, ...] = ()
    uncompared: tuple[str, ...] = ()
