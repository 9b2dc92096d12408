"""Ask uv about a lock: does it fit its manifests, what would an upgrade change, what does it pin.

And let it unpack wheels aside, for a look at what would be installed.

What uv says is told apart by its exit code and its words, as of 0.13. Words that we do not
understand are never a yes: they become `Unavailable`.

To learn what a source distribution requires, uv may build it, as it does whenever it locks: that
runs code from the index.
"""

import os
import re
import shutil
import sys
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from driftguard.errors import ProcessError
from driftguard.model import PendingChange, Unavailable, normalized
from driftguard.process import Completed, run
from driftguard.untrusted import printable

ABSENT = "uv is not installed; it comes with the extra `report`"

_ENVIRONMENT = {
    "NO_COLOR": "1",
    "UV_NO_PROGRESS": "1",
    # Either would answer for us: frozen, `uv lock --upgrade` reports "No lockfile changes" without a look.
    "UV_FROZEN": "0",
    "UV_LOCKED": "0",
    # A guard does not fetch an interpreter of 30 MB on the way.
    "UV_PYTHON_DOWNLOADS": "never",
    # A filter set by the user would hide the one debug line that we read, or bury it.
    "RUST_LOG": "",
}
_UNPACKING = {
    **_ENVIRONMENT,
    "UV_SYSTEM_PYTHON": "0",
    "UV_COMPILE_BYTECODE": "0",
    # Either would refuse every candidate: one is asked for by its name, as a wheel.
    "UV_REQUIRE_HASHES": "0",
    "UV_NO_BINARY": "0",
}
_STALE = "needs to be updated"
_UNSOLVABLE = "No solution found"
_CAUSE_OF_STALENESS = re.compile(r"existing lockfile due to (.+)")
_NO_LOOK = re.compile(
    r"^hint: .*(?:network was disabled|could not be queried|credentials|Forbidden|Unauthorized)", re.M
)
_LABELS = ("error: ", "cause: ", "hint: ")
_LOOKED = re.compile(r"^Resolved \d+ packages?\b", re.M)
_CHANGE = re.compile(r"(?P<verb>Update|Add|Remove) (?P<name>[A-Za-z0-9][A-Za-z0-9._-]*) (?P<versions>\S.*)")
_VERSION = re.compile(r"\bv(?=\d)")


def stale_lock(lock: Path) -> str | Unavailable | None:
    """Say why `lock` does not fit its manifests, in a clause; None when it fits."""
    done = _uv(lock, "lock", "--check", "--verbose")
    if isinstance(done, Unavailable):
        return done
    if done.returncode == 0:
        return None
    if _STALE in done.stderr:
        cause = _CAUSE_OF_STALENESS.search(done.stderr)
        return printable(cause[1].rstrip(":")) if cause else "uv would write it anew"
    # uv resolves only what the lock does not answer: the manifests then ask for something else,
    # which moreover does not exist. Unless it could not look.
    if _UNSOLVABLE in done.stderr and not _NO_LOOK.search(done.stderr):
        return f"uv would write it anew and cannot: {_said(done)}"
    return _failed(done)


def pending(lock: Path) -> tuple[PendingChange, ...] | Unavailable:
    """Return what `uv lock --upgrade` would change today; the lock file is left as it is."""
    done = _uv(lock, "lock", "--upgrade", "--dry-run")
    if isinstance(done, Unavailable):
        return done
    if done.returncode != 0:
        return _failed(done)
    if not _LOOKED.search(done.stderr):
        return Unavailable(f"uv did not say that it looked for newer releases: {printable(done.last_words)}")
    return tuple(_changes(done.stderr))


def export(lock: Path, selection: Sequence[str] = ()) -> str | Unavailable:
    """Return what `lock` pins for `selection` (options of `uv sync`) as hashed requirements.

    Members of the workspace are left out: they are the code at hand, not something fetched.
    """
    done = _uv(
        lock,
        "export",
        "--frozen",
        "--no-emit-workspace",
        "--no-annotate",
        "--no-header",
        "--format",
        "requirements-txt",
        *selection,
    )
    if isinstance(done, Unavailable):
        return done
    return done.stdout if done.returncode == 0 else _failed(done)


def unpack(requirements: Sequence[str], folder: Path, python: Path) -> Unavailable | None:
    """Unpack into `folder` the wheels that `python` would get for `requirements`; say why it cannot be done.

    Nothing is built and nothing of them is run; what they require is not followed. Indexes and the like
    are as the user has them configured for the working directory. Each requirement has to begin with a
    name, so that none is an option.
    """
    options = ("--no-deps", "--only-binary", ":all:", "--target", str(folder), "--python", str(python))
    done = _run("pip", "install", *options, "--color", "never", "--", *requirements, settings=_UNPACKING)
    if isinstance(done, Unavailable):
        return done
    return None if done.returncode == 0 else _failed(done)


def _uv(lock: Path, *arguments: str) -> Completed | Unavailable:
    if lock.name != "uv.lock":
        return Unavailable(f"`{printable(lock.name)}` is not a lock that uv would read")
    if not lock.is_file():
        # Without a lock an upgrade would call every package new.
        return Unavailable(f"{printable(str(lock))}: no such file")
    folder = lock.absolute().parent
    # Both options, for UV_PROJECT and UV_WORKING_DIR would lead elsewhere.
    place = ("--directory", str(folder), "--project", str(folder))
    return _run(*arguments, *place, "--color", "never", cwd=folder)


def _run(
    *arguments: str, cwd: Path | None = None, settings: Mapping[str, str] = _ENVIRONMENT
) -> Completed | Unavailable:
    program = _program()
    if program is None:
        return Unavailable(ABSENT)
    try:
        return run([program, *arguments], cwd=cwd, environment=settings)
    except ProcessError as error:
        return Unavailable(printable(str(error)))


def _program() -> Path | None:
    """Return the uv of our own environment, whose version a lock pins, else the one on PATH."""
    beside = Path(sys.executable).with_name("uv.exe" if os.name == "nt" else "uv")
    if beside.is_file():
        return beside
    found = shutil.which("uv")
    return Path(found) if found else None


def _changes(text: str) -> Iterator[PendingChange]:
    for line in text.splitlines():
        change = _CHANGE.fullmatch(line.strip())
        if change is None:
            continue
        before, _, after = change["versions"].partition(" -> ")
        if change["verb"] == "Add":
            before, after = "", before
        yield PendingChange(
            name=normalized(change["name"]),
            locked=_VERSION.sub("", before),
            available=_VERSION.sub("", after),
        )


def _failed(done: Completed) -> Unavailable:
    return Unavailable(f"uv failed: {_said(done)}")


def _said(done: Completed) -> str:
    """Return what uv says is wrong, on one line: the error, the last of its causes, the first hint."""
    words = [line.strip() for line in done.stderr.splitlines()]
    errors, causes, hints = ([word for word in words if word.startswith(label)] for label in _LABELS)
    parts = [part.partition(": ")[2] for part in (*errors[:1], *causes[-1:], *hints[:1])]
    return printable("; ".join(parts) or done.last_words)
