"""What an interpreter answered, checked field by field: it comes from a stranger, or out of the cache."""

from collections.abc import Mapping

from driftguard.markers import VARIABLES
from driftguard.record import NamedTuple

_LONGEST = 4_096


class Facts(NamedTuple):
    """The answer to SCRIPT.

    `libc` reads `glibc 2.36` or `musl 1.2`, and like `macos` is the host's; empty where there is none.
    `platform` is `sysconfig.get_platform()`; the lists are the folders that `site` would put on `sys.path`,
    whether they exist or not.
    """

    executable: str
    prefix: str
    markers: Mapping[str, str]
    site_packages: tuple[str, ...]
    base_site_packages: tuple[str, ...]
    platform: str
    bits: int
    libc: str
    macos: str
    free_threaded: bool
    debug: bool
    pymalloc: bool
    extension_suffix: str
    extension_suffixes: tuple[str, ...]


def checked(value: object) -> Facts | None:
    """Return the facts in a decoded JSON object; None when one is missing or of the wrong shape."""
    try:
        return _facts(value) if isinstance(value, dict) else None
    except (KeyError, TypeError):
        return None


def _facts(given: Mapping[str, object]) -> Facts:
    return Facts(
        executable=_text(given["executable"]),
        prefix=_text(given["prefix"]),
        markers=_markers(given["markers"]),
        site_packages=_texts(given["site_packages"]),
        base_site_packages=_texts(given["base_site_packages"]),
        platform=_text(given["platform"]),
        bits=_bits(given["bits"]),
        libc=_text(given["libc"]),
        macos=_text(given["macos"]),
        free_threaded=_flag(given["free_threaded"]),
        debug=_flag(given["debug"]),
        pymalloc=_flag(given["pymalloc"]),
        extension_suffix=_text(given["extension_suffix"]),
        extension_suffixes=_texts(given["extension_suffixes"]),
    )


def _text(value: object) -> str:
    if not isinstance(value, str) or len(value) > _LONGEST or "\0" in value:
        raise TypeError
    return value


def _texts(value: object) -> tuple[str, ...]:
    if not isinstance(value, list | tuple):
        raise TypeError
    return tuple(_text(item) for item in value)


def _flag(value: object) -> bool:
    if not isinstance(value, bool):
        raise TypeError
    return value


def _bits(value: object) -> int:
    if value not in (32, 64):
        raise TypeError
    return 64 if value == 64 else 32


def _markers(value: object) -> Mapping[str, str]:
    if not isinstance(value, dict) or set(value) != set(VARIABLES):
        raise TypeError
    return {name: _text(value[name]) for name in VARIABLES}
