"""Modules that misbehave, and the environment in which they are tried: this very interpreter."""

import platform
import sys
from collections.abc import Sequence
from pathlib import Path

from driftguard.adapters.probes import running, variables
from driftguard.adapters.probes.answer import Trial
from driftguard.model import Environment
from driftguard.probes import Kind, Outcome, Probe
from tests import builders
from tests.environment.builders import clean


def environment(site: Path) -> Environment:
    """Make an environment of this interpreter whose packages lie in `site`."""
    here = builders.interpreter()._replace(
        executable=Path(sys.executable), version=platform.python_version(), site_packages=(site,)
    )
    return builders.environment()._replace(interpreter=here)


def trials(
    folder: Path, probes: Sequence[Probe], there: Environment | None = None, **more: str
) -> list[Trial]:
    """Run probes with the modules of `folder`."""
    environ = variables(clean(PYTHONPATH=str(folder), **more), None)
    return list(running.run(probes, there or environment(folder), Path(sys.executable), environ, folder))


def tried(folder: Path, probe: Probe, **more: str) -> Outcome:
    """Run one probe with the modules of `folder`."""
    (trial,) = trials(folder, [probe], None, **more)
    return trial.outcome


def importing(module: str, **more: object) -> Probe:
    """Make the probe that imports a module."""
    return Probe(name=module, kind=Kind.IMPORT, targets=(module,), **more)  # type: ignore[arg-type]


def calling(function: str, *arguments: object, **more: object) -> Probe:
    """Make the probe that calls a function."""
    return Probe(name="call", kind=Kind.CALL, targets=(function,), arguments=arguments, **more)  # type: ignore[arg-type]
