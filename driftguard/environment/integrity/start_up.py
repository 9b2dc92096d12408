"""Code in a `site-packages` that every start of the interpreter runs, and that no distribution recorded.

Source: the documentation of `site`: lines of `.pth` files that begin with `import`, and the modules
`sitecustomize` and `usercustomize`.
"""

import os
import re
from collections.abc import Container, Iterator
from hashlib import sha256

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
_PATCH = "_virtualenv.py"
"""What `_virtualenv.pth` imports."""
_PATCHES = frozenset(
    """
    07584d2a5d13e0811eb567d78ed2aca0fb60e7defff59a01ca7a48d907bdea51
    0aeb86546345c1d0fada097536e35525714d5cdbcc2d8eb3f9912a955044fcff
    0f20351ea7e90039c46d3fabdef991f28b1e3ff33eb13ee6f0d5cd21ea0e8b14
    684b8c07932ba4a84ac2e5ae9afe49ef04e92bac3d8d4191d455cf09d093e5fc
    bec6155ff7bfc88f8e79e481f27fd7ee0a3b40eeca9bfeb41f4c4b997b2f8100
    c9199315871b11b12df226f890a38e66e63191e1adbfb11a66e6861151b33fca
    cfb3db86aaa53bb62b5ff764970bec2d71c9228590a0ebec57f6ec926cc0bf1a
    cfe56cafbd68fd31a0e87100f111d7d2f6b7157241096500013c07e88d80a22f
    e3db5fe06ab41ca9b95dd6463b83836787028a1b55562cc383803bb83001a45c
    """.split()  # noqa: SIM905
)
"""Its SHA-256 as virtualenv (20.0.20 to 21.15) and uv write it."""


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
        elif name == _PATCH and path not in owned:
            found = None if _is_known_patch(path) else StartUp(path, is_patch=True)
        else:
            continue
        if found and not (by_dpkg and debian.owns(path)):
            yield found


def _is_owned(path: str, owned: Container[str]) -> bool:
    return path in owned or f"{path}{os.sep}__init__.py" in owned


def _is_known_patch(path: str) -> bool:
    """Say whether it is as written, or is imported by nothing."""
    try:
        return (
            not os.path.lexists(f"{path.removesuffix('.py')}.pth")
            or sha256(head(path, _LIMIT), usedforsecurity=False).hexdigest() in _PATCHES
        )
    except OSError:
        return False


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
