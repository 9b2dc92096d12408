"""Leave to a reader the commands of the system, and of the installer, that the error text shows."""

import re
from collections.abc import Mapping, Sequence

from driftguard.explain.nouns import ErrorText
from driftguard.tables import named

_SYSTEMS = {
    "windows": r"WinError|win_amd64|win32\b|\b[A-Za-z]:\\|DLL load failed",
    "macos": r"macosx_|Darwin|/opt/homebrew|/usr/local/Cellar/|(?<![\w/])/Users/|\.dylib|/Frameworks/",
    "redhat": r"\.el[789]\b|CentOS|centos|/usr/lib64/|Red Hat|rhel|amzn2?",
    "alpine": r"musllinux|/lib/ld-musl|\balpine\b|Error relocating|\bapk add\b",
}
_INSTALLERS = {
    "conda": r"\bconda|/(?:mini|ana)conda\d?/|[Mm]iniforge|CondaError|[\\/](?:mini|ana)conda\d?[\\/]",
    "poetry": r"\bpoetry\b",
    "pipenv": r"\bpipenv\b|Pipfile",
    "pip": r"\bpip(?:3|'s)?\b",
}
_OF_DEBIAN = re.compile(r"(?:sudo )?apt-(?:get|file|cache)\b|dpkg\b")
_PACKAGES = re.compile(r"sudo apt-get install (?P<names>[\w.+ -]+)\Z")
_WAYS = {"macos": "brew install", "redhat": "sudo dnf install", "alpine": "sudo apk add"}
_ONLY = {
    "macos": re.compile(r"brew |xcode-select|xattr "),
    "windows": re.compile(r"reg add|set |winget |choco "),
}


def suited(commands: Sequence[str], text: ErrorText) -> list[str]:
    """Return the commands that suit, in words for another system where one is shown; all where none is."""
    whole = " ".join((*(one.text for one in text.said), *text.frames, text.source))
    return _by_installer(_by_system(commands, _shown(_SYSTEMS, whole)), _shown(_INSTALLERS, whole))


def _shown(signs: Mapping[str, str], whole: str) -> str:
    return next((name for name, pattern in signs.items() if re.search(pattern, whole)), "")


def _by_system(commands: Sequence[str], system: str) -> list[str]:
    if not system:
        return list(commands)
    found = []
    for command in commands:
        if any(other != system and only.match(command) for other, only in _ONLY.items()):
            continue
        if not _OF_DEBIAN.match(command):
            found.append(command)
        elif other := _translated(command, system):
            found.append(other)
    return found


def _translated(command: str, system: str) -> str:
    """Return a command that installs packages of Debian with those of another system, if all are known."""
    asked = _PACKAGES.match(command)
    if asked is None or system not in _WAYS:
        return ""
    names = [named(system).get(name) for name in asked["names"].split()]
    return "" if None in names else " ".join((_WAYS[system], *(name for name in names if name)))


def _by_installer(commands: Sequence[str], installer: str) -> list[str]:
    """Put those of the installer that is shown first, and leave out those of others that do the same."""
    ours = [command for command in commands if _installer_of(command) == installer]
    if not installer or not ours:
        return list(commands)
    return ours + [command for command in commands if not _installer_of(command)]


def _installer_of(command: str) -> str:
    first, _, rest = command.partition(" ")
    if first in ("python", "pip"):
        return "pip" if first == "pip" else ""
    if first == "uv":
        return "uv" if rest.split(" ")[0] in ("lock", "sync", "cache", "add") else ""
    return first if first in ("conda", "poetry", "pipenv") else ""
