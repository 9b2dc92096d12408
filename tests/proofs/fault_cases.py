"""The faults: how each is inflicted, in shell, which rule is to catch it, and its near miss.

They run in the project's folder: `$SITE` is the environment's site-packages, `$BASE` the Python it was made of, `$OTHER` a
Python of another minor version, `$TOOLS` a folder with local wheels.
"""

from collections.abc import Iterator, Mapping
from typing import NamedTuple

from tests.proofs.agreement import Bench
from tests.wheels import make_wheel

HOST = "[host]\n"
PROBE = "[[probe]]\nname = 'tried'\n"
PLAIN = "uv sync --quiet --frozen --link-mode copy"
SHARED = "sed -i s/include-system-site-packages.*/include-system-site-packages=true/ .venv/pyvenv.cfg"
SIX_SAYS = "printf %s >> $SITE/six.py"
SYNC = f"{PLAIN} --compile-bytecode"

MANIFEST = """
[project]
name = "nightly"
version = "1"
requires-python = ">=3.11"
dependencies = [
    "certifi==2024.7.4", "click==8.1.7", "idna==3.7", "matplotlib==3.9.2", "pyyaml==6.0.2", "requests==2.32.3",
    "six==1.16.0", "urllib3==2.2.2", "fault-first", "fault-second",
]
[tool.uv]
find-links = ["{wheels}"]
"""


class Fault(NamedTuple):
    """One thing that goes wrong; without a `rule`, nothing does.

    The environment is made by `made`; `steps` are then run in it, and `variables` set for all that is asked
    afterwards (`{app}` in them is the project's folder). `options` are those of `preflight`, `code` its exit
    code. `near` says that the rule has to be quiet and the exit code 0. `by_hand` says why no command mends
    it; `left` are rules that may still speak afterwards; `config` is the driftguard.toml.
    """

    name: str
    rule: str = ""
    steps: str = ""
    variables: Mapping[str, str] = {}
    options: str = ""
    code: int = 1
    made: str = SYNC
    near: bool = False
    by_hand: str = ""
    left: tuple[str, ...] = ()
    config: str = ""


def prepare(bench: Bench) -> None:
    """Write the project of which every environment is made, and the local wheels that it needs.

    `fault-first` and `fault-second` share a folder; among the other wheels, `fault-second` has a file of the first.
    """
    wheels = bench.tools / "wheels"
    make_wheel(wheels, "fault-first==1.0", files={"shared/first.py": b"VALUE = 1\n"})
    make_wheel(wheels, "fault-second==1.0", files={"shared/second.py": b"VALUE = 1\n"})
    make_wheel(bench.tools / "other", "fault-second==1.0", files={"shared/first.py": b"VALUE = 2\n"})
    bench.write("pyproject.toml", MANIFEST.format(wheels=wheels))


def cases() -> Iterator[Fault]:
    """Return every fault with its near misses, the healthy environments first."""
    yield from HEALTHY
    yield from CONFORMITY
    yield from FILES
    yield from STARTUP
    yield from LINKS
    yield from INTERPRETERS
    yield from VARIABLES
    yield from PLACES
    yield from PROBES
    yield from ANCHORED
    yield from BYTECODE


PINNED = "uv export --frozen --quiet --no-emit-project --no-hashes -o pinned.txt"

HEALTHY = (
    Fault("synced by uv", made=PLAIN),
    Fault("synced by uv, hard links", made="uv sync --quiet --frozen --link-mode hardlink"),
    Fault("synced by uv, bytecode compiled"),
    Fault(
        "used: bytecode written by imports",
        steps="env -u PYTHONDONTWRITEBYTECODE .venv/bin/python -c 'import requests, yaml'",
    ),
    Fault(
        "made by pip",
        made=f'"$BASE" -m venv --without-pip .venv\n{PINNED}\npip install --no-deps --find-links $TOOLS/wheels -r pinned.txt',
    ),
    Fault(
        "made by pip, not compiled",
        made=f'"$BASE" -m venv --without-pip .venv\n{PINNED}\npip install --no-deps --no-compile --find-links $TOOLS/wheels -r pinned.txt',
    ),
)

CONFORMITY = (
    Fault("a package removed", "DG101", "uv pip uninstall --quiet idna"),
    Fault("a package downgraded", "DG102", "uv pip install --quiet idna==3.6"),
    Fault("a package too many", "DG104", "uv pip install --quiet toml==0.10.2"),
    Fault("a folder of an interrupted pip", "DG108", "mkdir $SITE/~dna", code=2),
    Fault(
        "one package again, same version", "DG102", "uv pip install --quiet --reinstall idna==3.7", near=True
    ),
)

FILES = (
    Fault("a module edited", "DG401", "echo 'x = 1' >> $SITE/six.py"),
    Fault(
        "a module edited, its size and time as before",
        "DG401",
        "touch -r $SITE/six.py stamp; sed -i 's/Benjamin/benjamin/' $SITE/six.py; touch -r stamp $SITE/six.py",
    ),
    Fault("a module emptied", "DG401", ": > $SITE/requests/api.py"),
    Fault(
        "a file replaced by a link to an equal one",
        "DG401",
        "cp $SITE/six.py . && ln -sf $PWD/six.py $SITE/six.py",
        near=True,
    ),
    Fault("touched, content as before", "DG401", "touch $SITE/six.py $SITE/requests/api.py", near=True),
    Fault("a module deleted", "DG402", "rm $SITE/requests/api.py"),
    Fault("a package's folder deleted", "DG402", "rm -r $SITE/idna"),
    Fault(
        "bytecode deleted",
        "DG402",
        "find $SITE -name '*.pyc' -delete",
        made=SYNC,
        near=True,
    ),
    Fault("a data file deleted", "DG402", "rm $SITE/certifi/cacert.pem"),
    Fault("a RECORD deleted", "DG403", "rm $SITE/urllib3-2.2.2.dist-info/RECORD"),
    Fault(
        "a RECORD of random bytes",
        "DG403",
        "head -c 4000 /dev/urandom > $SITE/urllib3-2.2.2.dist-info/RECORD",
    ),
    Fault("a RECORD cut short", "DG403", "truncate -s 700 $SITE/urllib3-2.2.2.dist-info/RECORD"),
    Fault(
        "the hashes of a RECORD taken out",
        "DG403",
        "sed -Ei 's/,sha256=[^,]*,[0-9]*/,,/' $SITE/idna-3.7.dist-info/RECORD",
        code=2,
    ),
    Fault(
        "a RECORD without hashes of bytecode",
        "DG403",
        made=f'"$BASE" -m venv --without-pip .venv\n{PINNED}\npip install --no-deps --find-links $TOOLS/wheels -r pinned.txt',
        near=True,
    ),
    Fault("a RECORD's hash edited", "DG401", "sed -i s/sha256=./sha256=_/ $SITE/idna-3.7.dist-info/RECORD"),
    Fault("a module of nobody", "DG404", "echo 'x = 1' > $SITE/helper.py"),
    Fault("a module of nobody in a package", "DG404", "echo 'x = 1' > $SITE/requests/extra.py", code=2),
    Fault(
        "bytecode of an owned module",
        "DG404",
        "env -u PYTHONDONTWRITEBYTECODE .venv/bin/python -c 'import requests'",
        near=True,
    ),
    Fault(
        "a module of nobody in `__pycache__`",
        "DG404",
        "echo 'x = 1' > $SITE/requests/__pycache__/extra.py",
        code=2,
    ),
    Fault(
        "bytecode of other tools and Pythons",
        "DG404",
        "cd $SITE/requests/__pycache__; cp api.*.pyc api.cpython-39.opt-1.pyc; cp api.*-3[0-9][0-9].pyc api.cpython-311-pytest-8.3.2.pyc",
        near=True,
    ),
    Fault(
        "one file of two packages, of two contents",
        "DG406",
        "uv pip install --quiet --no-config --no-cache --reinstall --no-deps --no-index --find-links $TOOLS/other fault-second==1.0",
        by_hand="only a person knows which of the two is wanted",
        code=2,
    ),
    Fault("two packages in one folder", "DG406", near=True),
)

STARTUP = (
    Fault("a .pth that runs code", "DG405", 'echo \'import os; os.environ["SPY"] = "1"\' > $SITE/zz.pth'),
    Fault("a sitecustomize", "DG405", "echo 'x = 1' > $SITE/sitecustomize.py"),
    Fault(
        "a usercustomize",
        "DG405",
        "mkdir $SITE/usercustomize && echo 'x = 1' > $SITE/usercustomize/__init__.py",
    ),
    Fault(
        "a module named like sitecustomize",
        "DG405",
        "mkdir data && echo 'x = 1' > data/sitecustomize.py",
        near=True,
    ),
)

LINKS = (
    Fault(
        "an edit through uv's hard links",
        "DG408",
        "echo 'x = 1' >> $SITE/six.py",
        # A cache of its own: `uv cache clean` waits for everybody who uses it.
        variables={"UV_CACHE_DIR": "{folder}/uv-cache"},
        made="export UV_CACHE_DIR=$PWD/../uv-cache; uv sync --quiet --frozen --link-mode hardlink",
    ),
    Fault(
        "hard links, nothing edited", "DG408", made="uv sync --quiet --frozen --link-mode hardlink", near=True
    ),
    Fault("a script for another Python", "DG407", "sed -i '1s|.*|#!/usr/bin/python3|' .venv/bin/normalizer"),
    Fault(
        "a script for a Python that is gone",
        "DG407",
        "sed -i '1s|.*|#!/nowhere/bin/python|' .venv/bin/normalizer",
    ),
    Fault(
        "a shell script of nobody in bin",
        "DG407",
        "printf '#!/bin/sh\\necho hi\\n' > .venv/bin/hello; chmod +x .venv/bin/hello",
        near=True,
    ),
)

INTERPRETERS = (
    Fault(
        "the Python of a cron job is another",
        "DG503",
        variables={"PATH": "/usr/bin:/bin"},
        options='--path "$PATH"',
    ),
    Fault(
        "the Python of a cron job is this one",
        "DG503",
        options="--path $PWD/.venv/bin:/usr/bin:/bin",
        near=True,
    ),
    Fault(
        "the command is another Python's",
        "DG503",
        options='-- "$OTHER" --version',
        by_hand="the command that is printed is the one to run",
    ),
    Fault("the command is this Python's", "DG503", options="-- .venv/bin/python -c pass", near=True),
    Fault(
        "made from a Python that is gone",
        "DG502",
        "sed -i 's|^home = .*|home = /nowhere/bin|' .venv/pyvenv.cfg",
    ),
    Fault("moved to another folder", "DG502", "mv .venv moved", options="--python moved"),
    Fault("moved and moved back", "DG502", "mv .venv moved; mv moved .venv", near=True),
    Fault("the interpreter is a link to nothing", "DG502", "ln -sf /nowhere/python .venv/bin/python", code=3),
    Fault(".python-version names another", "DG504", "echo 3.12 > .python-version", code=2),
    Fault(
        ".python-version names this one",
        "DG504",
        ".venv/bin/python -c \"import sys; print('%d.%d' % sys.version_info[:2])\" > .python-version",
        near=True,
    ),
    Fault(
        "the Dockerfile is for another",
        "DG504",
        "echo 'FROM python:3.9-slim' > Dockerfile",
        code=2,
        by_hand="only a person knows which of the two is meant",
    ),
    Fault("the Dockerfile names no Python", "DG504", "echo 'FROM debian:12' > Dockerfile", near=True),
    Fault(
        "the base interpreter itself",
        "DG501",
        options='--python "$BASE" --ignore DG4',
        by_hand="the job has to run in what the printed command makes",
    ),
    Fault("an environment by venv", "DG501", made=f'"$BASE" -m venv --without-pip .venv\n{SYNC}', near=True),
    Fault(
        "the user's own packages shine through",
        "DG506",
        f"{SHARED}\nmkdir -p user/lib/python3.11/site-packages; echo 'x = 1' > user/lib/python3.11/site-packages/mine.py",
        variables={"PYTHONUSERBASE": "{app}/user"},
        options="--ignore DG4",
        code=2,
    ),
    Fault(
        "the user's own packages, and nothing shines through",
        "DG506",
        "mkdir -p user/lib/python3.11/site-packages; echo 'x = 1' > user/lib/python3.11/site-packages/mine.py",
        variables={"PYTHONUSERBASE": "{app}/user"},
        near=True,
    ),
    Fault(
        "nothing shines through, in capitals",
        "DG507",
        "sed -i s/packages.*=.*/packages=FALSE/ .venv/pyvenv.cfg",
        near=True,
    ),
    Fault(
        "packages of the base interpreter shine through",
        "DG507",
        SHARED,
        options="--ignore DG4",  # whatever that interpreter's own files are like
        code=2,
    ),
)

VARIABLES = (
    Fault(
        "PYTHONPATH hides a package",
        "DG505",
        "mkdir lib; echo 'x = 1' > lib/six.py",
        {"PYTHONPATH": "{app}/lib"},
    ),
    Fault(
        "PYTHONPATH hides a module of Python",
        "DG505",
        "mkdir lib; echo 'x = 1' > lib/csv.py",
        {"PYTHONPATH": "{app}/lib"},
    ),
    Fault(
        "PYTHONPATH adds a folder",
        "DG505",
        "mkdir lib; echo 'x = 1' > lib/mine.py",
        {"PYTHONPATH": "{app}/lib"},
        code=2,
    ),
    Fault("PYTHONPATH is empty", "DG505", variables={"PYTHONPATH": ""}, near=True),
    Fault(
        "anybody may write the bytecode",
        "DG516",
        "mkdir -m 1777 pyc",
        {"PYTHONPYCACHEPREFIX": "{app}/pyc"},
    ),
    Fault("a library to be preloaded is gone", "DG516", variables={"LD_PRELOAD": "/nowhere/lib.so"}, code=2),
    Fault("no assert is run", "DG516", variables={"PYTHONOPTIMIZE": "1"}, code=2),
    Fault("warnings are left out", "DG516", variables={"PYTHONWARNINGS": "ignore"}, near=True),
    Fault(
        "a backend of another system",
        "DG508",
        "printf 'backend: MacOSX\\nbackend_fallback: False\\n' > matplotlibrc",
    ),
    Fault(
        "a window, and a fallback where there is no display",
        "DG508",
        variables={"MPLBACKEND": "TkAgg"},
        near=True,
    ),
    Fault(
        "a window, no display and no fallback",
        "DG508",
        "printf 'backend: QtAgg\\nbackend_fallback: False\\n' > matplotlibrc",
    ),
    Fault("a backend that matplotlib has not", "DG508", variables={"MPLBACKEND": "Agk"}),
    Fault("a backend without window", "DG508", variables={"MPLBACKEND": "Agg"}, near=True),
    Fault("no thread at all", "DG509", variables={"OMP_NUM_THREADS": "none"}, code=2),
    Fault("two threads", "DG509", variables={"OMP_NUM_THREADS": "2"}, near=True),
    Fault(
        "text in ASCII",
        "DG510",
        variables={"LC_ALL": "C", "PYTHONCOERCECLOCALE": "0", "PYTHONUTF8": "0"},
        code=2,
    ),
    Fault("the locale C, as cron has it", "DG510", variables={"LC_ALL": "C"}, near=True),
    Fault("a time zone that is none", "DG511", variables={"TZ": "Mars/Olympus_Mons"}, code=2),
    Fault("a time zone", "DG511", variables={"TZ": "UTC"}, near=True),
    Fault(
        "a variable that the job needs is not set",
        "DG514",
        config=HOST + 'variables = ["TOKEN"]',
        by_hand="only a person knows its value",
    ),
    Fault(
        "a variable that the job needs is set",
        "DG514",
        config=HOST + 'variables = ["TOKEN"]',
        variables={"TOKEN": "secret"},
        near=True,
    ),
)

PLACES = (
    Fault(
        "no room",
        "DG512",
        config=HOST + 'writable = ["out"]\nfree = "900 TiB"',
        by_hand="only a person can make room",
    ),
    Fault("room", "DG512", config=HOST + 'writable = ["out"]\nfree = "1 MiB"', near=True),
    Fault(
        "a file where a folder is to be written",
        "DG513",
        "touch out",
        config=HOST + 'writable = ["out"]',
        by_hand="only a person knows what the file is for",
    ),
    Fault(
        "a folder that is still to be made", "DG513", config=HOST + 'writable = ["out/nightly"]', near=True
    ),
    Fault(
        "a file of the day after tomorrow",
        "DG515",
        "touch -d '+2 days' uv.lock",
        code=2,
    ),
    Fault("a file of now", "DG515", "touch uv.lock", near=True),
)

PROBES = (
    Fault("an import that raises", "DG601", "echo 'raise RuntimeError(1)' > $SITE/six.py"),
    Fault("an import that crashes", "DG602", "echo 'import os; os.kill(os.getpid(), 11)' > $SITE/six.py"),
    Fault(
        "an import that hangs",
        "DG603",
        "echo 'import time; time.sleep(900)' > $SITE/six.py",
        config=PROBE + 'import = "six"\ntimeout = 2',
    ),
    Fault("an import that takes its time", "DG603", config=PROBE + 'import = "six"\ntimeout = 30', near=True),
    Fault(
        "a function that is gone",
        "DG601",
        config=PROBE + 'symbol = "six:moved_away"',
        by_hand="only a person knows where it went",
    ),
    Fault("a function that is there", "DG601", config=PROBE + 'symbol = "six:text_type"', near=True),
    Fault(
        "an import that warns", "DG604", f"{SIX_SAYS} 'import warnings; warnings.warn(\"old\", UserWarning)'"
    ),
    Fault(
        "warnings are asked for, and there are none",
        "DG604",
        variables={"PYTHONWARNINGS": "default"},
        near=True,
    ),
    Fault("modules that nobody can name", "DG605", "rm $SITE/urllib3-2.2.2.dist-info/RECORD"),
)

_REWRITE = """
six = next(pathlib.Path(".venv").rglob("six.py"))
six.write_bytes(six.read_bytes() + b"x = 1\\n")
record = next(pathlib.Path(".venv").rglob("six-*.dist-info/RECORD"))
digest = base64.urlsafe_b64encode(hashlib.sha256(six.read_bytes()).digest()).decode().rstrip("=")
row = f"six.py,sha256={digest},{six.stat().st_size}"
record.write_text(re.sub("(?m)^six.py,.*", row, record.read_text()))
"""
_REWRITTEN = f"$BASE -c 'import base64, hashlib, pathlib, re{_REWRITE}'"
_WHEELS = "pip download --no-deps --dest wheels six==1.16.0"

ANCHORED = (
    Fault(
        "an edit whose RECORD was rewritten",
        "DG409",
        f"{_WHEELS}\n{_REWRITTEN}",
        options="--select DG1,DG409 --wheelhouse wheels",
        variables={"UV_CACHE_DIR": "{folder}/uv-cache"},
        made=f"export UV_CACHE_DIR=$PWD/../uv-cache; {SYNC}",
    ),
    Fault(
        "the same, and nothing was edited",
        "DG409",
        _WHEELS,
        options="--select DG1,DG409 --wheelhouse wheels",
        near=True,
    ),
    Fault(
        "no wheel to hold files against",
        "DG410",
        "mkdir wheels",
        options="--select DG1,DG410 --wheelhouse wheels",
        code=3,
        by_hand="the wheels have to be fetched",
    ),
)

_HEADERS = """
import importlib.util, marshal, os, sys
source, kind = sys.argv[1:]
path, status = importlib.util.cache_from_source(source), os.stat(source)
numbers = {"fitting": (0, int(status.st_mtime), status.st_size), "stale": (0, 1, 1), "unchecked": (1, 2, 3)}[kind]
code = compile("import this", source, "exec")
header = importlib.util.MAGIC_NUMBER + b"".join(number.to_bytes(4, "little") for number in numbers)
open(path, "wb").write(header + marshal.dumps(code))
"""
_POISON = f"$BASE -c '{_HEADERS}' $SITE/six.py"
_COMPILE = "env -u PYTHONDONTWRITEBYTECODE .venv/bin/python -m compileall -qf"
_BY_CODE = "--select DG1,DG4 --ignore DG410 --anchor"

BYTECODE = (
    Fault("bytecode of other code, its header fits", "DG411", f"{_POISON} fitting", options=_BY_CODE),
    Fault("bytecode that says its source need not be looked at", "DG411", f"{_POISON} unchecked"),
    Fault(
        "bytecode of other code, too old to be run", "DG411", f"{_POISON} stale", options=_BY_CODE, near=True
    ),
    Fault(
        "bytecode of every level of optimisation",
        "DG411",
        f"{_COMPILE} -o 0 -o 1 -o 2 $SITE",
        options=_BY_CODE,
        near=True,
    ),
    Fault(
        "bytecode that says so, and was made of its source",
        "DG411",
        f"{_COMPILE} --invalidation-mode unchecked-hash $SITE",
        options=_BY_CODE,
        near=True,
    ),
)
