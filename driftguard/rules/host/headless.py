"""Matplotlib is told to take a backend that it cannot take here

## What it finds

The backend that matplotlib would take, worked out as it does: `MPLBACKEND`, else the first `matplotlibrc`
of the working directory, `MATPLOTLIBRC`, `MPLCONFIGDIR` or `~/.config/matplotlib`, and its own. An error is
a name that matplotlib does not know in `MPLBACKEND`; a module, or a package that a backend needs, that is
not there; a backend with windows where `backend_fallback` is off and there is no display, and that of macOS
elsewhere. A backend with windows that matplotlib will pass over without a display is a note, an unknown
name in a file a warning. Where nothing is said, matplotlib takes what works, and nothing is said here.

## Why it matters

The first figure, or the import already, ends the night's run: on a server nobody looks at a window. What
the program itself sets by `matplotlib.use` comes later than all this and cannot be seen from outside.

## Example

```text
DG508 error: matplotlib: MPLBACKEND asks for the backend tkcario, which it does not know
```

## Fix

Say that no window is wanted (the printed command), for instance in the crontab or the unit file.
"""

from collections.abc import Iterator

from driftguard.evidence import Evidence, known
from driftguard.finding import Finding, Mend, Rule, Severity
from driftguard.host import Backend
from driftguard.model import Environment

RULE = Rule(
    code="DG508",
    name="headless",
    summary="matplotlib is told to take a backend that it cannot take here",
    severity=Severity.ERROR,
    needs=("environment", "host"),
)

_WINDOWS = frozenset(
    (
        *("gtk3agg", "gtk3cairo", "gtk4agg", "gtk4cairo", "macosx", "qt4agg", "qt4cairo", "qt5agg"),
        *("qt5cairo", "qtagg", "qtcairo", "tkagg", "tkcairo", "wx", "wxagg", "wxcairo"),
    )
)
_WITHOUT = frozenset(("agg", "cairo", "nbagg", "notebook", "pdf", "pgf", "ps", "svg", "template", "webagg"))
_NEEDED = {
    "cairo": ("pycairo", "cairocffi"),
    "nbagg": ("ipykernel",),
    "notebook": ("ipykernel",),
    "webagg": ("tornado",),
}
"""Distributions, one of which the backend imports."""
_MODULE = "module://"


def check(evidence: Evidence) -> Iterator[Finding]:
    """Speak if the backend that is asked for is not the one that draws."""
    backend = known(evidence.host).backend
    if backend is None or not backend.name:
        return
    trouble = _trouble(backend, known(evidence.environment))
    if trouble:
        clause, why, severity = trouble
        source = "matplotlibrc" if backend.path else "MPLBACKEND"
        yield RULE.finding(
            "matplotlib",
            f"{source} asks for the backend {backend.name}, {clause}",
            why=why,
            detail=("unless the program itself calls `matplotlib.use`",),
            mend=Mend("export MPLBACKEND=Agg"),
            path=backend.path,
            line=backend.line,
            severity=severity,
        )


def _trouble(backend: Backend, there: Environment) -> tuple[str, str, Severity] | None:
    """Return what is wrong with it, what comes of that, and how bad it is."""
    name = backend.name.lower()
    if name.startswith(_MODULE):
        told = "ModuleNotFoundError at the import of pyplot"
        return None if backend.module_is_there else ("which is not installed", told, Severity.ERROR)
    if name in _WINDOWS:
        return _of_windows(name, backend)
    if name in _NEEDED:
        names = {one.name for one in (*there.installed, *there.inherited)}
        if names.isdisjoint(_NEEDED[name]):
            return (
                f"which needs {' or '.join(_NEEDED[name])}",
                "ImportError at the first figure",
                Severity.ERROR,
            )
    if name in _WITHOUT or name in backend.known:
        return None
    if backend.path:
        return "which it does not know", "the line is passed over", Severity.WARNING
    return "which it does not know", "ValueError at the import of matplotlib", Severity.ERROR


def _of_windows(name: str, backend: Backend) -> tuple[str, str, Severity] | None:
    if not backend.display and backend.fallback:
        return "and there is no display", "it takes Agg instead, which has no windows", Severity.NOTE
    if name == "macosx":
        return "which only macOS has", "ImportError at the first figure", Severity.ERROR
    if backend.display:
        return None
    why = "ImportError at the first figure: `backend_fallback` is off in matplotlibrc"
    return "and there is no display", why, Severity.ERROR
