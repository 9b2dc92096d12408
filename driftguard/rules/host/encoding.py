"""Text is read and written in another encoding than UTF-8

## What it finds

The encoding that the judged Python would take, from `LC_ALL`, `LC_CTYPE`, `LANG`, `PYTHONUTF8`,
`PYTHONCOERCECLOCALE` and `PYTHONIOENCODING`, on Linux. A locale that is not set, `C` or not installed means
UTF-8 from Python 3.7 on (PEP 538, PEP 540). Values with which Python does not start are errors.

## Why it matters

`open` without an `encoding`, `print` and the names of files go by it: the first player called Dončić ends
the run with a UnicodeEncodeError, or is written so that nobody else can read it.

## Example

```text
DG510 warning: encoding: is ISO-8859-1 (LC_ALL=de_DE)
```

## Fix

Switch Python to UTF-8 (the printed command).
"""

from collections.abc import Iterator

from driftguard.evidence import Evidence, known
from driftguard.finding import Finding, Mend, Rule, Severity
from driftguard.host import Host

RULE = Rule(
    code="DG510",
    name="encoding",
    summary="text is read and written in another encoding than UTF-8",
    severity=Severity.WARNING,
    needs=("environment", "host"),
)

_UTF_8 = ("utf-8", "utf8", "u8", "utf")
_FIRST_COERCED = (3, 7)
_FIRST_UTF_8 = (3, 15)
"""UTF-8 mode is the default (PEP 686)."""


def check(evidence: Evidence) -> Iterator[Finding]:
    """Speak of what does not start, of the locale, and of the standard streams."""
    interpreter, host = known(evidence.environment).interpreter, known(evidence.host)
    if interpreter.markers.get("sys_platform") != "linux":
        return
    mode = host.variables.get("PYTHONUTF8", "")
    if mode not in ("", "0", "1"):
        yield RULE.finding(
            "PYTHONUTF8",
            f"is `{mode}`, neither 0 nor 1",
            why="Python does not start with it",
            mend=Mend("unset PYTHONUTF8"),
            severity=Severity.ERROR,
        )
        return
    minor = tuple(int(part) for part in interpreter.version.split(".")[:2] if part.isdigit())
    charset = _charset(host, minor)
    if charset.lower() not in _UTF_8:
        named = f"{host.locale.variable}={host.locale.name}" if host.locale.variable else "no locale is set"
        yield RULE.finding(
            "encoding",
            f"is {charset} ({named})",
            why="a name outside of it ends the run with UnicodeEncodeError, or is unreadable elsewhere",
            mend=Mend("export PYTHONUTF8=1") if minor >= _FIRST_COERCED else Mend("export LC_ALL=C.UTF-8"),
        )
    streams = host.variables.get("PYTHONIOENCODING", "").partition(":")[0]
    if streams and streams.lower().replace("_", "-") not in _UTF_8:
        yield RULE.finding(
            "PYTHONIOENCODING",
            f"is `{streams}`",
            why="what is printed is in that encoding; Python does not start with one it does not know",
            mend=Mend("unset PYTHONIOENCODING"),
        )


def _charset(host: Host, minor: tuple[int, ...]) -> str:
    """Return the encoding for text, as the interpreter works it out before anything runs."""
    mode, locale = host.variables.get("PYTHONUTF8", ""), host.locale
    if mode == "1" or (not mode and minor >= _FIRST_UTF_8):
        return "UTF-8"
    if locale.charset and locale.name not in ("C", "POSIX"):
        return locale.charset
    if minor >= _FIRST_COERCED:
        if not mode:
            return "UTF-8"
        coerced = host.variables.get("PYTHONCOERCECLOCALE") != "0" and locale.variable != "LC_ALL"
        if coerced:
            return "UTF-8"
    return "ASCII"
