"""An interpreter that is only named: a Python version and a platform turned into marker values, as uv does.

The names and the values are those of `--python-version` and `--python-platform` of `uv pip compile`.
"""

import re
from collections.abc import Mapping

from driftguard.errors import UsageError
from driftguard.record import NamedTuple

_VERSION = re.compile(r"(3\.\d{1,3})(\.\d{1,3})?\Z", re.ASCII)
_CPYTHON = {
    "implementation_name": "cpython",
    "platform_python_implementation": "CPython",
}


class _System(NamedTuple):
    """The marker values of an operating system."""

    sys_platform: str
    platform_system: str
    os_name: str = "posix"
    platform_release: str = ""
    platform_version: str = ""


_LINUX = _System("linux", "Linux")
_MACOS = _System("darwin", "Darwin")
_WINDOWS = _System("win32", "Windows", os_name="nt")
_ANDROID = _System("android", "Android")
_IOS = _System("ios", "iOS")
_PYODIDE_2024 = _System("emscripten", "Emscripten", platform_release="3.1.58", platform_version="#1")
_PYODIDE_2025 = _System("emscripten", "Emscripten", platform_release="4.0.9", platform_version="#1")

_MANYLINUX = ("2014", *(f"_2_{minor}" for minor in (17, 28, *range(31, 41))))
_PLATFORMS: Mapping[str, tuple[_System, str]] = {
    "windows": (_WINDOWS, "AMD64"),
    "linux": (_LINUX, "x86_64"),
    "macos": (_MACOS, "arm64"),
    "x86_64-pc-windows-msvc": (_WINDOWS, "AMD64"),
    "aarch64-pc-windows-msvc": (_WINDOWS, "ARM64"),
    "i686-pc-windows-msvc": (_WINDOWS, "x86"),
    "x86_64-unknown-linux-gnu": (_LINUX, "x86_64"),
    "aarch64-apple-darwin": (_MACOS, "arm64"),
    "x86_64-apple-darwin": (_MACOS, "x86_64"),
    "aarch64-unknown-linux-gnu": (_LINUX, "aarch64"),
    "aarch64-unknown-linux-musl": (_LINUX, "aarch64"),
    "x86_64-unknown-linux-musl": (_LINUX, "x86_64"),
    "riscv64-unknown-linux": (_LINUX, "riscv64"),
    **{
        f"{machine}-manylinux{policy}": (_LINUX, machine)
        for machine in ("x86_64", "aarch64")
        for policy in _MANYLINUX
    },
    "aarch64-linux-android": (_ANDROID, "aarch64"),
    "x86_64-linux-android": (_ANDROID, "x86_64"),
    "wasm32-pyodide2024": (_PYODIDE_2024, "wasm32"),
    "wasm32-pyodide2025": (_PYODIDE_2025, "wasm32"),
    "arm64-apple-ios": (_IOS, "arm64"),
    "arm64-apple-ios-simulator": (_IOS, "arm64"),
    "x86_64-apple-ios-simulator": (_IOS, "x86_64"),
}

PLATFORMS = tuple(_PLATFORMS)
"""The names that `--python-platform` takes, in uv's order."""


def markers(version: str, platform: str) -> dict[str, str]:
    """Return the marker values of CPython `version` (`3.12`, `3.12.4`) on `platform`.

    Raises UsageError for what is neither.
    """
    return on_platform(with_version(_CPYTHON, version), platform)


def with_version(base: Mapping[str, str], version: str) -> dict[str, str]:
    """Return `base` with the values of another Python version; a patch level that is not said is 0.

    The version of an implementation other than CPython is its own, and stays. Raises UsageError.
    """
    match = _VERSION.match(version)
    if not match:
        raise UsageError(
            f"`{version}` (from --python-version) is not a Python version",
            hint="give `3.12` or `3.12.4`; for a pre-release, give its release",
        )
    full = f"{match[1]}{match[2] or '.0'}"
    values = {**base, "python_version": match[1], "python_full_version": full}
    if base.get("implementation_name") == "cpython":
        values["implementation_version"] = full
    return values


def on_platform(base: Mapping[str, str], platform: str) -> dict[str, str]:
    """Return `base` with the values of another platform, an alias or a target triple. Raises UsageError."""
    if platform not in _PLATFORMS:
        raise UsageError(
            f"`{platform}` (from --python-platform) is not a platform that uv knows",
            hint=f"it is one of {', '.join(PLATFORMS)}",
        )
    system, machine = _PLATFORMS[platform]
    return {
        **base,
        "os_name": system.os_name,
        "platform_machine": machine,
        "platform_release": system.platform_release,
        "platform_system": system.platform_system,
        "platform_version": system.platform_version,
        "sys_platform": system.sys_platform,
    }
