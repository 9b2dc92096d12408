"""Make text from outside fit to be shown: no control characters, no credentials."""

import re
from collections.abc import Sequence

# Patterns are compiled when they are needed first: most runs have nothing to hide.
# One slash: what became of a URL taken as a path. No colon: what became of one that was cut or glued.
_USER = r"(:/{1,2}|//(?=[^\s/?#@]*:))([^\s/?#]*)@"
# A password with `/`, `?` or `#` in it, which should have been escaped: unlike a port it is no number.
_UNESCAPED = r"(:/{1,2})[^\s/?#@:]*:(?!\d*(?:[/?#]|\Z))\S{0,256}@"
_HIDDEN = r"(?:token|secret|signature|password|passwd|passphrase|pass|pwd|key|credentials?|auth|jwt|sig)"
_PARAMETER = rf"(?i)([?&#;][\w.-]*{_HIDDEN}=)[^&#;\s]+"
_OPTION = rf"(?i)--?[\w.-]*{_HIDDEN}\Z"
_LONG_OPTION = r"--[A-Za-z][a-z_-]*(?:=|\Z)"
# Of a word, or of code, JSON or a header in it; what follows is not told apart from the value.
_ASSIGNMENT = rf"""(?is)((?:\A|[\s"'{{(,;])[\w.-]*(?:{_HIDDEN}|authorization|cookie)["']?\s*[=:]\s*).+"""
_PUBLIC_USER = "git"
"""The user under which Git hosts serve everybody's SSH."""
_UNPRINTABLE = (
    r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u00ad\u061c\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff"
    r"\ufff9-\ufffb\ud800-\udfff\U000e0000-\U000e007f]"
)
LONGEST = 2_000
"""Characters of one outside text that are shown; more is an attack or an accident."""
LONGEST_COMMAND = 32_000
"""Characters of a command that are shown: of one that names a hundred files."""


def redacted(text: str) -> str:
    """Replace user names and passwords in URLs, and secret query parameters, by `***`."""
    if ":/" in text or "//" in text:
        text = re.sub(_UNESCAPED, r"\1***@", text)
        text = re.sub(_USER, lambda m: m[0] if m[2] == _PUBLIC_USER else f"{m[1]}***@", text)
        text = re.sub(_PARAMETER, r"\1***", text)
    return text


def without_secrets(words: Sequence[str]) -> list[str]:
    """Return the words of a command, with `***` for each value that its own name calls secret."""
    shown, hidden = [], False
    for word in words:
        is_value = hidden and not re.match(_LONG_OPTION, word)
        shown.append("***" if is_value else re.sub(_ASSIGNMENT, r"\1***", word))
        hidden = not is_value and re.match(_OPTION, word) is not None
    return shown


def printable(text: str) -> str:
    """Return `text` on one line, redacted, with control and direction characters escaped."""
    shown = _escaped(redacted(text))
    return shown if len(shown) <= LONGEST else f"{shown[:LONGEST]}…"


def runnable(command: str) -> str:
    """Return a command, redacted; nothing for one that is not shown as it has to be typed.

    Escaped or cut short it would be another command.
    """
    shown = redacted(command)
    return shown if len(shown) <= LONGEST_COMMAND and _escaped(shown) == shown else ""


def _escaped(text: str) -> str:
    if text.isprintable():
        return text
    return re.sub(_UNPRINTABLE, _escape, text.replace("\n", "\\n").replace("\t", "\\t"))


def _escape(match: re.Match[str]) -> str:
    code = ord(match.group())
    return f"\\x{code:02x}" if code < 0x100 else f"\\u{code:04x}" if code < 0x10000 else f"\\U{code:08x}"
