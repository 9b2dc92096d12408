"""Hold the files of distributions against their RECORDs."""

import os
from array import array
from collections.abc import Iterable, Iterator, Sequence

from driftguard.environment import stamps
from driftguard.environment.integrity import hashing, marks
from driftguard.environment.integrity.hashing import Answer, Claim
from driftguard.environment.integrity.kept import Kept
from driftguard.environment.integrity.marks import NOT_KEPT, Marks
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
    """One distribution while those of its files are looked at that are not `known` by the marks `found`."""

    def __init__(self, one: Installed, record: Record, found: "array[int]", known: Marks, salt: int) -> None:
        self.installed = one
        self.record = record
        self.claims: list[Claim] = []
        self.changed: list[Altered] = []
        self.missing: list[str] = []
        self.unhashed: list[str] = []
        self.unread: list[str] = []
        self.weak = 0
        self._claimed: list[tuple[int, int]] = []
        self.marks = found
        limit = stamps.settled_before()
        for row in _doubtful(found, known):
            self._look(row, limit, salt)

    def _look(self, row: int, limit: int, salt: int) -> None:
        """Look at a file, as what is hashed is marked by how it was before; nothing younger is kept."""
        try:
            status = os.stat(self.record.paths[row])  # noqa: PTH116
        except (OSError, ValueError) as error:
            self.marks[row] = NOT_KEPT
            self._unseen(row, error)
            return
        settled = max(status.st_mtime_ns, status.st_ctime_ns) < limit
        self.marks[row] = marks.of_state(status, salt) if settled else NOT_KEPT
        self._open(row, status)

    def _unseen(self, row: int, error: OSError | ValueError) -> None:
        path = self.record.paths[row]
        if not isinstance(error, _GONE):
            self.unread.append(f"`{path}` cannot be looked at: {_why(error)}")
        elif self.record.digests[row] or not path.endswith(".pyc"):  # bytecode comes and goes
            self.missing.append(path)

    def _open(self, row: int, status: os.stat_result) -> None:
        """Decide what is to be known of a file beyond its state."""
        path, recorded, size = (column[row] for column in self.record[:3])
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
        if self.record.digests[row] or not _needs_no_hash(path):
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


def verified(books: Sequence[tuple[Installed, Record, Kept]], salt: int) -> list[Verified]:
    """Return what became of each distribution's files; `salt` goes into their marks."""
    known = [kept.known(str(one.path), record) for one, record, kept in books]
    found = marks.of_groups([record.paths for _, record, _ in books], salt) if any(map(any, known)) else known
    looked = [
        Verification(one, record, there, before, salt)
        for (one, record, _), there, before in zip(books, found, known, strict=True)
    ]
    answers = iter(hashing.answers([claim for one in looked for claim in one.claims]))
    return [one.close(answers, kept) for one, (_, _, kept) in zip(looked, books, strict=True)]


def _doubtful(found: Marks, known: Marks) -> Iterable[int]:
    """Return the rows of the files that are not known, or have other marks now."""
    if found == known and NOT_KEPT not in known:
        return ()
    return [row for row, mark in enumerate(known) if mark == NOT_KEPT or mark != found[row]]


def _needs_no_hash(path: str) -> bool:
    """Say whether a file may differ from run to run, as bytecode does that lies where it is checked."""
    return path.endswith(_ITSELF) or (path.endswith(".pyc") and f"{os.sep}__pycache__{os.sep}" in path)


def _why(error: OSError | ValueError) -> str:
    return reason(error) if isinstance(error, OSError) else str(error)
