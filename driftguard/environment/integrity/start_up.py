"""Code in a `site-packages` that every start of the interpreter runs, and that no distribution recorded.

Source: the documentation of `site`: lines of `.pth` files that begin with `import`, and the modules
`sitecustomize` and `usercustomize`.
"""

import os
import re
from collections.abc import Container, Iterator

from driftguard.environment.integrity import debian
from driftguard.environment.reading import head
from driftguard.integrity import StartUp

_LIMIT = 1024 * 1024
_MODULES = re.compile(r"(?:sitecustomize|usercustomize)(?:\.(?:py|pyc|.*\.?(?:so|pyd)))?\Z")
_KNOWN = {
    "_virtualenv.pth": ("import _virtualenv",),
    # setuptools before version 50; they move what was added to the front of `sys.path`.
    "easy-install.pth": (
        "import sys; sys.__plen = len(sys.path)",
        "import sys; new=sys.path[sys.__plen:]; del sys.path[sys.__plen:]; p=getattr(sys,'__egginsert',0); "
        "sys.path[p:p]=new; sys.__egginsert = p+len(new)",
    ),
}
"""The lines that installers write and do not record."""


def look(site: str, owned: Container[str], *, by_dpkg: bool) -> Iterator[StartUp]:
    """Yield what runs unasked; `by_dpkg` says that Debian's packages lie in this folder."""
    try:
        with os.scandir(site) as entries:
            names = sorted((entry.name, entry.path) for entry in entries)
    except OSError:  # which reading the environment has told
        return
    for name, path in names:
        if name.endswith(".pth") and path not in owned:
            found = _first_line(name, path)
        elif _MODULES.match(name) and not _is_owned(path, owned):
            found = StartUp(path)
        else:
            continue
        if found and not (by_dpkg and debian.owns(path)):
            yield found


def _is_owned(path: str, owned: Container[str]) -> bool:
    return path in owned or f"{path}{os.sep}__init__.py" in owned


def _first_line(name: str, path: str) -> StartUp | None:
    """Return the first line of a `.pth` file that is run, if it is none that installers write.

    Since Python 3.13 a byte order mark is left out, and whatever Unicode has for the end of a line is one.
    """
    try:
        lines = head(path, _LIMIT).decode("utf-8-sig", "replace").splitlines()
    except FileNotFoundError:  # a link to nothing
        return None
    except OSError as error:
        return StartUp(path, 1, f"cannot be read: {error.strerror}")
    for number, line in enumerate(lines, 1):
        if line.startswith(("import ", "import\t")) and line.strip() not in _KNOWN.get(name, ()):
            return StartUp(path, number, line[:200])
    return None
