"""Hold the files of distributions against their RECORDs."""

import os
from array import array
from collections.abc import Iterable, Iterator, Sequence

from driftguard.environment import stamps
from driftguard.environment.integrity import hashing
from driftguard.environment.integrity.hashing import Answer, Claim
from driftguard.environment.integrity.kept import NOT_KEPT, Kept
from driftguard.environment.integrity.records import Record
from driftguard.environment.reading import reason
from driftguard.integrity import Altered, Verified
from driftguard.model import Installed

_ITSELF = ("/RECORD", "/RECORD.jws", "/RECORD.p7s", ".dist-info/INSTALLER", ".dist-info/REQUESTED")
"""What RECORD cannot, or need not, say anything of."""
_BY_VIRTUALENV = ".virtualenv"
"""How the file ends with which it marks what it put in place, along with scripts in `bin/`."""
_LONGEST_SIZE = 20
_GONE = (FileNotFoundError, NotADirectoryError)


class Verification:
    """One distribution while its files are looked at."""

    def __init__(self, one: Installed, record: Record, kept: Kept) -> None:
        self.installed = one
        self.record = record
        self.claims: list[Claim] = []
        self.changed: list[Altered] = []
        self.missing: list[str] = []
        self.unhashed: list[str] = []
        self.unread: list[str] = []
        self.weak = 0
        self._claimed: list[tuple[int, int]] = []
        self.marks = array("q")
        for row, status in self._look(kept.marks(str(one.path), record)):
            self._open(row, status)

    def _look(self, known: Sequence[int]) -> Iterator[tuple[int, os.stat_result]]:
        """Mark every file, and yield the state of those of which nothing is known."""
        stat, limit, told = os.stat, stamps.settled_before(), self.marks.append
        for row, path in enumerate(self.record.paths):
            try:
                status = stat(path)
            except (OSError, ValueError) as error:
                told(NOT_KEPT)
                self._unseen(row, error)
                continue
            mark = hash((status.st_size, status.st_mtime_ns, status.st_ctime_ns, status.st_ino))
            if mark == known[row]:
                told(mark)
            else:
                told(mark if max(status.st_mtime_ns, status.st_ctime_ns) < limit else NOT_KEPT)
                yield row, status

    def _unseen(self, row: int, error: OSError | ValueError) -> None:
        path = self.record.paths[row]
        if not isinstance(error, _GONE):
            self.unread.append(f"`{path}` cannot be looked at: {_why(error)}")
        elif self.record.rows[row][1] or not path.endswith(".pyc"):  # bytecode comes and goes
            self.missing.append(path)

    def _open(self, row: int, status: os.stat_result) -> None:
        """Decide what is to be known of a file beyond its state."""
        path, (_, recorded, size) = self.record.paths[row], self.record.rows[row]
        algorithm, _, digest = recorded.partition("=")
        if not hashing.is_regular(status):
            self._differs(row, status.st_nlink, "a file", "something else")
        elif size.isdecimal() and len(size) < _LONGEST_SIZE and int(size) != status.st_size:
            self._differs(row, status.st_nlink, f"{int(size):,} bytes", f"{status.st_size:,} bytes")
        elif algorithm in hashing.ALGORITHMS:
            self.claims.append(Claim(path, status.st_size, algorithm, digest.rstrip("=")))
            self._claimed.append((row, status.st_nlink))
        elif recorded or not _needs_no_hash(path):
            self.unhashed.append(path)
            self.marks[row] = NOT_KEPT

    def _differs(self, row: int, links: int, recorded: str, found: str) -> None:
        path = self.record.paths[row]
        if self.record.rows[row][1] or not _needs_no_hash(path):
            self.changed.append(Altered(path, recorded, found, links))
            self.marks[row] = NOT_KEPT

    def close(self, answers: Iterator[Answer | None], kept: Kept) -> Verified:
        """Return what became of the files, with the answers to `claims`, and keep it."""
        for (row, links), claim in zip(self._claimed, self.claims, strict=True):
            answer = next(answers)
            if answer is None:
                if claim.algorithm in hashing.WEAK:
                    self.weak += 1
                    self.marks[row] = NOT_KEPT
            elif answer.fault:
                self.unread.append(f"`{claim.path}` cannot be read: {answer.fault}")
                self.marks[row] = NOT_KEPT
            else:
                was, now = (f"{claim.algorithm} {text[:12]}…" for text in (claim.digest, answer.digest))
                self._differs(row, links, was, now)
        kept.tell(str(self.installed.path), self.record, self.marks)
        return Verified(
            installed=self.installed,
            files=len(self.record.paths),
            changed=tuple(sorted(self.changed)),
            missing=tuple(self.missing),
            unhashed=self._unexpected(),
            weak=self.weak,
            outside=self.record.outside,
            unread=tuple(self.unread),
        )

    def _unexpected(self) -> tuple[str, ...]:
        """Return the files without a hash, but for those that virtualenv adds when it puts pip in place."""
        if not any(path.endswith(_BY_VIRTUALENV) for path in self.unhashed):
            return tuple(self.unhashed)
        site = f"{self.installed.path.parent}{os.sep}"
        return tuple(
            one for one in self.unhashed if one.startswith(site) and not one.endswith(_BY_VIRTUALENV)
        )


def verified(books: Iterable[tuple[Installed, Record, Kept]]) -> list[Verified]:
    """Return what became of each distribution's files."""
    looked = [(Verification(one, record, kept), kept) for one, record, kept in books]
    answers = iter(hashing.answers([claim for one, _ in looked for claim in one.claims]))
    return [one.close(answers, kept) for one, kept in looked]


def _needs_no_hash(path: str) -> bool:
    """Say whether a file may differ from run to run, as bytecode does that lies where it is checked."""
    return path.endswith(_ITSELF) or (path.endswith(".pyc") and f"{os.sep}__pycache__{os.sep}" in path)


def _why(error: OSError | ValueError) -> str:
    return reason(error) if isinstance(error, OSError) else str(error)
