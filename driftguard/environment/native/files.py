"""Which shared objects belong to which distribution, and which modules Python would take them for.

No folder is walked whose files somebody has listed. Where there is no list, the packages that `top_level.txt`
names are; what nobody tells is said, not guessed.
"""

import os
from collections.abc import Callable, Iterator, Sequence
from functools import cache
from pathlib import Path

from driftguard.environment import pth
from driftguard.environment.native import file_lists, module_names
from driftguard.environment.native.file_lists import FALLBACK, PACKAGE, Listed, SharedObject
from driftguard.environment.reading import head, is_folder
from driftguard.model import Installed, Interpreter, SourceKind
from driftguard.record import NamedTuple

NO_LIST = (file_lists.ABSENT, file_lists.EMPTY)
_TOP_LEVEL_LIMIT = 64 * 1024

Lists = Callable[[str, tuple[str, ...]], Listed]
"""Read the list of a metadata folder, or know it: `file_lists.read`."""


class NativeFile(NamedTuple):
    """A shared object: `name` relative to `folder`, which is or would be on `sys.path`.

    `module` and `tag` are empty for what cannot be imported; the rest as in `binary.Image`.
    """

    path: str
    folder: str
    name: str
    distribution: str
    module: str = ""
    tag: str = ""
    replaced: bool = False
    fallback: bool = False


class Found(NamedTuple):
    """The files in the order of their paths, each once, and clauses on what was not looked at."""

    files: tuple[NativeFile, ...]
    unread: tuple[str, ...]


class _Part(NamedTuple):
    """Files of one distribution in one folder."""

    folder: str
    distribution: str
    objects: Sequence[SharedObject]


def find(installed: Sequence[Installed], interpreter: Interpreter, lists: Lists) -> Found:
    """Return the shared objects of `installed`, which need not lie in one folder."""
    parts: list[_Part] = []
    unread: list[str] = []
    unlisted: list[str] = []
    for one in installed:
        for part in _parts(one, interpreter, lists):
            if isinstance(part, _Part):
                parts.append(part)
            elif part:
                unread.append(part)
            else:
                unlisted.append(one.name)
    if unlisted:
        unread.append(_no_list(sorted(set(unlisted))))
    return Found(_judged(parts, interpreter.extension_suffixes), tuple(unread))


def _parts(one: Installed, interpreter: Interpreter, lists: Lists) -> Iterator[_Part | str]:
    """Yield what a distribution has, and clauses on what cannot be looked at; "" for a missing list."""
    path = str(one.path)
    kind = path[path.rfind(".") :].lower()
    editable = one.origin is not None and one.origin.kind is SourceKind.EDITABLE
    pths: tuple[str, ...] = ()
    if kind == ".egg":
        if is_folder(path):
            yield from _tree(path, one)
        return  # a zipped one has its own finding: it is not looked into
    if kind in (".dist-info", ".egg-info"):
        site = path.rpartition(os.sep)[0]
        listed = lists(path, _inside(site, str(interpreter.prefix)))
        pths = listed.pths
        tops = _top_level(path) if listed.fault in NO_LIST and not editable else ()
        if tops:
            yield from _packages(site, one, tops)
        else:
            yield from _of_list(one, site, listed, needed=not editable)
    if editable:
        yield from _sources(one, pths)


def _of_list(one: Installed, site: str, listed: Listed, *, needed: bool) -> Iterator[_Part | str]:
    if listed.objects:
        yield _Part(site, one.name, listed.objects)
    if listed.refused:
        yield f"{listed.refused} files of `{one.name}` lie outside the environment, by its own list"
    if listed.fault in NO_LIST:
        if needed and not (one.tags and all(tag.endswith("-none-any") for tag in one.tags)):
            yield ""
    elif listed.fault:
        yield f"the list of the files of `{one.name}` {listed.fault}"


def _top_level(metadata: str) -> tuple[str, ...]:
    """Return the packages and modules that setuptools noted in an `.egg-info` folder; Debian keeps it."""
    try:
        text = head(f"{metadata}{os.sep}top_level.txt", _TOP_LEVEL_LIMIT).decode("utf-8", "replace")
    except OSError:
        return ()
    return tuple(name for name in text.split() if module_names.is_package(name))


def _packages(site: str, one: Installed, names: Sequence[str]) -> Iterator[_Part | str]:
    from driftguard.environment.native import trees

    modules, complete = trees.of_packages(site, names)
    if modules:
        yield _Part(site, one.name, modules)
    if not complete:
        yield f"`{one.name}` has more than {trees.MOST:,} files and was not looked through to the end"


@cache
def _inside(site: str, root: str) -> tuple[str, ...]:
    """Return the folders in which files of a distribution may lie: MKL and TBB have theirs in `lib`."""
    outside = ("lib", "lib64", "bin") if site.startswith(f"{root}{os.sep}") else ()
    return (f"{site}{os.sep}", *(f"{root}{os.sep}{name}{os.sep}" for name in outside))


def _sources(one: Installed, pths: Sequence[str]) -> Iterator[_Part | str]:
    """Look into the source of an editable installation: where its `.pth` leads, else where it came from."""
    site = one.path.parent
    added = {folder for name in pths for folder in pth.folders(str(site / name))[0]}
    source = Path(one.origin.location) if one.origin and one.origin.location else None
    if not added and source:
        added = {str(source / "src" if is_folder(source / "src") else source)}
    if not added:
        yield f"the source of the editable `{one.name}` is not known"
    for folder in sorted(added - {str(site)}):
        yield from _tree(folder, one)


def _tree(folder: str, one: Installed) -> Iterator[_Part | str]:
    from driftguard.environment.native import trees

    modules, complete = trees.modules(folder)
    if modules:
        yield _Part(folder, one.name, modules)
    if not complete:
        yield f"`{folder}` has more than {trees.MOST:,} entries and was not looked through to the end"


def _no_list(names: Sequence[str]) -> str:
    some = ", ".join(names[:5]) + (f" and {len(names) - 5} more" if len(names) > 5 else "")
    return f"nobody wrote down which files belong to {some}: native code there was not looked at"


def _judged(parts: Sequence[_Part], suffixes: Sequence[str]) -> tuple[NativeFile, ...]:
    """Return the files, each for the first distribution that claims it."""
    files: dict[str, NativeFile] = {}
    rivals: dict[tuple[str, str], list[str]] = {}
    for folder, distribution, objects in parts:
        for name, module, tag, beside in objects:
            path = f"{folder}{os.sep}{name}"
            if name.startswith(".."):
                path = os.path.normpath(path)
            if path not in files:
                package, fallback = beside & PACKAGE > 0, beside & FALLBACK > 0
                files[path] = NativeFile(path, folder, name, distribution, module, tag, package, fallback)
                if module:
                    rivals.setdefault((folder, module), []).append(path)
    for paths in rivals.values():
        if len(paths) > 1:
            tag_taken = module_names.taken([files[path].tag for path in paths], suffixes)
            for path in paths:
                if tag_taken is not None and files[path].tag != tag_taken:
                    files[path] = files[path]._replace(replaced=True)
    return tuple([file for _, file in sorted(files.items())])
