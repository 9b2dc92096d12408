"""The probes that passed, between runs.

A failure is tried again; and so is what may use the network, and what started other programs, of which nobody
knows on what they rest.

What the others rest on stands beside them: the variables, the working directory, the interpreter and the host
are their key; every file of the environment's site-packages, loaded or not; and what they opened, loaded,
listed or searched elsewhere: the standard library, shared libraries, editable sources, the folders of
`sys.path` and LD_LIBRARY_PATH. Anything changed, and all are tried again. Not seen is what native code
opened, and what was only asked whether it is there.
"""

import json
import os
from collections.abc import Iterable, Mapping
from pathlib import Path

from driftguard.adapters.probes.answer import Trial
from driftguard.adapters.probes.script import SCRIPT
from driftguard.cache import Cache, digest
from driftguard.environment import interpreter, stamps, tree_state
from driftguard.environment.stamps import Stamp
from driftguard.model import Environment
from driftguard.probes import Outcome, Probe, Result, Warned
from driftguard.record import TYPE_CHECKING

if TYPE_CHECKING:
    from typing import Any

VOLATILE = frozenset(
    """
    _ COLUMNS INVOCATION_ID JOURNAL_STREAM LINES LS_COLORS MAIL OLDPWD PWD SHLVL SSH_AUTH_SOCK
    SSH_CLIENT SSH_CONNECTION SSH_TTY SYSTEMD_EXEC_PID TERM TERM_PROGRAM TERM_PROGRAM_VERSION
    TERM_SESSION_ID TMUX TMUX_PANE WINDOWID XDG_SESSION_ID
    """.split()  # noqa: SIM905
)
"""Variables that differ from run to run and on which no outcome rests."""

MOST = 40_000
"""Paths beyond which nothing is kept."""

_KIND = "probes"
_UNSTEADY = ("/proc/", "/sys/", "/dev/")


class Kept:
    """What is known of the probes of one environment: `save` it once all were asked for."""

    def __init__(
        self,
        there: Environment,
        python: Path,
        environ: Mapping[str, str],
        cwd: Path,
        cache: Cache,
        *,
        fresh: bool = False,
    ) -> None:
        self._cache = cache
        told = sorted((name, value) for name, value in environ.items() if name not in VOLATILE)
        shown = [one for one in told if not one[0].startswith("DRIFTGUARD_")]
        surroundings = digest(json.dumps(shown).encode())
        self._key = json.dumps([interpreter.key(python), str(cwd), surroundings, digest(SCRIPT.encode())])
        self._environ, self._cwd = environ, cwd
        inner = there.interpreter
        self._minor = ".".join(inner.version.split(".")[:2])
        self._trees = [str(folder) for folder in (*inner.site_packages, *inner.inherited_site_packages)]
        self._beyond: dict[str, Stamp | None] = {}
        self._rows: dict[str, object] = {}
        if cache.folder is not None:
            self._state = tree_state.read(self._trees)
            if not fresh:
                self._load()

    def _load(self) -> None:
        entry = self._cache.get(_KIND, self._key) or {}
        beyond, rows = entry.get("beyond"), entry.get("rows")
        if (
            entry.get("state") != self._state.digest
            or not isinstance(beyond, dict)
            or not isinstance(rows, dict)
        ):
            return
        if all(stamps.of(path) == stamp for path, stamp in beyond.items()):
            self._beyond, self._rows = beyond, rows

    def get(self, probe: Probe) -> Outcome | None:
        """Return what came of the probe in an earlier run, None where it has to be tried."""
        try:
            row: Any = self._rows[_text(probe)]
            spoke, seconds, warnings, refused = row
            return Outcome(
                probe,
                Result.PASSED,
                spoke=spoke,
                seconds=seconds,
                warnings=tuple(Warned(*one) for one in warnings),
                refused=tuple(refused),
                reused=True,
            )
        except (KeyError, TypeError, ValueError):
            return None

    def add(self, trial: Trial) -> None:
        """Take up a probe that has passed, if all it rests on was settled when it was started.

        What changed after that shows in its state, and so does what changed between our look and the start.
        """
        outcome = trial.outcome
        kept = self._cache.folder is not None and not outcome.probe.network and trial.is_traced
        if not kept or self._state.fault or self._state.latest >= stamps.settled_before(trial.started):
            return
        beyond = {path: stamps.of(path) for path in self._outside(trial)}
        if stamps.are_settled(beyond.values(), trial.started) and len(beyond) + len(self._beyond) <= MOST:
            # What is known goes first: another probe's outcome rests on it as it was.
            self._beyond = {**beyond, **self._beyond}
            self._rows[_text(outcome.probe)] = [
                outcome.spoke,
                round(outcome.seconds, 3),
                outcome.warnings,
                outcome.refused,
            ]

    def save(self) -> None:
        """Keep what is known."""
        if self._rows:
            value = {"state": self._state.digest, "beyond": self._beyond, "rows": self._rows}
            self._cache.put(_KIND, self._key, value)

    def _outside(self, trial: Trial) -> set[str]:
        """Return the paths that a trial rests on and that are in no folder that is looked at as a whole."""
        inside = tuple(f"{os.path.realpath(tree)}{os.sep}" for tree in self._trees)
        paths = {*trial.files, *trial.folders, *self._searched()}
        named = {os.path.join(self._cwd, path) for path in paths if path}  # noqa: PTH118 - thousands of them
        return {
            path
            for path in named
            if not path.startswith(_UNSTEADY) and not os.path.realpath(path).startswith(inside)
        }

    def _searched(self) -> Iterable[str]:
        """Yield where the dynamic loader, `site` and matplotlib look, whether anything is there or not."""
        yield "/etc/ld.so.cache"
        yield from filter(None, self._environ.get("LD_LIBRARY_PATH", "").replace(";", ":").split(":"))
        home = self._environ.get("HOME", "")
        base = self._environ.get("PYTHONUSERBASE") or f"{home}/.local"
        yield f"{base}/lib/python{self._minor}/site-packages"
        settings = self._environ.get("XDG_CONFIG_HOME", f"{home}/.config")
        for folder in (str(self._cwd), self._environ.get("MPLCONFIGDIR", f"{settings}/matplotlib")):
            yield f"{folder}/matplotlibrc"


def _text(probe: Probe) -> str:
    """Return all of a probe that its outcome hangs on."""
    return json.dumps([*probe._replace(name="", distribution="", lenient=False)])
