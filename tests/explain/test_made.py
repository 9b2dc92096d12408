"""Errors that are made to happen here: what Python and the loader really print is explained."""

import subprocess
import sys
from pathlib import Path

import pytest
import tomli

from driftguard.explain.explanation import explain
from driftguard.tables import causes

TEXTS = Path(__file__).with_name("texts.toml")
MADE = {
    "script-not-found": "import os, sys; os.execv(sys.executable, ['python', 'absent.py'])",
    "disk-full": "out = open('/dev/full', 'w'); out.write('x'); out.flush()",
    "too-many-open-files": "import resource\nresource.setrlimit(resource.RLIMIT_NOFILE, (20, 20))\nkept = [open('/dev/null') for _ in range(30)]",
    "address-in-use": "import socket\na, b = socket.socket(), socket.socket()\na.bind(('127.0.0.1', 0))\na.listen()\nb.bind(a.getsockname())",
    "module-not-installed": "import no_such_module",
    "environment-variable-missing": "import os; os.environ['NO_SUCH_KEY']",
    "endless-recursion": "def f(): f()\nf()",
    "locale-not-utf8": "import sys; sys.stdout.reconfigure(encoding='ascii'); print('\\u0107')",
    "time-zone-data-missing": "import zoneinfo; zoneinfo.ZoneInfo('Mars/Base')",
    "run-as-script": "from . import players",
    "shadowed-by-own-file": "open('random.py', 'w').write('import random\\nrandom.randint(1, 2)')\nimport sys; sys.path.insert(0, '.'); import random",
    "circular-import": "open('a.py', 'w').write('from b import y\\nx = 1'); open('b.py', 'w').write('from a import x\\ny = 1')\nimport sys; sys.path.insert(0, '.'); import a",
    "attribute-moved": "import packaging.version; packaging.version.no_such_thing",
    "name-moved-in-distribution": "from packaging.version import no_such_thing",
    "distribution-metadata-missing": "import importlib.metadata; importlib.metadata.version('no-such-thing')",
    "removed-from-python": "from collections import Mapping",
    "python2-only": "exec(\"print 'hello'\")",
    "crash-in-native-code": "import faulthandler; faulthandler.enable(); import ctypes; ctypes.string_at(0)",
    "memory-exhausted": "import resource\nresource.setrlimit(resource.RLIMIT_AS, (10**9, 10**9))\nb'x' * 10**11",
    "shared-library-missing": "import ctypes; ctypes.CDLL('libnothere.so.9')",
    "library-damaged": "open('libempty.so', 'w').close(); import ctypes; ctypes.CDLL('./libempty.so')",
    "module-of-another-system": "import winreg",
    "standard-library-not-found": "import os, sys; os.execve(sys.executable, ['python'], {'PYTHONHOME': '/nowhere'})",
}


@pytest.mark.skipif(sys.platform != "linux", reason="the words are those of Linux")
@pytest.mark.parametrize(("name", "program"), MADE.items(), ids=MADE)
def test_what_is_printed_is_explained(name: str, program: str, tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-c", program], cwd=tmp_path, capture_output=True, text=True, check=False, timeout=60
    )

    (first, *_) = explain(done.stderr).explained or [None]

    assert first is not None, done.stderr
    assert first.id == name, done.stderr


def test_the_table_calls_made_what_is_made_here_or_for_the_table_of_pairs() -> None:
    """NumPy's refusals were made to happen for `abi_pairs.toml`, and are again by `scripts/prove abi`."""
    numpy = {"built-for-another-numpy", "numpy-too-old-for-module", "numba-numpy"}

    assert {one.id for one in causes() if one.source == "run"} == MADE.keys() | numpy
    assert MADE.keys() <= tomli.loads(TEXTS.read_text(encoding="utf-8")).keys()
