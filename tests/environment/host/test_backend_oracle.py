"""DG508 against matplotlib itself, which draws a figure under the same variables and files."""

import os
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

import pytest

from driftguard.cache import NO_CACHE
from driftguard.environment import read
from driftguard.environment.host import backend
from driftguard.environment.target import Target
from driftguard.finding import Severity
from driftguard.host import Host
from driftguard.model import Environment
from driftguard.rules.host import headless
from tests.builders import evidence
from tests.environment.builders import uv_venv
from tests.projects import find_uv

pytestmark = [pytest.mark.network, pytest.mark.slow]

DRAW = """
import matplotlib.pyplot as plt
plt.subplots()
print(plt.get_backend().lower())
"""


@pytest.fixture(scope="module")
def there(tmp_path_factory: pytest.TempPathFactory) -> Environment:
    root = uv_venv(tmp_path_factory.mktemp("oracle") / ".venv", Path(sys.executable))
    python = root / "bin" / "python"
    command = [find_uv(), "pip", "install", "--quiet", "--python", str(python), "matplotlib==3.11.2"]
    subprocess.run(command, check=True, timeout=300)
    return read(Target(root, python, str(root), ""), execute=True, cache=NO_CACHE)


@pytest.mark.parametrize(
    ("variables", "settings"),
    [
        ({}, ""),
        ({}, "lines.linewidth: 2"),
        ({"MPLBACKEND": "Agg"}, ""),
        ({"MPLBACKEND": "svg"}, ""),
        ({"MPLBACKEND": "template"}, ""),
        ({"MPLBACKEND": "TkAgg"}, ""),
        ({"MPLBACKEND": "QtAgg"}, ""),
        ({"MPLBACKEND": "MacOSX"}, ""),
        ({"MPLBACKEND": "foo"}, ""),
        ({"MPLBACKEND": "auto"}, ""),
        ({"MPLBACKEND": "WebAgg"}, ""),
        ({"MPLBACKEND": "nbagg"}, ""),
        ({"MPLBACKEND": "cairo"}, ""),
        ({"MPLBACKEND": "module://absent.backend"}, ""),
        ({"MPLBACKEND": "module://matplotlib.backends.backend_pdf"}, ""),
        ({}, "backend: TkAgg"),
        ({}, "backend: foo"),
        ({}, 'backend : "pdf"  # no window'),
        ({}, "backend: TkAgg\nbackend_fallback: False"),
        ({"MPLBACKEND": "MacOSX"}, "backend_fallback: False"),
        ({"MPLBACKEND": "Agg"}, "backend: TkAgg\nbackend_fallback: False"),
    ],
)
def test_we_say_what_matplotlib_does(
    there: Environment, tmp_path: Path, variables: Mapping[str, str], settings: str
) -> None:
    if settings:
        (tmp_path / "matplotlibrc").write_text(f"{settings}\n")
    environ = {"PATH": os.defpath, "HOME": str(tmp_path), **variables}
    done = subprocess.run(
        [there.interpreter.executable, "-c", DRAW],
        cwd=tmp_path,
        env=environ,
        capture_output=True,
        text=True,
        check=False,
    )
    matplotlib = next(one for one in there.installed if one.name == "matplotlib")
    found = backend.read(matplotlib, there, environ, tmp_path)
    host = Host(bin=there.root / "bin", backend=found)

    told = [one.severity for one in headless.check(evidence((), there, host=host))]

    assert (told == [Severity.ERROR]) == (done.returncode != 0), done
    if not told and found.name and not found.name.startswith("module://"):
        assert done.stdout.strip() == found.name.lower()
    elif done.returncode == 0 and told:
        assert done.stdout.strip() == "agg"
