"""What uv decides by whether a local source is still the one it installed: `tool.uv.cache-keys`.

Its record lies in `uv_cache.json` beside METADATA: the latest change of the files, the creation time of the
folders, commit and tags of the repository, environment variables. (uv's documentation, Concepts > Cache.)
"""

import json
import os
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

from driftguard.environment import birth, globs, repository
from driftguard.environment.reading import head, is_folder
from driftguard.model import SourceChange

NAME = "uv_cache.json"
_LIMIT = 1024 * 1024
_DEFAULT = ({"file": "pyproject.toml"}, {"file": "setup.py"}, {"file": "setup.cfg"}, {"dir": "src"})
_NANO = 1_000_000_000
_ACCURACY = 1_000
"""Nanoseconds to which every system tells when a folder was made."""


def read(folder: Path) -> Mapping[str, object] | None:
    """Return uv's record in a metadata folder; None when there is none that can be read."""
    try:
        value = json.loads(head(str(folder / NAME), _LIMIT))
    except (OSError, ValueError, RecursionError):
        return None
    if isinstance(value, dict) and "secs_since_epoch" in value:  # as uv wrote it before 0.4
        return {"timestamp": value}
    return value if isinstance(value, dict) else None


def differences(
    record: Mapping[str, object], source: Path, keys: object, installed: int, environ: Mapping[str, str]
) -> Iterator[SourceChange]:
    """Yield how `source`, an archive or a folder with these `cache-keys`, differs from its `record`.

    `installed` is when it was installed, in nanoseconds. What cannot be told is left out.
    """
    chosen = _tables(keys) if is_folder(source) else [{"file": ""}]
    recorded = _nanoseconds(record.get("timestamp"))
    if recorded is not None:
        yield from _files(recorded, source, [str(one["file"]) for one in chosen if "file" in one])
    yield from _folders(record.get("directories"), source, installed)
    yield from _repository(record, source)
    for name, value in _items(record.get("env")):
        if name.isascii() and value != environ.get(name):
            yield SourceChange(f"the variable {name}", "has changed", "with another value", source)


def _tables(keys: object) -> list[Mapping[str, object]]:
    if not isinstance(keys, list):
        return list(_DEFAULT)
    return [one if isinstance(one, dict) else {"file": one} for one in keys]


def _files(recorded: int, source: Path, names: Iterable[str]) -> Iterator[SourceChange]:
    """Compare the latest change of all files; which of them it was is what makes it worth reading."""
    latest, newest, complete = 0, source, True
    for name in names:
        found, walked = globs.files(source, name) if globs.is_glob(name) else ([source / name], True)
        complete &= walked
        for path in found:
            if (changed := _changed(path)) > latest:
                latest, newest = changed, path
    if latest > recorded:
        yield SourceChange(
            _below(newest, source), f"changed {moment(latest)}", f"as of {moment(recorded)}", newest
        )
    elif latest < recorded and complete:
        yield SourceChange("the source", "has no file changed so late", f"as of {moment(recorded)}", source)


def _changed(path: Path) -> int:
    """Return when a file last changed, as uv takes it (content, mode or links); 0 when there is none."""
    try:
        status = path.stat()
    except (OSError, ValueError):
        return 0
    if not path.is_file():
        return 0
    return status.st_ctime_ns if os.name == "posix" else status.st_mtime_ns


def _folders(recorded: object, source: Path, installed: int) -> Iterator[SourceChange]:
    for name, value in _items(recorded):
        path = source / name
        try:
            status = path.stat()
        except (OSError, ValueError):
            if value is not None:
                yield SourceChange(f"the folder {name}", "is gone", "with it", path)
            continue
        if value is None:
            yield SourceChange(f"the folder {name}", "is there", "without it", path)
        elif isinstance(value, int):
            if value != status.st_ino:
                yield SourceChange(f"the folder {name}", "was made anew", "from another", path)
        elif status.st_ctime_ns > installed:  # else nothing can have been made in its place since
            then, now = _nanoseconds(value), birth.born(str(path), status)
            if then is not None and now is not None and abs(then - now) > _ACCURACY:
                yield SourceChange(
                    f"the folder {name}", f"was made {moment(now)}", f"from one made {moment(then)}", path
                )


def _repository(record: Mapping[str, object], source: Path) -> Iterator[SourceChange]:
    commit, tags = record.get("commit"), record.get("tags")
    git = repository.find(source) if commit or isinstance(tags, dict) else None
    if git is None:
        return
    now = repository.commit(git)
    if isinstance(commit, str) and now and commit != now:
        yield SourceChange("its repository", f"is at {now[:12]}", f"at {commit[:12]}", git)
    there = repository.tags(git) if isinstance(tags, dict) else None
    if there is not None and there != tags:
        yield SourceChange("its repository", f"has {len(there)} tags", "with others", git)


def _items(value: object) -> Iterable[tuple[str, object]]:
    return [(str(name), item) for name, item in value.items()] if isinstance(value, dict) else ()


def _nanoseconds(value: object) -> int | None:
    if not isinstance(value, dict):
        return None
    seconds, nanoseconds = value.get("secs_since_epoch"), value.get("nanos_since_epoch")
    if isinstance(seconds, int) and isinstance(nanoseconds, int):
        return seconds * _NANO + nanoseconds
    return None


def _below(path: Path, source: Path) -> str:
    return str(path).removeprefix(f"{source}{os.sep}") if path != source else path.name


def moment(nanoseconds: int) -> str:
    """Return a time as people write it, in UTC, to the millisecond."""
    from datetime import UTC, datetime

    try:
        second = datetime.fromtimestamp(nanoseconds // _NANO, UTC)
    except (OverflowError, OSError, ValueError):
        return "an impossible time"
    return f"{second:%Y-%m-%d %H:%M:%S}.{nanoseconds // 10**6 % 1000:03}Z"
