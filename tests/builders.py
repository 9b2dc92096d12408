"""Build the nouns from a few words, so that a test says only what it is about."""

from collections.abc import Iterable
from pathlib import Path

from driftguard.binary import Binaries, Image, NativeHost, NumpyRuntime, ProvidedType
from driftguard.compare import Comparison, compare
from driftguard.evidence import Evidence
from driftguard.expect import Expectation, Expected
from driftguard.finding import Finding
from driftguard.mend import Mender
from driftguard.model import (
    Environment,
    Installed,
    Interpreter,
    Lock,
    Locked,
    LockFormat,
    Origin,
    Place,
    SourceKind,
    Unavailable,
)
from driftguard.rules import RuleModule

LINUX = {
    "implementation_name": "cpython",
    "implementation_version": "3.11.7",
    "os_name": "posix",
    "platform_machine": "x86_64",
    "platform_python_implementation": "CPython",
    "platform_release": "6.1.0",
    "platform_system": "Linux",
    "platform_version": "#1 SMP",
    "python_full_version": "3.11.7",
    "python_version": "3.11",
    "sys_platform": "linux",
}
INDEX = Origin(kind=SourceKind.REGISTRY)
LOCK = Path("uv.lock")
SITE = Path("/env/lib/python3.11/site-packages")


def locked(spec: str, origin: Origin = INDEX) -> Locked:
    """Make a locked package from `name==version` or `name`."""
    name, _, version = spec.partition("==")
    return Locked(name=name, version=version or None, origin=origin, place=Place(path=LOCK, line=12))


def installed(spec: str, origin: Origin | None = INDEX, **more: object) -> Installed:
    """Make an installed distribution from `name==version` or `name`."""
    name, _, version = spec.partition("==")
    path = SITE / f"{name}-{version}.dist-info"
    return Installed(name=name, version=version or None, path=path, origin=origin, **more)  # type: ignore[arg-type]


def interpreter(
    *, markers: dict[str, str] | None = None, tags: Iterable[str] = ("py3-none-any",), known_tags: bool = True
) -> Interpreter:
    """Make a CPython 3.11.7 on Linux, or one of which less is known."""
    return Interpreter(
        executable=Path("/env/bin/python"),
        prefix=Path("/env"),
        version="3.11.7",
        implementation="CPython",
        markers=LINUX if markers is None else markers,
        tags=frozenset(tags) if known_tags else Unavailable("the interpreter was not asked"),
        site_packages=(SITE,),
    )


def environment(*there: str | Installed, **more: object) -> Environment:
    """Make an environment that uv created and that holds `there`."""
    values: dict[str, object] = {"interpreter": interpreter(), "created_by_uv": True, **more}
    found = tuple(installed(one) if isinstance(one, str) else one for one in there)
    return Environment(root=Path("/env"), installed=found, **values)  # type: ignore[arg-type]


def joined(
    wanted: Iterable[str | Locked], there: Environment, allowed: frozenset[str] = frozenset()
) -> Comparison:
    """Lay what is wanted beside an environment."""
    entries = [locked(one) if isinstance(one, str) else one for one in wanted]
    expected = tuple(Expected(locked=one, via=("app",)) for one in entries)
    return compare(Expectation(expected=expected), there, allowed)


def lock(*packages: Locked, **more: object) -> Lock:
    """Make a uv.lock with these packages."""
    values: dict[str, object] = {"members": ("app",), "root": "app", **more}
    return Lock(path=LOCK, format=LockFormat.UV, packages=packages, **values)  # type: ignore[arg-type]


MENDER = Mender(format=LockFormat.UV, python=".venv", interpreter=".venv/bin/python")


def evidence(
    wanted: Iterable[str | Locked] = (), there: Environment | None = None, **more: object
) -> Evidence:
    """Make the evidence of a check in which everything could be had."""
    wanted = tuple(wanted)
    there = environment() if there is None else there
    values: dict[str, object] = {
        "lock": lock(*(locked(one) if isinstance(one, str) else one for one in wanted)),
        "environment": there,
        "comparison": joined(wanted, there),
        "mender": MENDER,
        "sources": (),
        "declarations": (),
        **more,
    }
    return Evidence(**values)  # type: ignore[arg-type]


PACKAGES = "/env/lib/python3.11/site-packages"
HOST = NativeHost(
    machine="x86_64", glibc="2.36", glibcxx="3.4.30", cxxabi="1.3.13", cpu=frozenset({"X86_V2", "X86_V3"})
)
SUFFIXES = (".cpython-311-x86_64-linux-gnu.so", ".abi3.so", ".so")
CPYTHON = "cpython-311-x86_64-linux-gnu"


def image(module: str, distribution: str = "", tag: str = CPYTHON, **more: object) -> Image:
    """Make an extension module of the distribution its name begins with."""
    path = f"{PACKAGES}/{module.replace('.', '/')}{f'.{tag}' if tag else ''}.so"
    values: dict[str, object] = {"machine": "x86_64", "path": path, "module": module, **more}
    return Image(distribution=distribution or module.partition(".")[0], tag=tag, **values)  # type: ignore[arg-type]


def library(name: str, distribution: str, **more: object) -> Image:
    """Make a file that nobody imports."""
    values: dict[str, object] = {"path": f"{PACKAGES}/{distribution}.libs/{name}", **more}
    return image("", distribution, tag="", **values)


NUMPY_CORE = f"{PACKAGES}/numpy/core/_multiarray_umath.{CPYTHON}.so"


def numpy_types(ndarray: int, dtype: int) -> dict[str, tuple[ProvidedType, ...]]:
    """Make the sizes of NumPy's types."""
    return {
        "numpy.ndarray": (ProvidedType(ndarray, 0, NUMPY_CORE),),
        "numpy.dtype": (ProvidedType(dtype, 0, NUMPY_CORE),),
    }


NUMPY_2 = NumpyRuntime("2.0.2", 2, 0x12, f"{PACKAGES}/numpy/_core/include/numpy/_numpyconfig.h")
NUMPY_1 = NumpyRuntime("1.26.4", 1, 0x11, f"{PACKAGES}/numpy/core/include/numpy/_numpyconfig.h")


def binaries(*images: Image, **more: object) -> Binaries:
    """Make the native code of an environment on a machine with everything, beside NumPy 2.0.2."""
    values: dict[str, object] = {
        "numpy": NUMPY_2,
        "provided": numpy_types(96, 88),
        "problems": (),
        "suffixes": SUFFIXES,
        "free_threaded": False,
        "host": HOST,
        **more,
    }
    return Binaries(images=images, **values)  # type: ignore[arg-type]


def said(module: RuleModule, facts: Evidence) -> list[str]:
    """Return what a rule says, each finding in one line."""
    return [str(finding) for finding in module.check(facts)]


def finding(text: str = "numpy: locked 2.0, installed 1.0", **more: object) -> Finding:
    """Make a finding for a reporter."""
    from driftguard.rules.conformity.other_version import RULE

    subject, _, message = text.partition(": ")
    return RULE.finding(subject, message, **more)  # type: ignore[arg-type]
