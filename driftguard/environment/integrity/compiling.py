"""Have the judged interpreter compare bytecode with its source, beside each other on all cores.

What makes it fall or takes too long is told of that one piece; the rest is gone on with.
"""

import os
import re
import signal
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from driftguard.attended import Ended, Job, attend, cores
from driftguard.environment.integrity.bytecode import Piece
from driftguard.environment.integrity.compiling_script import SCRIPT
from driftguard.environment.script import FLAGS
from driftguard.record import NamedTuple

_SECONDS = 60.0
"""For one batch, which takes about one."""
_MEMORY = 2 * 1024**3
_MESSAGE = 48 * 1024
_BATCH = 4 * 1024 * 1024
"""Bytes of sources after which another process may go on."""
_PIECES = 300
_MOST_FALLS = 50
"""Pieces over which it may fall before the rest is left out."""
_CRASHES = tuple(-one for one in (signal.SIGSEGV, signal.SIGABRT, signal.SIGILL, signal.SIGFPE))
_LINE = re.compile(rb"(\d{1,9})\t(c?)(?:([=!~?])([^\n]*)\n)?")


class Outcome(NamedTuple):
    """What came of a piece: `=` as it should be or never used, `!` other, `~` perhaps other, `?` unknown.

    `why` is a clause; it may hold text of the bytecode, escaped.
    """

    sign: str
    why: str = ""


def outcomes(
    pieces: Sequence[Piece], python: Path, site: str, environ: Mapping[str, str], *, headers: bool
) -> list[Outcome]:
    """Return what came of each piece, in their order; with `headers` only those are looked at."""
    found: dict[int, Outcome] = {}
    falls = 0
    while falls < _MOST_FALLS and (left := [at for at in range(len(pieces)) if at not in found]):
        batches = list(_batches(pieces, left))
        jobs = [_job([pieces[at] for at in batch], python, site, headers=headers) for batch in batches]
        for number, ended in attend(jobs, cwd=Path(site), environment=environ, places=cores()):
            batch, told = batches[number], _told(ended)
            found.update((batch[at], outcome) for at, outcome in told.items() if at < len(batch))
            if len(told) < len(batch):
                falls += 1
            if not told:
                fault = ended.fault or "the interpreter did not compare it"
                found.update((at, Outcome("?", fault)) for at in batch)
    return [found.get(at, Outcome("?", "too many others could not be compared")) for at in range(len(pieces))]


def _batches(pieces: Sequence[Piece], left: Sequence[int]) -> Iterator[list[int]]:
    batch: list[int] = []
    size = length = 0
    for at in left:
        more = len(os.fsencode(pieces[at].bytecode)) + len(os.fsencode(pieces[at].source)) + 4
        if batch and (size > _BATCH or length + more > _MESSAGE or len(batch) >= _PIECES):
            yield batch
            batch, size, length = [], 0, 0
        batch.append(at)
        size += pieces[at].size
        length += more
    if batch:
        yield batch


def _job(batch: Sequence[Piece], python: Path, site: str, *, headers: bool) -> Job:
    words = [b"header" if headers else b"code"]
    for piece in batch:
        # Relative to the working directory, which is `site`: a pipe takes only a short message at once.
        words += [os.fsencode(os.path.relpath(path, site)) for path in (piece.bytecode, piece.source)]
        words.append(b"%d" % piece.level)
    return Job([python, *FLAGS, "-W", "ignore", "-c", SCRIPT], b"\0".join(words) + b"\0", _SECONDS, _MEMORY)


def _told(ended: Ended) -> dict[int, Outcome]:
    """Return what was told of the pieces of a batch, by number; of an unfinished one, how it ended."""
    found = {}
    for number, compiling, sign, why in _LINE.findall(ended.answer):
        if sign:
            found[int(number)] = Outcome(sign.decode(), why.decode("ascii", "replace"))
        else:
            found[int(number)] = _fallen(ended, compiling=bool(compiling))
    return found


def _fallen(ended: Ended, *, compiling: bool) -> Outcome:
    what = "compiling the source" if compiling else "loading it"
    if ended.returncode is None:
        return Outcome("?", f"{what} takes more than {_SECONDS:g} s")
    if ended.returncode in _CRASHES:
        return Outcome("?" if compiling else "!", f"{what} crashes the interpreter")
    return Outcome("?", f"{what} ended the interpreter with code {ended.returncode}")
