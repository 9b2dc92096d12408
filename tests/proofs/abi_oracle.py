"""What really happens: every extension module of an environment is loaded alone, in a fresh process of its interpreter.

Which files are modules is told here without our own readers: by name, suffix and the `PyInit_` that the file holds.
"""

import json
import os
import re
import subprocess
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

from tests.proofs.abi_environments import WORK, Made

CHILD = Path(__file__).with_name("abi_loading.py")
WORKERS = os.cpu_count() or 2
FAMILY = re.compile(
    r"size changed, may indicate binary|_ARRAY_API not found|_UFUNC_API not found"
    r"|compiled against (?:ABI|API|NumPy C-API) version|numpy\.(?:_core|core)\.\w+ failed to import"
    r"|undefined symbol: |cannot open shared object file|version `[^']+' not found"
    r"|file too short|invalid ELF header|wrong ELF class|does not define module export function"
    r"|libxml2 library version mismatch|built with baseline optimizations|^signal |\AImportError\Z"
)
"""Texts of the errors that the family is about; an `ImportError` without a word is how some hide one of them."""


class Loaded(NamedTuple):
    """What became of one module: `error` is empty if it loads, `at` the extension module that failed first.

    `lines` are what was said on standard error; `missing` the modules that were not found; `later` says that it
    loads, and that what fails is executed after.
    """

    module: str
    path: str
    error: str
    at: str = ""
    chain: tuple[str, ...] = ()
    lines: tuple[str, ...] = ()
    missing: tuple[str, ...] = ()
    later: bool = False

    @property
    def said(self) -> list[str]:
        """All lines that a user would see."""
        return [line for text in self.chain for line in text.splitlines()] + list(self.lines)

    @property
    def of_the_family(self) -> bool:
        """Say whether binary incompatibility is what it fails of."""
        return bool(self.error) and (
            self.missing == (self.module,) or any(FAMILY.search(text) for text in (*self.chain, *self.lines))
        )


class Truth(NamedTuple):
    """What was found out of an environment; `seconds` it took to load the modules, each once, added up."""

    loaded: Mapping[str, Loaded]
    seconds: float
    wall: float


def truth(made: Made, *, kept: bool = False) -> Truth:
    """Load every module of an environment; `kept` takes what was found out the last time."""
    file = made.folder / "truth.json"
    if kept and file.exists():
        found = json.loads(file.read_text(encoding="utf-8"))
        loaded = (_loaded(*one) for one in found["loaded"])
        return Truth({one.module: one for one in loaded}, found["seconds"], found["wall"])
    files = modules(made)
    began = time.monotonic()
    after = dict(made.case.later)
    alone = _load(made, [(name, path, False, after.get(name, "")) for name, path in files.items()])
    wall = time.monotonic() - began
    # What needs its package to be executed first fails beside empty ones; that tells nothing of the module.
    again = [name for name, answer in alone.items() if answer["error"] and not answer.get("later")]
    whole = _load(made, [(name, files[name], True, "") for name in again])
    answers = [(name, path, alone[name], whole.get(name)) for name, path in files.items()]
    seconds = sum(float(str(answer["seconds"])) for answer in alone.values())
    kept_as = {"loaded": answers, "seconds": seconds, "wall": wall}
    file.write_text(json.dumps(kept_as), encoding="utf-8")
    return Truth({one[0]: _loaded(*one) for one in answers}, seconds, wall)


def load_alone(made: Made) -> float:
    """Load every module of an environment once and return the seconds that they took, added up."""
    answers = _load(made, [(name, path, False, "") for name, path in modules(made).items()])
    return sum(float(str(answer["seconds"])) for answer in answers.values())


def _loaded(name: str, path: str, alone: Mapping[str, object], whole: Mapping[str, object] | None) -> Loaded:
    answer = alone
    if whole and (not whole["error"] or not _family(alone, name)):
        answer = whole
    fields = {key: answer.get(key) or () for key in ("chain", "lines", "missing")}
    more = {key: tuple(map(str, value)) for key, value in fields.items() if isinstance(value, list | tuple)}
    at, later = str(answer.get("at", "")), bool(answer.get("later"))
    return Loaded(name, path, str(answer["error"]), at, later=later, **more)


def _family(answer: Mapping[str, object], name: str) -> bool:
    chain, lines = ([str(one) for one in list(answer.get(key) or [])] for key in ("chain", "lines"))  # type: ignore[call-overload]
    return Loaded(name, "", str(answer["error"]), chain=tuple(chain), lines=tuple(lines)).of_the_family


def modules(made: Made) -> dict[str, str]:
    """Return the files that an import statement can name, by module."""
    ask = "import importlib.machinery as m, json; print(json.dumps(m.EXTENSION_SUFFIXES))"
    suffixes = json.loads(subprocess.check_output([made.python, "-I", "-c", ask]))
    found: dict[str, tuple[int, str]] = {}
    for folder, below, names in os.walk(made.site):
        below[:] = sorted(one for one in below if one.isidentifier())
        for name in names:
            if name.endswith(".so"):
                stem, _, rest = name.partition(".")
                rank = suffixes.index(f".{rest}") if f".{rest}" in suffixes else len(suffixes)
                path = Path(folder, name)
                module = ".".join([*path.parent.relative_to(made.site).parts, stem])
                if stem.isidentifier() and _initialises(path, stem):
                    found[module] = min(found.get(module, (rank, str(path))), (rank, str(path)))
    return {module: path for module, (_, path) in sorted(found.items())}


def _initialises(path: Path, stem: str) -> bool:
    return f"PyInit_{stem}".encode() in path.read_bytes()


def _load(made: Made, asked: Sequence[tuple[str, str, bool, str]]) -> dict[str, dict[str, object]]:
    """Ask several processes of the interpreter at once; each makes a child of its own for every module."""
    passed = {key: value for key, value in os.environ.items() if key in {"PATH", "HOME", "LANG", "LC_ALL"}}
    quiet = {
        "OMP_NUM_THREADS": "1",
        "OPENBLAS_NUM_THREADS": "1",
        "MPLBACKEND": "Agg",
        "CUDA_VISIBLE_DEVICES": "",
    }
    # Several environments of a machine may share files, and one of ours may be somebody's: nothing is left in them.
    command = [str(made.python), "-I", "-X", f"pycache_prefix={WORK / 'bytecode'}", str(CHILD)]
    running = []
    for number in range(WORKERS):
        lines = "".join(json.dumps(one) + "\n" for one in asked[number::WORKERS])
        process = subprocess.Popen(
            command, cwd=WORK, env={**passed, **quiet}, text=True,
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, start_new_session=True,
        )  # fmt: skip
        assert process.stdin
        process.stdin.write(lines)  # read as a whole before the first module is loaded
        process.stdin.close()
        running.append(process)
    answers: dict[str, dict[str, object]] = {}
    for process in running:
        assert process.stdout
        assert process.stderr
        answers.update(json.loads(line) for line in process.stdout)
        if process.wait():
            raise SystemExit(f"{made.folder}: {process.stderr.read()}")
        process.stdout.close()
        process.stderr.close()
    return answers
