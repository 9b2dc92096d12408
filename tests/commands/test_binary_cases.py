"""Environments that installers call sound and Python cannot import: `check` says it, mends it, and is content."""

import json
import re
from pathlib import Path
from typing import NamedTuple

import pytest

from tests.projects import Done
from tests.proofs import abi_environments as environments
from tests.proofs.agreement import Bench, interpreters

pytestmark = [pytest.mark.network, pytest.mark.slow]

SIZE = (
    "ValueError: numpy.{} size changed, may indicate binary incompatibility. "
    "Expected {} from C header, got {} from PyObject"
)
NO_ARRAY = "AttributeError: _ARRAY_API not found"


class Case(NamedTuple):
    """A case of the proof as a user's project, what is foretold of it and what `pip check` says.

    `locked` says that uv's resolver accepts what the case asks for, so that it can be a project of uv.
    """

    name: str
    foretold: str
    code: str
    locked: bool = True
    exit: int = 1
    pip: int = 0


CASES = (
    Case("pandas 1.5.3 on NumPy 2.0", SIZE.format("dtype", 96, 88), "DG303"),
    Case("OpenCV 4.9 on NumPy 2.2", NO_ARRAY, "DG301"),
    Case("pyarrow 14 on NumPy 2.0", NO_ARRAY, "DG301"),
    Case("gensim 4.2 on NumPy 1.21", SIZE.format("ndarray", 96, 88), "DG303"),
    Case("MDAnalysis 2.4.3 on NumPy 1.19", SIZE.format("ndarray", 88, 80), "DG303", locked=False, pip=1),
    Case("mapbox-earcut 1.0.1 on NumPy 2.2", "may silently compute wrong numbers", "DG304", exit=0),
)


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name.split()[0])
def test_what_pip_calls_sound_is_foretold_and_mended(case: Case, tmp_path: Path) -> None:
    asked = next(one for one in environments.cases() if one.name == case.name)
    if asked.python not in interpreters():
        pytest.skip(f"no Python {asked.python} here")
    bench = Bench(tmp_path / "app", tmp_path, interpreters()[asked.python])
    bench.folder.mkdir()
    environment(bench, asked, locked=case.locked)

    first = bench.driftguard("check")
    pip = bench.run(interpreters()[asked.python], "-m", "pip", "--python", ".venv", "check")
    uv = bench.uv("pip", "check", "--python", ".venv")
    command = re.findall(r"^ +mend: (.+)$", first.out, re.MULTILINE)[-1]
    mended = bench.run("bash", "-euo", "pipefail", "-c", command)
    second = bench.driftguard("check", "--format", "json")
    after = bench.run(".venv/bin/python", "-c", f"import {asked.imports}")

    assert (first.code, pip.code, uv.code) == (case.exit, case.pip, case.pip), said(first, pip, uv)
    assert case.code in first.out
    assert case.foretold in " ".join(first.out.split())
    assert mended.code == 0, (command, mended.err)
    left = [one["code"] for one in json.loads(second.out)["findings"]]
    assert (second.code, [one for one in left if one.startswith("DG3")]) == (0, []), (command, left)
    assert after.code == 0, (command, after.err)


def environment(bench: Bench, asked: environments.Case, *, locked: bool) -> None:
    """Write a project that asks for this, and sync it; else install it and pin all of it but NumPy."""
    if locked:
        head = f'[project]\nname = "report"\nversion = "1"\nrequires-python = "=={asked.python}.*"\n'
        bench.write("pyproject.toml", f"{head}dependencies = {json.dumps(asked.requirements)}\n")
        bench.shell("uv sync --quiet --no-build")
        return
    bench.shell("uv venv --quiet")
    for words in (" ".join(asked.requirements), f"--no-deps {' '.join(asked.no_deps)}"):
        bench.shell(f"uv pip install --quiet --only-binary :all: {words}")
    # What the packages ask of NumPy is not what is installed: that is the case.
    bench.shell("uv pip freeze --quiet | grep -v '^numpy==' > requirements.txt")


def said(*several: Done) -> str:
    return "\n".join(one.out + one.err for one in several)
