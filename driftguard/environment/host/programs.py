"""Which Python a name on a PATH, or a command, leads to. Nothing is run."""

import os
import re
from collections.abc import Mapping, Sequence
from pathlib import Path

from driftguard.environment import pyvenv
from driftguard.environment.reading import head, is_file, resolved
from driftguard.host import Command, JobPath, Program

NAMES = ("python", "python3", "pip", "pip3")

_LIMIT = 4 * 1024
_PYTHON = re.compile(r"(?:python|pypy)[\d.]*t?(?:\.exe)?\Z", re.IGNORECASE)
_PIP = re.compile(r"pip[\d.]*(?:\.exe)?\Z", re.IGNORECASE)
_BINARY = (b"\x7fELF", b"MZ", b"\xcf\xfa\xed\xfe", b"\xca\xfe\xba\xbe")
_EXEC = re.compile(rb"""'''exec' (?:'([^']+)'|"([^"]+)"|(\S+)) """)
"""What installers write where the path of the interpreter is too long for the first line."""
_ASSIGNMENT = re.compile(r"[A-Za-z_]\w*=")


class Finder:
    """Looks programs up on one PATH, for the environment of the interpreter `judged`."""

    def __init__(self, path: str, cwd: Path, judged: Path) -> None:
        self.path = path
        self.cwd = cwd
        self.judged = environment_of(judged)

    def first(self) -> JobPath:
        """Return what stands first under each of the usual names."""
        found = (self.program(name) for name in NAMES)
        return JobPath(self.path, tuple(one for one in found if one))

    def program(self, name: str) -> Program | None:
        """Return what `name` leads to if Python has to do with it."""
        path = self.file(name)
        return self._judged(name, path) if path else None

    def file(self, name: str) -> Path | None:
        """Return the file that would be run under `name`."""
        if os.sep in name:
            path = self.cwd / name
            return path if is_file(path) else None
        for folder in self.path.split(os.pathsep):
            path = self.cwd / folder / name
            if is_file(path) and os.access(path, os.X_OK):
                return path
        return None

    def _judged(self, name: str, path: Path) -> Program | None:
        begin = _begin(path)
        named = bool(_PYTHON.match(path.name))
        if begin.startswith(_BINARY):
            return self._run_by(name, path, path) if named else None
        python = self._interpreter(begin)
        if python and not _begin(python).startswith(b"#!"):
            return self._run_by(name, path, python)
        # A script that chooses a Python by rules of its own, such as those of pyenv.
        undecided = begin.startswith(b"#!") and (named or python or _PIP.match(path.name))
        return Program(name, path, python=None, judged=None) if undecided else None

    def _run_by(self, name: str, path: Path, python: Path) -> Program:
        there = is_file(python)
        return Program(
            name, path, python, judged=there and environment_of(python) == self.judged, there=there
        )

    def _interpreter(self, begin: bytes) -> Path | None:
        """Return what the first line of a script names; `env` looks it up on PATH."""
        if begin[:2] != b"#!":
            return None
        if begin.startswith(b"#!/bin/sh") and (far := _EXEC.search(begin)):
            return Path(os.fsdecode(far[1] or far[2] or far[3]))
        words = os.fsdecode(begin[2:].partition(b"\n")[0]).split()
        if words and Path(words[0]).name == "env":
            words = [word for word in words[1:] if not word.startswith("-") and not _ASSIGNMENT.match(word)]
            words[:1] = [str(self.file(word) or word) for word in words[:1]]
        python = self.cwd / words[0] if words else None
        return python if python and _PYTHON.match(python.name) else None


def command(words: Sequence[str], environ: Mapping[str, str], cwd: Path, judged: Path) -> Command | None:
    """Return the command if Python would run it; an `env` before it is looked through."""
    before, path = [], environ.get("PATH", os.defpath)
    rest = list(words)
    if rest and Path(rest[0]).name == "env":
        before.append(rest.pop(0))
        while rest and _ASSIGNMENT.match(rest[0]):
            path = rest[0].removeprefix("PATH=") if rest[0].startswith("PATH=") else path
            before.append(rest.pop(0))
    if not rest or rest[0].startswith("-"):
        return None
    finder = Finder(path, cwd, judged)
    program = finder.program(rest[0])
    if program is None:
        return None
    twin = finder.program(str(judged.parent / Path(rest[0]).name))
    return Command(tuple(before), program, tuple(rest[1:]), twin.path if twin and twin.judged else None)


def environment_of(python: Path) -> str:
    """Return what is the same for all programs of one environment: its folder, else the interpreter's file.

    Python looks for `pyvenv.cfg` beside the name it was called by: a link from outside leads to the base.
    """
    configuration = pyvenv.find(python)
    return resolved(str(configuration.parent)) if configuration else resolved(str(python))


def _begin(path: Path) -> bytes:
    try:
        return head(str(path), _LIMIT)
    except OSError:
        return b""
