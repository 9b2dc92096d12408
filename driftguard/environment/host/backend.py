"""Which backend matplotlib is told to take, as `matplotlib_fname` finds it; nothing is imported."""

import os
import re
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from driftguard.environment.reading import head, is_file
from driftguard.host import Backend
from driftguard.model import Environment, Installed

MODULE = "module://"
_RC = "matplotlibrc"
_LIMIT = 256 * 1024
_GROUP = "[matplotlib.backend]"


def read(matplotlib: Installed, there: Environment, environ: Mapping[str, str], cwd: Path) -> Backend:
    """Return what MPLBACKEND says, else the first configuration file that is there."""
    display = bool(environ.get("DISPLAY") or environ.get("WAYLAND_DISPLAY"))
    data = matplotlib.path.parent / "matplotlib" / "mpl-data"
    path = next((one for one in _candidates(environ, cwd, data) if is_file(one)), None)
    found = _settings(path) if path else {}
    fallback = found.get("backend_fallback", ("", 0))[0].lower() not in ("f", "n", "no", "off", "0", "false")
    name, line = found.get("backend", ("", 0))
    own = data.parent / "backends"
    if told := environ.get("MPLBACKEND", ""):
        name, line, path = told, 0, None
    if not name:
        return Backend(display=display, fallback=fallback)
    return Backend(
        name=name,
        path=path,
        line=line,
        fallback=fallback,
        display=display,
        known=frozenset() if is_file(own / f"backend_{name.lower()}.py") else _announced(there.installed),
        module_is_there=_is_module_there(name, there.interpreter.site_packages, environ, cwd),
    )


def _candidates(environ: Mapping[str, str], cwd: Path, data: Path) -> Iterator[Path]:
    yield cwd / _RC
    if "MATPLOTLIBRC" in environ:
        yield cwd / environ["MATPLOTLIBRC"]
        yield cwd / environ["MATPLOTLIBRC"] / _RC
    home = environ.get("HOME", "")
    if own := environ.get("MPLCONFIGDIR"):
        yield cwd / own / _RC
    elif shared := environ.get("XDG_CONFIG_HOME"):
        yield cwd / shared / "matplotlib" / _RC
    elif home:
        yield Path(home, ".config", "matplotlib", _RC)
    yield data / _RC


def _settings(path: Path) -> dict[str, tuple[str, int]]:
    """Return the values with their lines; of a key that stands twice the last."""
    try:
        data = head(str(path), _LIMIT)
    except OSError:
        return {}
    found: dict[str, tuple[str, int]] = {}
    if not re.search(rb"^\s*backend", data, re.MULTILINE):  # as in matplotlib's own, which is long
        return found
    for number, line in enumerate(data.decode("utf-8", "replace").splitlines(), start=1):
        key, colon, value = line.partition("#")[0].partition(":")
        if colon:
            found[key.strip()] = (value.strip().strip('"'), number)
    return found


def _announced(installed: Sequence[Installed]) -> frozenset[str]:
    """Return the backends of other packages, in lower case."""
    found = set()
    for one in installed:
        try:
            lines = head(str(one.path / "entry_points.txt"), _LIMIT).decode("utf-8", "replace").splitlines()
        except OSError:
            continue
        inside = False
        for line in map(str.strip, lines):
            inside = line == _GROUP if line.startswith("[") else inside
            if inside and "=" in line:
                found.add(line.partition("=")[0].strip().lower())
    return frozenset(found)


def _is_module_there(name: str, site: Sequence[Path], environ: Mapping[str, str], cwd: Path) -> bool:
    if not name.startswith(MODULE):
        return True
    top = name.removeprefix(MODULE).partition(".")[0]
    more = [cwd / part for part in environ.get("PYTHONPATH", "").split(os.pathsep) if part]
    folders = (*site, cwd, *more)
    return any(os.path.lexists(folder / f"{top}{end}") for folder in folders for end in ("", ".py"))
