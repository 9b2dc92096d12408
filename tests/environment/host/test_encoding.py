"""DG510 against CPython itself, started with the same variables."""

import subprocess
import sys
from pathlib import Path

import pytest

from driftguard.environment.host import PUBLIC, charset
from driftguard.host import Host
from driftguard.rules.host import encoding
from tests.builders import environment, evidence, said

SETTINGS = [
    "",
    "LC_ALL=C",
    "LC_ALL=POSIX",
    "LANG=C",
    "LANG=C.UTF-8",
    "LC_ALL=C.utf8",
    "LANG=xx_YY",
    "LC_ALL=xx_YY.ISO-8859-1",
    "LC_ALL= LANG=C.UTF-8",
    "PYTHONCOERCECLOCALE=0",
    "PYTHONUTF8=1 LC_ALL=C",
    "PYTHONUTF8=0",
    "PYTHONUTF8=0 LC_ALL=C",
    "PYTHONUTF8=0 LANG=C",
    "PYTHONUTF8=0 LANG=xx_YY",
    "PYTHONUTF8=0 LC_ALL=xx_YY",
    "PYTHONUTF8=0 LC_CTYPE=C.UTF-8",
    "PYTHONUTF8=0 PYTHONCOERCECLOCALE=0",
    "PYTHONUTF8=2",
    "PYTHONUTF8=",
    "PYTHONIOENCODING=latin-1",
    "PYTHONIOENCODING=utf8",
    "PYTHONIOENCODING=:replace",
    "PYTHONIOENCODING=nonsense",
]
ASKED = """
import locale, sys
print(locale.getpreferredencoding(False).lower(), sys.stdout.encoding.lower())
"""


@pytest.mark.parametrize("setting", SETTINGS)
@pytest.mark.skipif(sys.platform != "linux", reason="locales are judged on Linux")
def test_we_say_what_python_does(setting: str) -> None:
    environ = {"PATH": "/usr/bin:/bin", **dict(word.split("=", 1) for word in setting.split())}
    done = subprocess.run(
        [sys.executable, "-c", ASKED],
        env=environ,
        capture_output=True,
        text=True,
        check=False,
    )
    healthy = done.returncode == 0 and done.stdout.split() == ["utf-8", "utf-8"]

    host = Host(
        bin=Path("/env/bin"),
        variables={name: environ[name] for name in PUBLIC if environ.get(name)},
        locale=charset.read(environ),
    )

    assert (said(encoding, evidence((), environment(), host=host)) == []) == healthy, done
