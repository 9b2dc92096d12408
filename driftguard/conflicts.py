"""Find what git leaves in a file that it could not merge."""

import re

_SIGNS = ("<<<<<<<", ">>>>>>>", "|||||||", "=======")
_MARKER = re.compile(r"^(?:(?:<{7}|>{7}|\|{7})(?: .*)?|={7})\r?$", re.MULTILINE)


def conflict_line(text: str) -> int | None:
    """Return the 1-based line of the first merge conflict marker, None where there is none."""
    if not any(sign in text for sign in _SIGNS):  # at every byte of a large lock, a pattern takes its time
        return None
    marker = _MARKER.search(text)
    return text.count("\n", 0, marker.start()) + 1 if marker else None
