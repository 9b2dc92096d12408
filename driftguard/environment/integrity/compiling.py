"""Have the judged interpreter compare bytecode with its source, beside each other on all cores.

What makes it fall or takes too long is told of that one piece; the rest is gone on with.
"""

import os
import re
import signal
from collections.abc import Mapping, Sequence
from collections.abc import Set as AbstractSet
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
_MOST_FALLS = 100
"""Times it may fall over a piece before the rest is left out."""
_CRASHES = tuple(-one for one in (signal.SIGSEGV, signal.SIGABRT, signal.SIGILL, signal.SIGFPE))
_LINE = re.compile(rb"(\d{1,9})\tl?(?:([=!~?])([^\n]*)\n)?")
_LOADING = b"\tl"


class Outcome(NamedTuple):
    """What came of a piece: `=` as it should be or never used, `!` other, `~` perhaps other, `?` unknown.

    `why` is a clause; it may hold text of the bytecode, escaped.
    """

    sign: str
    why: str = ""


def outcomes(
    pieces: Sequence[Piece], python: Path, site: str, environ: Mapping[str, str], *, headers: bool
) -> list[Outcome]:
    """Return what came of each piece, in their order; with `headers` only those are looked at.

    What the interpreter fell over in company it is given again alone: others may have broken it.
    """
    found: dict[int, Outcome] = {}
    alone: set[int] = set()
    falls = 0
    while falls < _MOST_FALLS and (left := [at for at in range(len(pieces)) if at not in found]):
        batches = _batches(pieces, left, alone)
        jobs = [_job([pieces[at] for at in batch], python, site, headers=headers) for batch in batches]
        for number, ended in attend(jobs, cwd=Path(site), environment=environ, places=cores()):
            batch = batches[number]
            told, in_hand = _told(ended, len(batch))
            found.update((batch[at], outcome) for at, outcome in told.items())
            if len(told) == len(batch):
                continue
            falls += 1
            if in_hand is not None and len(batch) > 1:
                alone.add(batch[in_hand])
            elif not told:
                fault = _fault(ended)
                found.update((at, fault) for at in batch)
    return [found.get(at, Outcome("?", "too many others could not be compared")) for at in range(len(pieces))]


def _batches(pieces: Sequence[Piece], left: Sequence[int], alone: AbstractSet[int]) -> list[list[int]]:
    """Return the numbers of those that are left, in runs of about the same work."""
    batches: list[list[int]] = [[]]
    size = length = 0
    for at in left:
        if at in alone:
            continue
        more = len(os.fsencode(pieces[at].bytecode)) + len(os.fsencode(pieces[at].source)) + 4
        if size > _BATCH or length + more > _MESSAGE or len(batches[-1]) >= _PIECES:
            batches.append([])
            size = length = 0
        batches[-1].append(at)
        size += pieces[at].size
        length += more
    return [batch for batch in (*batches, *([at] for at in left if at in alone)) if batch]


def _job(batch: Sequence[Piece], python: Path, site: str, *, headers: bool) -> Job:
    words = [b"header" if headers else b"code"]
    for piece in batch:
        # Relative to the working directory, which is `site`: a pipe takes only a short message at once.
        words += [os.fsencode(os.path.relpath(path, site)) for path in (piece.bytecode, piece.source)]
        words.append(b"%d" % piece.level)
    return Job([python, *FLAGS, "-W", "ignore", "-c", SCRIPT], b"\0".join(words) + b"\0", _SECONDS, _MEMORY)


def _told(ended: Ended, count: int) -> tuple[dict[int, Outcome], int | None]:
    """Return what was told of the pieces of a batch, by number, and the one that was not finished."""
    found, in_hand = {}, None
    for digits, sign, why in _LINE.findall(ended.answer):
        if (number := int(digits)) >= count:
            continue
        if sign:
            found[number] = Outcome(sign.decode(), why.decode("ascii", "replace"))
        else:
            in_hand = number
    return found, in_hand


def _fault(ended: Ended) -> Outcome:
    """Say how the interpreter ended over its only piece; bytecode that crashes it is told as other."""
    is_loading = _LOADING in ended.answer
    what = "loading it" if is_loading else "compiling the source"
    if ended.fault or not ended.answer:
        return Outcome(
            "?", ended.fault or f"the interpreter did not answer: {ended.last_words[-200:].strip()}"
        )
    if ended.returncode is None:
        return Outcome("?", f"{what} takes more than {_SECONDS:g} s")
    if ended.returncode in _CRASHES:
        return Outcome("!" if is_loading else "?", f"{what} crashes the interpreter")
    return Outcome("?", f"{what} ended the interpreter with code {ended.returncode}")
