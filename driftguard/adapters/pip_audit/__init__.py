"""Ask pip-audit which of the pinned packages have known vulnerabilities.

The service is pip-audit's own choice: PIP_AUDIT_VULNERABILITY_SERVICE (`pypi`, `osv`, `esms`) and
PIP_AUDIT_OSV_URL say which. OSV does not tell a package that it does not know from one without
advisories; the default, PyPI, does.

pip-audit is handed bare pins, not the export: it would leave out every line whose marker does not
hold for the interpreter that runs *it*, which is ours and not the judged one, without a word.
"""

import json
import os
import re
import shutil
import sys
import tempfile
from collections.abc import Iterable, Iterator
from importlib.util import find_spec
from pathlib import Path

from driftguard.adapters.pip_audit.answer import read
from driftguard.adapters.pip_audit.pins import Pin, asked, batches
from driftguard.errors import DriftguardError, ProcessError
from driftguard.model import Unavailable, Vulnerability
from driftguard.process import Completed, run
from driftguard.untrusted import printable

ABSENT = "pip-audit is not installed; it comes with the extra `report`"
TIMEOUT = 300.0
"""Seconds for one run: it asks the service package by package."""

_OPTIONS = (
    *("--no-deps", "--disable-pip"),
    *("--format", "json", "--desc", "on", "--aliases", "on", "--output", "-"),
    *("--progress-spinner", "off"),
)
_ENVIRONMENT = {"NO_COLOR": "1", "PIP_AUDIT_LOGLEVEL": "WARNING"}
_SAID = re.compile(r"^(?:ERROR|CRITICAL):pip_audit[\w.]*:(.+)", re.M)
_RAISED = re.compile(r"^(?:[A-Za-z_]\w*\.)*([A-Z]\w*: \S.*)", re.M)
_PASSED_OVER = re.compile(r"^WARNING:pip_audit\._service\.\w+:(.+)", re.M)


def audit(requirements: str, *, timeout: float = TIMEOUT) -> tuple[Vulnerability, ...] | Unavailable:
    """Return the advisories for all that `requirements` pins, and what could not be audited.

    Every pin counts, whatever its marker: it is the lock that is audited, not one machine.
    """
    try:
        pins, skipped = asked(requirements)
        found = tuple(_answers(pins, timeout))
    except DriftguardError as error:
        return Unavailable(printable(error.message))
    return (*found, *skipped)


def _answers(pins: list[Pin], timeout: float) -> Iterator[Vulnerability]:
    for batch in batches(pins):
        done = _pip_audit(batch, timeout)
        if done.returncode not in {0, 1}:
            raise ProcessError(f"pip-audit failed with exit code {done.returncode}: {_reason(done)}")
        found = _read(done, batch)
        # 1 is for findings as well as for a failure.
        if done.returncode == 1 and not any(one.identifier for one in found):
            raise ProcessError(f"pip-audit failed after its answer: {_reason(done)}")
        yield from found
        for warning in _PASSED_OVER.findall(done.stderr):
            said = f"it passed over an advisory: {printable(warning)}"
            yield Vulnerability(name="pip-audit", version="", skipped=said)


def _read(done: Completed, pins: Iterable[Pin]) -> tuple[Vulnerability, ...]:
    try:
        answer = json.loads(done.stdout)
    except (ValueError, RecursionError):
        raise ProcessError(f"pip-audit failed: {_reason(done)}") from None
    try:
        return tuple(read(answer, pins))
    except ValueError as error:
        raise ProcessError(f"pip-audit answered in a form that is not known here: {error}") from None


def _pip_audit(pins: Iterable[Pin], timeout: float) -> Completed:
    """Run pip-audit in a folder of its own, so that no module lying about is taken for one of its own."""
    program = _program()
    try:
        with tempfile.TemporaryDirectory(prefix="driftguard-") as folder:
            file = Path(folder, "requirements.txt")
            file.write_text("".join(f"{pin.name}=={pin.version}\n" for pin in pins), encoding="utf-8")
            command = [*program, "--requirement", file, *_OPTIONS]
            return run(command, cwd=Path(folder), environment=_ENVIRONMENT, timeout=timeout)
    except ProcessError as error:
        raise ProcessError(f"pip-audit: {error.message}") from None
    except OSError as error:
        raise ProcessError(f"no room for pip-audit's input: {error.strerror}") from None


def _program() -> list[str | Path]:
    if find_spec("pip_audit"):
        return [sys.executable, "-P", "-m", "pip_audit"]
    found = shutil.which("pip-audit")
    if found is None:
        raise ProcessError(ABSENT)
    return [os.path.abspath(found)]  # noqa: PTH100 - a symbolic link must keep its name


def _reason(done: Completed) -> str:
    """Return what pip-audit died of: its own error, else the last exception that says something."""
    if said := _SAID.search(done.stderr):
        return printable(said[1])
    raised = _RAISED.findall(done.stderr)
    return printable(raised[-1] if raised else done.last_words)
