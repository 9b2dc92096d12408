"""Interpreters that do not answer as Python does, `pyvenv.cfg`, and the cache of their answers."""

import json
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from driftguard.cache import digest
from tests.proofs.hostile.row import (
    SECRET,
    Content,
    Row,
    absent,
    behind_a_link,
    fifo,
    folder,
    instead,
    large,
    link,
    mode,
    program,
    sparse,
)

PYTHON = ".venv/bin/python"
CONFIGURATION = ".venv/pyvenv.cfg"
HOME = f"home = {Path(sys.base_prefix, 'bin')}\n"
TIMEOUT = 30.0
"""Seconds after which an interpreter is taken to hang."""

ANSWERS: dict[str, tuple[Content, str]] = {
    "nothing": (program("exit 0"), "does not answer as Python does"),
    "garbage": (program("head -c 100000 /dev/urandom"), "does not answer as Python does"),
    "escape": (program("printf '\\033[31mred\\n'"), "does not answer as Python does"),
    "null": (program("echo null"), "does not answer as Python does"),
    "empty-object": (program("echo {}"), "does not answer as Python does"),
    "deep": (program("head -c 1000000 /dev/zero | tr '\\0' '['"), "does not answer as Python does"),
    "digits": (program("head -c 100000 /dev/zero | tr '\\0' '9'"), "does not answer as Python does"),
    "wrong-types": (
        program("""echo '{"executable": 1, "prefix": [], "markers": {}}'"""),
        "does not answer as",
    ),
    "a-gigabyte": (program("head -c 1000000000 /dev/zero"), "printed more than 16 MiB"),
    "a-gigabyte-of-errors": (program("head -c 1000000000 /dev/zero >&2"), "printed more than 16 MiB"),
    "failure": (program("echo broken >&2; exit 7"), "failed with exit code 7: 'broken'"),
    "failure-escape": (program("printf '\\033[2J\\n' >&2; exit 7"), "failed with exit code 7"),
    "failure-secret": (
        program(f"echo https://ann:{SECRET}@index.example >&2; exit 7"),
        "failed with exit code 7",
    ),
    "killed": (program("kill -9 $$"), "was ended by signal 9"),
    "segmentation-fault": (program("kill -SEGV $$"), "was ended by signal 11"),
    "asks": (program('read -r answer && echo "$answer"; exit 4'), "failed with exit code 4"),
    "python-2": (program("echo 'Unknown option: -I' >&2; exit 2"), "Python 2"),
    "directory": (folder, "holds no interpreter"),
    "pipe": (fifo, "holds no interpreter"),
    "empty": (instead("", 0o755), "does not answer"),
    "not-executable": (
        instead("#!/bin/sh\n"),
        "could not be started",
    ),
    "no-program": (
        instead(b"\x7fELF" + bytes(60), 0o755),
        "could not be",
    ),
    "bad-shebang": (
        instead("#!/no/such\n", 0o755),
        "could not be started",
    ),
    "loop": (link("python"), "leads back to itself"),
    "dangling": (link("/nowhere/python"), "which does not exist"),
}
CONFIGURATIONS: dict[str, tuple[Content, int]] = {
    "empty": ("", 0),
    "binary": (bytes(range(256)) * 100, 0),
    "home-missing": ("version = 3.11.7\n", 0),
    "home-loop": ("home = .venv/bin\n", 0),
    "keys-twice": (HOME + HOME, 0),
    "no-equals-sign": (HOME + "nonsense\n", 0),
    "version-escape": (HOME + "version = \x1b[31m\n", 0),
    "version-of-digits": (HOME + f"version = {'9' * 5_000}.{'9' * 1_000}\n", 0),
    "version-other": (HOME + "version = 2.7.18\n", 0),
    "crlf": (HOME.replace("\n", "\r\n"), 0),
    "byte-order-mark": (b"\xef\xbb\xbf" + HOME.encode(), 0),
}


def poisoned(content: Content) -> Content:
    """Return what puts `content` in place of every entry that a healthy run made."""

    def put(path: Path) -> None:
        for entry in path.glob("*"):
            if callable(content):
                content(entry)
            else:
                entry.write_bytes(content.encode() if isinstance(content, str) else content)

    return put


def rewritten(change: Callable[[dict[str, Any]], object], kind: str = "") -> Content:
    """Return what lets `change` loose on the value of each entry of a kind, and seals it again."""

    def put(path: Path) -> None:
        for entry in path.glob(f"{kind}*.json"):
            held = json.loads(entry.read_bytes().partition(b"\n")[2])
            change(held["value"])
            text = json.dumps(held)
            entry.write_text(f"{digest(text.encode())}\n{text}")

    return put


def altered(key: str, value: object) -> Content:
    """Return what changes one fact of the interpreter and leaves the frame whole."""

    def change(held: dict[str, Any]) -> None:
        (held if key == "tags" else held["facts"])[key] = value

    return rewritten(change, "interpreter")


def with_leaves(leaf: object) -> Content:
    """Return what puts `leaf` in place of whatever is neither a list nor a table, at any depth."""

    def replaced(value: object) -> object:
        if isinstance(value, dict):
            return {key: replaced(item) for key, item in value.items()}
        return [replaced(item) for item in value] if isinstance(value, list) else leaf

    def change(held: dict[str, Any]) -> None:
        held.update({key: replaced(item) for key, item in held.items()})

    return rewritten(change)


LEAVES: dict[str, object] = {
    "number": 1,
    "digits": 10**4_000,
    "null": None,
    "list": [],
    "table": {},
    "text": "\x1b[31m",
}
FACTS = {
    "executable": ("executable", 7),
    "executable-nul": ("executable", "/a\0b"),
    "executable-long": ("executable", "/x" * 100_000),
    "prefix": ("prefix", None),
    "markers": ("markers", []),
    "markers-foreign": ("markers", {"x": "y"}),
    "site-packages": ("site_packages", "x"),
    "site-packages-items": ("site_packages", [1]),
    "base-site-packages": ("base_site_packages", {}),
    "platform": ("platform", 1),
    "bits": ("bits", 128),
    "libc": ("libc", 2.36),
    "macos": ("macos", []),
    "free-threaded": ("free_threaded", 1),
    "debug": ("debug", "no"),
    "pymalloc": ("pymalloc", None),
    "extension-suffix": ("extension_suffix", {}),
    "extension-suffixes": ("extension_suffixes", ".so"),
    "extension-suffixes-items": ("extension_suffixes", [None]),
    "tags": ("tags", {}),
    "tags-items": ("tags", [1]),
    "tags-empty": ("tags", []),
}
POISON: dict[str, Content] = {
    "empty": "",
    "null": "null",
    "list": "[]",
    "number": "1",
    "text": '"x"',
    "truncated": '{"format": 1, "key": ',
    "binary": bytes(range(256)),
    "deep": "[" * 500_000,
    "deep-objects": '{"a":' * 100_000,
    "digits": "9" * 100_000,
    "huge": sparse(1024**4),
    "pipe": fifo,
    "directory": folder,
    "link-loop": link("x"),
    "zeros": link("/dev/zero"),
    "other-key": '{"format": 1, "key": "other", "value": {}}',
    "no-value": '{"format": 1, "key": "x"}',
    "world-writable": mode(0o666),
}
FOLDERS: dict[str, Content] = {
    "a-file": instead("x"),
    "a-pipe": fifo,
    "a-link": behind_a_link,
    "a-loop": link("facts"),
    "world-writable": mode(0o777),
    "unwritable": mode(0o500),
    "unlisted": mode(0o000),
    "missing": absent,
}


def rows() -> Iterator[Row]:
    """Yield them all."""
    for name, (content, says) in ANSWERS.items():
        files = {PYTHON: content, f"{PYTHON}3": absent}
        yield Row(group="interpreter", name=name, files=files, says=says)
        if name in ("directory", "loop", "dangling"):
            words = ("check", "--no-exec")
            yield Row(group="interpreter", name=f"no-exec-{name}", files=files, words=words, says=says)
    yield Row(
        group="interpreter",
        name="hangs",
        files={PYTHON: program("sleep 600")},
        says="did not finish within 30 s",
        seconds=TIMEOUT + 10,
        slow=True,
    )
    yield Row(
        group="interpreter",
        name="child-keeps-the-pipe",
        files={PYTHON: program("sleep 600 &\necho {}")},
        says="did not finish within 30 s",
        seconds=TIMEOUT + 10,
        slow=True,
    )
    yield Row(
        group="interpreter",
        name="fork-bomb-of-a-hundred",
        files={PYTHON: program("for n in $(seq 100); do sleep 600 & done\nexit 5")},
        says="",
        seconds=TIMEOUT + 10,
        slow=True,
    )
    yield Row(group="interpreter", name="odd-link-to-a-link", files={PYTHON: behind_a_link}, exit=0)
    yield Row(
        group="interpreter",
        name="odd-speaks-first",
        files={PYTHON: program(f'echo hello; PYTHONHOME= exec {Path(sys.base_prefix, "bin/python3")} "$@"')},
        says="",
        exit=1,
    )
    for name, (content, code) in CONFIGURATIONS.items():
        yield Row(group="pyvenv.cfg", name=name, files={CONFIGURATION: content}, exit=code)
        yield Row(
            group="pyvenv.cfg",
            name=f"no-exec-{name}",
            files={CONFIGURATION: content},
            words=("check", "--no-exec"),
        )
    # These the interpreter itself refuses to start with.
    yield Row(
        group="pyvenv.cfg",
        name="link-loop",
        files={CONFIGURATION: link("pyvenv.cfg")},
        says="failed with exit",
    )
    yield Row(
        group="pyvenv.cfg", name="zeros", files={CONFIGURATION: link("/dev/zero")}, says="failed with exit"
    )
    huge = large("x = y\n", 500_000, before=HOME)
    yield Row(group="pyvenv.cfg", name="huge", files={CONFIGURATION: huge}, says="failed with exit")
    yield Row(group="pyvenv.cfg", name="directory", files={CONFIGURATION: folder}, exit=1)
    yield Row(
        group="pyvenv.cfg",
        name="pipe",
        files={CONFIGURATION: fifo},
        says="did not finish within 30 s",
        seconds=TIMEOUT + 10,
        slow=True,
    )
    for name, content in POISON.items():
        yield Row(
            group="cache", name=f"entry-{name}", files={"../facts": poisoned(content)}, warm=True, exit=0
        )
    for name, (key, value) in FACTS.items():
        yield Row(
            group="cache", name=f"fact-{name}", files={"../facts": altered(key, value)}, warm=True, exit=0
        )
    for name, leaf in LEAVES.items():
        yield Row(
            group="cache", name=f"leaves-{name}", files={"../facts": with_leaves(leaf)}, warm=True, exit=0
        )
    yield Row(
        group="cache", name="values-empty", files={"../facts": rewritten(dict.clear)}, warm=True, exit=0
    )
    for name, content in FOLDERS.items():
        plain = name in ("unwritable", "unlisted")
        yield Row(
            group="cache", name=f"folder-{name}", files={"../facts": content}, warm=True, exit=0, plain=plain
        )
    for name, value in {
        "device": "/dev/null",
        "relative": "facts",
        "long": "x" * 5_000,
        "full": "/dev/full/x",
    }.items():
        left = value if name == "relative" else ""
        yield Row(
            group="cache",
            name=f"folder-named-{name}",
            variables={"DRIFTGUARD_CACHE_DIR": value},
            exit=0,
            makes=left,
        )
