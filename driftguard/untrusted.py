"""Make text from outside fit to be shown: no control characters, no credentials."""

import re

# Patterns are compiled when they are needed first: most runs have nothing to hide.
# One slash: what became of a URL taken as a path. No colon: what became of one that was cut or glued.
_USER = r"(:/{1,2}|//(?=[^\s/?#@]*:))([^\s/?#]*)@"
# A password with `/`, `?` or `#` in it, which should have been escaped: unlike a port it is no number.
_UNESCAPED = r"(:/{1,2})[^\s/?#@:]*:(?!\d*(?:[/?#]|\Z))\S{0,256}@"
_PARAMETER = (
    r"(?i)([?&#;][\w.-]*"
    r"(?:token|secret|signature|password|passwd|pass|pwd|key|credentials?|auth|jwt|sig)=)[^&#;\s]+"
)
_PUBLIC_USER = "git"
"""The user under which Git hosts serve everybody's SSH."""
_UNPRINTABLE = (
    r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u00ad\u061c\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff"
    r"\ufff9-\ufffb\ud800-\udfff\U000e0000-\U000e007f]"
)
LONGEST = 2_000
"""Characters of one outside text that are shown; more is an attack or an accident."""


def redacted(text: str) -> str:
    """Replace user names and passwords in URLs, and secret query parameters, by `***`."""
    if ":/" in text or "//" in text:
        text = re.sub(_UNESCAPED, r"\1***@", text)
        text = re.sub(_USER, lambda m: m[0] if m[2] == _PUBLIC_USER else f"{m[1]}***@", text)
        text = re.sub(_PARAMETER, r"\1***", text)
    return text


def printable(text: str) -> str:
    """Return `text` on one line, redacted, with control and direction characters escaped."""
    shown = redacted(text)
    if not shown.isprintable():
        shown = re.sub(_UNPRINTABLE, _escape, shown.replace("\n", "\\n").replace("\t", "\\t"))
    return shown if len(shown) <= LONGEST else f"{shown[:LONGEST]}…"


def _escape(match: re.Match[str]) -> str:
    code = ord(match.group())
    return f"\\x{code:02x}" if code < 0x100 else f"\\u{code:04x}" if code < 0x10000 else f"\\U{code:08x}"
