"""Load the tables of `data/`, each once."""

from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path
from types import MappingProxyType

from driftguard.record import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from typing import Any

_DATA = Path(__file__).parent / "data"
_SECTIONS = ("absent", "placeholder", "unrelated")


@cache
def import_names() -> Mapping[str, str]:
    """Return, by the name under which it is imported, the distribution that is meant. Both are normalised."""
    import tomli

    table = tomli.loads((_DATA / "import_names.toml").read_text(encoding="utf-8"))
    return MappingProxyType({name: meant for section in _SECTIONS for name, meant in table[section].items()})


class NumpyReleases(NamedTuple):
    """What is known of NumPy's releases.

    `wheels` are the releases with a wheel by minor version of CPython, ascending, the newest of each minor;
    `c_api` the C-API version of each minor; `sizes` by type the bytes of `tp_basicsize` from that minor on.
    """

    wheels: Mapping[str, tuple[str, ...]]
    c_api: Mapping[str, int]
    sizes: Mapping[str, Mapping[str, int]]


@cache
def numpy_releases() -> NumpyReleases:
    """Return the table `numpy_wheels.toml`."""
    import tomli

    table = tomli.loads((_DATA / "numpy_wheels.toml").read_text(encoding="utf-8"))
    wheels = {python: tuple(versions) for python, versions in table["wheels"].items()}
    return NumpyReleases(
        wheels=MappingProxyType(wheels),
        c_api=MappingProxyType(table["c_api"]),
        sizes=MappingProxyType({name: MappingProxyType(steps) for name, steps in table["sizes"].items()}),
    )


class KnownPair(NamedTuple):
    """Distributions that do not work together, by normalised name with the specifiers that all have to match.

    `mend` is a requirement that ends it, `error` what is raised (empty: nothing, or nobody knows), `at` when:
    `import` or `use`. `fact` names what decides instead where files could be read: `numpy`, `sizes`,
    `libraries`. `seen` and `edge` tell how the failure and the bounds are known; the table has the words.
    """

    id: str
    breaks: Mapping[str, str]
    mend: str
    error: str
    at: str
    fact: str
    seen: str
    edge: str
    silent: bool = False


_NUMPY_2_ERRORS = {
    "abi": "ImportError: numpy.core.multiarray failed to import",
    "umath": "ImportError: numpy.core.umath failed to import",
    "numba": "ImportError: Numba needs NumPy 1.26 or less",
    "size": "ValueError: numpy.dtype size changed, may indicate binary incompatibility. "
    "Expected 96 from C header, got 88 from PyObject",
}


@cache
def known_pairs() -> tuple[KnownPair, ...]:
    """Return the table `abi_pairs.toml`, each row in the same form."""
    import tomli

    table = tomli.loads((_DATA / "abi_pairs.toml").read_text(encoding="utf-8"))
    rows = [*_numpy_2(table["numpy2"]), *_numpy_2(table["numpy2-silent"], silent=True)]
    rows += [KnownPair(**{"fact": "", **row}) for row in table["pair"]]
    return tuple(rows)


def _numpy_2(section: Mapping[str, Mapping[str, str]], *, silent: bool = False) -> Iterator[KnownPair]:
    for name, row in section.items():
        first = row.get("first", "")
        yield KnownPair(
            id=f"numpy2-{name}",
            breaks=MappingProxyType({name: f"<{first}" if first else "", "numpy": ">=2"}),
            mend=f"{name}>={first}" if first else "numpy<2",
            error="" if silent else _NUMPY_2_ERRORS[row["error"]],
            at="use" if silent else "import",
            fact="numpy",
            seen=row["seen"],
            edge=row["edge"],
            silent=silent,
        )


@cache
def system_libraries() -> Mapping[str, str]:
    """Return which package of Debian 12 has a library, by the name that the loader looks for."""
    import tomli

    table = tomli.loads((_DATA / "system_libraries.toml").read_text(encoding="utf-8"))
    return MappingProxyType(table["debian"])


class Cause(NamedTuple):
    """One mechanism by which Python programs and their installers fail, of the table `causes.toml`.

    It fits a message that has one of `words` (where there are any), in which one of `patterns` is found and
    `unless` is not, raised in a file that `frame` fits, of a line of the program that `written` fits; `only`
    names a condition on the values. Where the message is not one of the exceptions in `by` (`program` for all
    that is none), it is at most a guess. `each` are the values that tell one occurrence from another;
    `confirm` is what to look at in the environment, `also` are distributions to look at besides; `look` is
    the same for a person. `source` and `date` say how the wording
    is known, and since when.
    """

    id: str
    patterns: tuple[str, ...]
    cause: str
    look: str
    certainty: str
    source: str
    date: str
    words: tuple[str, ...] = ()
    unless: str = ""
    frame: str = ""
    written: str = ""
    by: tuple[str, ...] = ()
    only: str = ""
    each: tuple[str, ...] = ()
    confirm: str = ""
    also: tuple[str, ...] = ()
    mend: tuple[str, ...] = ()
    advice: str = ""


class Change(NamedTuple):
    """With which release of a distribution a name went or came; `instead` is what has replaced it, if known.

    The distribution `python` is Python itself.
    """

    distribution: str
    version: str
    instead: str = ""


@cache
def causes() -> tuple[Cause, ...]:
    """Return the table `causes.toml`, in its order: from the particular to the general."""
    lists = ("patterns", "words", "each", "mend", "also", "by")
    rows: list[dict[str, Any]] = [
        {key: tuple(value) if key in lists else str(value) for key, value in row.items()}
        for row in _causes()["cause"]
    ]
    return tuple(Cause(**row) for row in rows)


@cache
def changes(kind: str) -> Mapping[tuple[str, str], Change]:
    """Return what was `removed` or `added`, by the module, class or function and the name."""
    table: dict[tuple[str, str], Change] = {}
    for owner, row in _api_changes()[kind].items():
        for version, names in row.items():
            if version == "distribution":
                continue
            told = names if isinstance(names, dict) else dict.fromkeys(names, "")
            for name, instead in told.items():
                table[owner, name] = Change(row["distribution"], version, instead)
    return MappingProxyType(table)


def named(section: str) -> Mapping[str, str]:
    """Return one of the sections of `causes.toml` that give names for names.

    `modules`: the distribution of a module; `system_packages`: Debian's package with a header;
    `programs`: Debian's package with a program; `plugins`: the distribution of a driver; `started`: the
    program that a distribution starts; `partners`: what has to be of one source; `macos`, `redhat`,
    `alpine`: the package there for one of Debian.
    """
    return MappingProxyType(_causes()[section])


@cache
def _api_changes() -> "dict[str, Any]":
    import tomli

    return tomli.loads((_DATA / "api_changes.toml").read_text(encoding="utf-8"))


@cache
def _causes() -> "dict[str, Any]":
    import tomli

    return tomli.loads((_DATA / "causes.toml").read_text(encoding="utf-8"))
