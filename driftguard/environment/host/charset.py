"""The locale that the variables name, and the character set that the C library has for it."""

from collections.abc import Mapping

from driftguard.host import Locale

VARIABLES = ("LC_ALL", "LC_CTYPE", "LANG")
"""The first that is not empty counts (POSIX, 8.2)."""


def read(environ: Mapping[str, str]) -> Locale:
    """Return the locale for text; one without a name is `C`."""
    variable = next((name for name in VARIABLES if environ.get(name)), "")
    name = environ.get(variable, "")
    if name.lower().replace("-", "").endswith((".utf8", "@utf8")) or name in ("", "C", "POSIX"):
        return Locale(variable, name, "UTF-8" if "." in name else "")
    return Locale(variable, name, _charset(name))


def _charset(name: str) -> str:
    """Ask the C library, whose answer is that of every program here; empty where it has no such locale."""
    import locale

    before = locale.setlocale(locale.LC_CTYPE)
    try:
        locale.setlocale(locale.LC_CTYPE, name)
        return locale.nl_langinfo(locale.CODESET)
    except (locale.Error, AttributeError, ValueError):  # no such locale, or not a system that has them
        return ""
    finally:
        locale.setlocale(locale.LC_CTYPE, before)
