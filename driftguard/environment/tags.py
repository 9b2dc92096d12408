"""The wheel tags that an interpreter accepts (PEP 425, 600, 656), worked out here from what it told.

Importing `packaging.tags` costs more than all the rest of a run, so this module is loaded only when the
cache does not know the tags.
"""

import re
from collections.abc import Iterator, Sequence

from packaging.tags import Tag, compatible_tags, cpython_tags, generic_tags, mac_platforms

from driftguard.environment.facts import Facts
from driftguard.model import Unavailable

_LEGACY = {(2, 17): "manylinux2014", (2, 12): "manylinux2010", (2, 5): "manylinux1"}
_MANYLINUX_MACHINES = frozenset(
    ("x86_64", "i686", "aarch64", "armv7l", "ppc64", "ppc64le", "s390x", "loongarch64", "riscv64")
)
_PAIR = re.compile(r"(\d{1,3})\.(\d{1,3})(?!\d)")
_PYPY_ABI = re.compile(r"\.(pypy\w+-pp\w+)")
_OLDEST_GLIBC = 17
_OLDEST_GLIBC_X86 = 5
_ELSEWHERE = ("android", "emscripten", "ios", "wasi")


def accepted(facts: Facts) -> frozenset[str] | Unavailable:
    """Return every accepted tag as `cp311-abi3-manylinux_2_17_x86_64`.

    A `_manylinux` module in the target, which could withdraw some, is not asked: it would have to be run.
    """
    system, implementation = facts.markers["sys_platform"], facts.markers["implementation_name"]
    if system in _ELSEWHERE:
        return Unavailable(f"the wheel tags of {system} are not known to driftguard")
    if implementation not in ("cpython", "pypy"):
        return Unavailable(f"the wheel tags of {implementation} are not known to driftguard")
    try:
        numbers = _pair(facts.markers["python_version"])
        platforms = list(_platforms(facts))
    except ValueError:
        return Unavailable("the interpreter told a version that is not one")
    build = _cpython if implementation == "cpython" else _pypy
    return frozenset(str(tag) for tag in build(facts, numbers, platforms))


def _cpython(facts: Facts, numbers: tuple[int, ...], platforms: list[str]) -> Iterator[Tag]:
    short = "".join(map(str, numbers))
    yield from cpython_tags(numbers, _abis(facts, numbers), platforms)
    yield from compatible_tags(numbers, f"cp{short}", platforms)


def _pypy(facts: Facts, numbers: tuple[int, ...], platforms: list[str]) -> Iterator[Tag]:
    # `.pypy39-pp73-x86_64-linux-gnu.so` holds the ABI `pypy39_pp73`
    abi = _PYPY_ABI.match(facts.extension_suffix)
    short = "".join(map(str, numbers))
    yield from generic_tags(f"pp{short}", [_underscored(abi[1])] if abi else [], platforms)
    yield from compatible_tags(numbers, "pp3", platforms)


def _abis(facts: Facts, numbers: tuple[int, ...]) -> list[str]:
    version = "cp" + "".join(map(str, numbers))
    if numbers < (3, 8):
        return [f"{version}{'d' if facts.debug else ''}{'m' if facts.pymalloc else ''}"]
    version += "t" if facts.free_threaded and numbers >= (3, 13) else ""
    return [f"{version}d", version] if facts.debug else [version]


def _platforms(facts: Facts) -> Iterator[str]:
    platform = _underscored(facts.platform)
    if facts.markers["sys_platform"] == "darwin":
        yield from mac_platforms(_pair(facts.macos), _mac_machine(facts))
    elif facts.markers["sys_platform"] == "linux" and platform.startswith("linux_"):
        machines = _linux_machines(platform.removeprefix("linux_"), facts.bits)
        yield from (f"linux_{machine}" for machine in machines)
        yield from _libc_platforms(facts.libc, machines)
    else:
        yield platform


def _mac_machine(facts: Facts) -> str:
    machine = facts.markers["platform_machine"]
    if facts.bits == 64:
        return machine
    return "ppc" if machine.startswith("ppc") else "i386"


def _linux_machines(machine: str, bits: int) -> list[str]:
    """Return what the machine runs: a 32-bit interpreter may stand on a 64-bit kernel."""
    if bits == 32:
        machine = {"x86_64": "i686", "aarch64": "armv8l"}.get(machine, machine)
    return ["armv8l", "armv7l"] if machine == "armv8l" else [machine]


def _libc_platforms(libc: str, machines: Sequence[str]) -> Iterator[str]:
    kind, _, version = libc.partition(" ")
    if kind not in ("glibc", "musl"):
        return
    major, minor = _pair(version)
    for machine in machines:
        if kind == "musl":
            yield from (f"musllinux_{major}_{step}_{machine}" for step in range(minor, -1, -1))
        elif major == 2 and not _MANYLINUX_MACHINES.isdisjoint(machines):
            oldest = _OLDEST_GLIBC_X86 if machine in ("x86_64", "i686") else _OLDEST_GLIBC
            for step in range(minor, oldest - 1, -1):
                yield f"manylinux_2_{step}_{machine}"
                if legacy := _LEGACY.get((2, step)):
                    yield f"{legacy}_{machine}"


def _pair(version: str) -> tuple[int, int]:
    """Return the first two numbers. Raises ValueError, also for such as would make millions of tags."""
    numbers = _PAIR.match(version)
    if not numbers:
        raise ValueError(version)
    return int(numbers[1]), int(numbers[2])


def _underscored(text: str) -> str:
    return text.replace(".", "_").replace("-", "_").replace(" ", "_")
