"""The files in each folder, read or known: one image for each."""

import os
from collections.abc import Sequence
from functools import partial

from driftguard.binary import DANGLING, Image
from driftguard.cache import Cache
from driftguard.environment import stamps
from driftguard.environment.native import file_lists
from driftguard.environment.native.file_lists import Listed
from driftguard.environment.native.files import NativeFile
from driftguard.environment.native.kept import KeptFolder
from driftguard.environment.native.running import Running
from driftguard.environment.stamps import Stamp

_NOWHERE: Stamp = [0, 0, 0, 0]


class Folders:
    """The folders in which files lie; `context` is what facts on them depend on besides."""

    def __init__(self, context: str, cache: Cache) -> None:
        self._context = context
        self._cache = cache
        self._kept: dict[str, KeptFolder] = {}

    def _of(self, folder: str) -> KeptFolder:
        if folder not in self._kept:
            self._kept[folder] = KeptFolder(folder, self._context, self._cache)
        return self._kept[folder]

    def names(self) -> list[str]:
        """Return the folders that were asked for."""
        return sorted(self._kept)

    def listed(self, metadata: str, inside: tuple[str, ...]) -> Listed:
        """Return the list of files of a metadata folder, as `file_lists.read`."""
        folder = self._of(os.path.dirname(metadata))  # noqa: PTH120 - hundreds of them
        return folder.listed(metadata, partial(file_lists.read, metadata, inside))

    def seen(self, found: Sequence[NativeFile], running: Running | None) -> tuple[list[Image], list[Stamp]]:
        """Return the images of the files that are there, and the states of those.

        A link that leads nowhere is there too (uv's, once its cache was cleaned), and so is a pipe.
        """
        images, states = [], []
        for file in found:
            stamp = stamps.of_file(file.path)
            if stamp:
                images.append(self._of(file.folder).image(file, stamp, partial(_image, file, running)))
                states.append(stamp)
            elif fault := _no_file(file.path):
                images.append(_without(file, fault))
                states.append(_NOWHERE)
        return images, states

    def save(self) -> None:
        """Keep what was asked for."""
        for folder in self._kept.values():
            folder.save()


def _no_file(path: str) -> str:
    """Return what lies in the place of a file, as a fault; empty where nothing does."""
    if os.path.exists(path):  # noqa: PTH110 - of a text
        return "is not a regular file"
    return DANGLING if os.path.islink(path) else ""  # noqa: PTH114 - the same


def _without(file: NativeFile, fault: str) -> Image:
    """Return what is left to be said; without a tag nobody knows any more whether it was a module."""
    return Image(
        path=file.path,
        distribution=file.distribution,
        module=file.module if file.tag else "",
        tag=file.tag,
        fault=fault,
        replaced=file.replaced,
        fallback=file.fallback,
    )


def _image(file: NativeFile, running: Running | None) -> Image:
    from driftguard.environment.native import image

    exports = running.exports if running else None
    one = image.read(
        file.path, distribution=file.distribution, module=file.module, tag=file.tag, exports=exports
    )
    if file.module and not file.tag and not one.fault and not _is_module(file):
        one = one._replace(module="")
    return one._replace(replaced=file.replaced, fallback=file.fallback)


def _is_module(file: NativeFile) -> bool:
    """Say whether a file without a tag exports what Python calls to make a module of it (PEP 489, 793)."""
    from driftguard.environment.native import elf

    stem = file.module.rpartition(".")[2]
    name = f"_{stem}" if stem.isascii() else "U_" + stem.encode("punycode").decode().replace("-", "_")
    try:
        with elf.open(file.path) as it:
            return any(f"\0{hook}{name}\0".encode() in it.strings for hook in ("PyInit", "PyModExport"))
    except (elf.ElfError, OSError):
        return True
