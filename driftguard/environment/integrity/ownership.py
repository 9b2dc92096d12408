"""Who owns which file, and whose content lies where several do."""

import os
from collections.abc import Iterable, Sequence
from itertools import repeat

from driftguard.cache import digest
from driftguard.environment.integrity.records import Record
from driftguard.integrity import Overlap, Verified
from driftguard.model import Installed
from driftguard.record import NamedTuple


class Ownership(NamedTuple):
    """An owner of each recorded file, by number; all of them, ascending, where there are several.

    `digest` stands for all the RECORDs.
    """

    owners: dict[str, int]
    several: dict[str, list[int]]
    digest: str

    def folders(self) -> set[str]:
        """Return the folders of recorded files, and those that hold them."""
        found = {path.rpartition(os.sep)[0] for path in self.owners}
        waiting = list(found)
        while waiting:
            above = waiting.pop().rpartition(os.sep)[0]
            if above and above not in found:
                found.add(above)
                waiting.append(above)
        return found


def of(books: Iterable[tuple[Installed, Record]]) -> Ownership:
    """Return who owns what."""
    owners: dict[str, int] = {}
    several: dict[str, list[int]] = {}
    keys = []
    for number, (_, record) in enumerate(books):
        keys.append(record.key)
        if not owners.keys().isdisjoint(record.paths):
            for path in record.paths:
                if path in owners:
                    several.setdefault(path, [owners[path]]).append(number)
        owners.update(zip(record.paths, repeat(number)))
    return Ownership(owners, several, digest("\n".join(sorted(keys)).encode()))


def shared(owned: Ownership, told: Sequence[Verified]) -> tuple[list[Verified], tuple[Overlap, ...]]:
    """Return what is several distributions'; a file that is as one of them has it is changed for none."""
    altered = [{one.path for one in entry.changed} for entry in told]
    overlaps, excused = [], set()
    for path, numbers in owned.several.items():
        holders = [number for number in numbers if path not in altered[number]]
        names = [told[number].installed.name for number in numbers]
        if holders:
            excused.add(path)
            overlaps.append(
                Overlap(path, tuple(names), tuple(told[number].installed.name for number in holders))
            )
    if not excused:
        return list(told), ()
    return [_without(one, excused) for one in told], tuple(sorted(overlaps))


def _without(one: Verified, excused: set[str]) -> Verified:
    return one._replace(changed=tuple(each for each in one.changed if each.path not in excused))
