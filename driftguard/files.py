"""Read and write files: bounded, decoded, atomic."""

import os
from pathlib import Path

from driftguard.errors import InputError

LIMIT = 16 * 1024 * 1024
"""Bytes beyond which a file is not a lock, a manifest or a METADATA."""


def read_bytes(path: Path, *, limit: int = LIMIT) -> bytes:
    """Return the content of a regular file.

    Raises InputError when it is missing, unreadable, not a regular file or longer than `limit` bytes.
    """
    try:
        if not path.is_file():
            kind = "is a directory" if path.is_dir() else "is not a file" if path.exists() else "no such file"
            raise InputError(kind, path=path)
        with path.open("rb") as stream:
            # A buffer of the whole limit would be made for each file; the files of /proc have no size.
            size = os.fstat(stream.fileno()).st_size or limit
            data = stream.read(min(size, limit) + 1)
    except (OSError, ValueError) as error:
        raise InputError(getattr(error, "strerror", None) or str(error), path=path) from None
    if len(data) > limit:
        raise InputError(f"larger than {limit // 1024 // 1024} MiB", path=path)
    return data


def read_text(path: Path, *, limit: int = LIMIT) -> str:
    """Return the content of a UTF-8 file, byte order mark removed. Raises InputError."""
    return decoded(read_bytes(path, limit=limit), path)


def decoded(data: bytes, path: Path) -> str:
    """Return `data`, the content of `path`, as text, byte order mark removed. Raises InputError."""
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise InputError("not UTF-8", path=path, line=line) from None


def write_text(path: Path, text: str) -> None:
    """Write `text` so that `path` holds the old content or the new, never a half. Raises InputError."""
    import tempfile

    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        descriptor, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    except OSError as error:
        raise InputError(f"cannot be written: {error.strerror}", path=path) from None
    temporary = Path(name)
    try:
        with os.fdopen(descriptor, "w", encoding="utf-8", errors="backslashreplace") as stream:
            stream.write(text)
        temporary.chmod(0o644)
        temporary.replace(path)
    except OSError as error:
        temporary.unlink(missing_ok=True)
        raise InputError(f"cannot be written: {error.strerror}", path=path) from None
