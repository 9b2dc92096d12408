"""What a virtual environment says of itself: `pyvenv.cfg` and `bin/activate`."""

import os
from pathlib import Path

from driftguard.environment import pyvenv
from driftguard.environment.reading import head, is_folder, resolved
from driftguard.host import Base

_LIMIT = 16 * 1024


def read(python: Path) -> Base | None:
    """Return what is said around the interpreter `python`; None where that is no virtual environment."""
    configuration = pyvenv.find(python)
    if configuration is None:
        return None
    keys = pyvenv.read(configuration)
    home, activates = keys.get("home", ""), _activates(python.parent)
    return Base(
        configuration=configuration,
        home=home,
        home_is_there=not home or is_folder(home),
        made_with=keys.get("version_info") or keys.get("version", ""),
        activates=activates,
        moved=bool(activates) and resolved(activates) != resolved(str(configuration.parent)),
    )


def _activates(folder: Path) -> str:
    """Return the folder; one that is worked out when it is run, as where it was made to be moved, is none."""
    try:
        lines = head(str(folder / "activate"), _LIMIT).splitlines()
    except OSError:
        return ""
    for line in lines:
        name, _, value = line.strip().removeprefix(b"export ").partition(b"=")
        text = value.strip(b"\"'")
        if name == b"VIRTUAL_ENV" and text.startswith(b"/") and not any(one in text for one in b"$`'\""):
            return os.fsdecode(text)
    return ""
