"""Hash thousands of files beside what was recorded of them, in as many threads as there are processors.

OpenSSL and the system calls let other threads run meanwhile. A file is opened, read and closed once; no
more of it is held than a buffer.
"""

import hashlib
import os
import stat
from binascii import b2a_base64
from collections.abc import Callable, Iterator, Sequence
from io import FileIO
from itertools import accumulate, groupby
from operator import itemgetter
from threading import Thread

from driftguard.environment.reading import reason
from driftguard.record import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from hashlib import _Hash as HASH

WEAK = ("md5", "sha1")
"""Algorithms of old installers, for which another content can be made."""
_MAKERS = {
    "sha256": hashlib.sha256,
    "sha384": hashlib.sha384,
    "sha512": hashlib.sha512,
    "sha1": hashlib.sha1,
    "md5": hashlib.md5,
}
ALGORITHMS = frozenset(_MAKERS)

_FLAGS = (
    os.O_RDONLY
    | getattr(os, "O_NONBLOCK", 0)  # a pipe in place of a file must not hang us
    | getattr(os, "O_NOCTTY", 0)
    | getattr(os, "O_CLOEXEC", 0)
    | getattr(os, "O_BINARY", 0)
)
_SMALL = 256 * 1024
_BATCH = 32 * 1024 * 1024
"""Bytes after which another thread may go on."""
_PER_FILE = 64 * 1024
"""What opening a file is worth in bytes of hashing."""


class Claim(NamedTuple):
    """A file, its size as it lies there, the algorithm to hash it with, and the digest as RECORD writes it.

    That is URL-safe Base64, here without padding.
    """

    path: str
    size: int
    algorithm: str
    digest: str


class Answer(NamedTuple):
    """What a file holds instead of what was claimed: its digest, or why it has none."""

    digest: str = ""
    fault: str = ""


def answers(claims: Sequence[Claim]) -> list[Answer | None]:
    """Return what each claim's file holds, in their order; None where it is what was claimed."""
    found: list[Answer | None] = [_UNREAD] * len(claims)
    batches = iter(_batches(claims))
    workers = [Thread(target=_work, args=(claims, batches, found), daemon=True) for _ in range(processors())]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    return found


_UNREAD = Answer(fault="was not read")


def processors() -> int:
    """Return how many processors we may use, sixteen at most."""
    if hasattr(os, "sched_getaffinity"):
        return min(len(os.sched_getaffinity(0)), 16)
    return min(os.cpu_count() or 1, 16)


def _batches(claims: Sequence[Claim]) -> list[range]:
    """Cut the claims into runs of about the same work, the longest first."""
    reached = accumulate(claim.size + _PER_FILE for claim in claims)
    numbered = ((total // _BATCH, index) for index, total in enumerate(reached))
    runs = [[index for _, index in run] for _, run in groupby(numbered, key=itemgetter(0))]
    batches = [range(run[0], run[-1] + 1) for run in runs]
    return sorted(batches, key=lambda batch: sum(claims[index].size for index in batch), reverse=True)


def _work(claims: Sequence[Claim], batches: Iterator[range], found: list[Answer | None]) -> None:
    buffer = memoryview(bytearray(_SMALL))
    for batch in batches:
        for index in batch:
            found[index] = _answer(claims[index], buffer)


def _answer(claim: Claim, buffer: memoryview) -> Answer | None:
    path, size, algorithm, recorded = claim
    try:
        descriptor = os.open(path, _FLAGS)
    except (OSError, ValueError) as error:
        return Answer(fault=_why(error))
    try:
        digest = _digest(descriptor, size, _MAKERS[algorithm], buffer)
    except OSError as error:
        return Answer(fault=_why(error))
    finally:
        os.close(descriptor)
    return None if digest == recorded else Answer(digest)


def _digest(descriptor: int, size: int, make: "Callable[..., HASH]", buffer: memoryview) -> str:
    """Hash what is there; of a file that grows meanwhile no more than one buffer beyond its size."""
    if size < _SMALL:
        hashing = make(os.read(descriptor, _SMALL), usedforsecurity=False)
    else:
        hashing = make(usedforsecurity=False)
        stream, left = FileIO(descriptor, closefd=False), size + 1
        while left > 0 and (count := stream.readinto(buffer)):
            hashing.update(buffer[:count])
            left -= count
    return b2a_base64(hashing.digest(), newline=False).translate(_URL_SAFE, b"=\n").decode()


_URL_SAFE = bytes.maketrans(b"+/", b"-_")


def _why(error: OSError | ValueError) -> str:
    return reason(error) if isinstance(error, OSError) else str(error)


def is_regular(status: os.stat_result) -> bool:
    """Say whether there is content to be hashed: opening a device may do things."""
    return stat.S_ISREG(status.st_mode)
