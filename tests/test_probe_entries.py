"""`[[tool.driftguard.probe]]`: what is taken, and what is refused with its place."""

from pathlib import Path

import pytest

from driftguard import config
from driftguard.errors import InputError
from driftguard.probes import MEMORY, TIMEOUT, Kind, Probe


def declared(folder: Path, entry: str) -> tuple[Probe, ...]:
    (folder / "pyproject.toml").write_text(
        f"[tool.driftguard]\n[[tool.driftguard.probe]]\n{entry}\n", encoding="utf-8"
    )
    return config.find([folder]).probes


@pytest.mark.parametrize(
    ("entry", "kind", "targets", "arguments"),
    [
        pytest.param('import = "pandas"', Kind.IMPORT, ("pandas",), (), id="import"),
        pytest.param('import = ["a.b", "é"]', Kind.IMPORT, ("a.b", "é"), (), id="imports"),
        pytest.param('symbol = "a.b:C.d"', Kind.SYMBOL, ("a.b:C.d",), (), id="symbol"),
        pytest.param('call = "a:f"', Kind.CALL, ("a:f",), (), id="call"),
        pytest.param(
            'call = "a:f"\nargs = [1, "x", [true], {a = 0.5}]',
            Kind.CALL,
            ("a:f",),
            (1, "x", [True], {"a": 0.5}),
            id="args",
        ),
        pytest.param('ready = "parquet"', Kind.READY, ("parquet",), (), id="ready"),
        pytest.param("dependencies = true", Kind.DEPENDENCIES, (), (), id="dependencies"),
    ],
)
def test_kinds(
    tmp_path: Path, entry: str, kind: Kind, targets: tuple[str, ...], arguments: tuple[object, ...]
) -> None:
    (probe,) = declared(tmp_path, f'name = "x"\n{entry}')

    assert (probe.name, probe.kind, probe.targets, probe.arguments) == ("x", kind, targets, arguments)
    assert (probe.timeout, probe.memory, probe.lenient, probe.network) == (TIMEOUT, MEMORY, False, False)


def test_limits(tmp_path: Path) -> None:
    entry = 'name = "x"\nimport = "a"\ntimeout = 0.5\nmemory = "2 GiB"\nseverity = "warning"\nnetwork = true'

    (probe,) = declared(tmp_path, entry)

    assert (probe.timeout, probe.memory, probe.lenient, probe.network) == (0.5, 2 * 1024**3, True, True)


@pytest.mark.parametrize(
    ("size", "bytes_"),
    [("512 MiB", 512 * 1024**2), ("1GB", 10**9), ("70MB", 70 * 10**6), (" 64 MiB ", 64 * 1024**2)],
)
def test_sizes(tmp_path: Path, size: str, bytes_: int) -> None:
    assert declared(tmp_path, f'name = "x"\nimport = "a"\nmemory = "{size}"')[0].memory == bytes_


GOOD = 'name = "x"\nimport = "a"\n'


@pytest.mark.parametrize(
    ("entry", "message"),
    [
        pytest.param('import = "a"', "probe[0].name: is missing", id="no-name"),
        pytest.param(
            'name = " "\nimport = "a"',
            "probe[0].name: is empty or longer than 200 characters",
            id="empty-name",
        ),
        pytest.param('name = "x"', "probe[0]: a probe has exactly one of import, symbol, call", id="no-kind"),
        pytest.param(
            f'{GOOD}ready = "parquet"', "probe[0]: a probe has exactly one of import, ", id="two-kinds"
        ),
        pytest.param(
            f"{GOOD}tiemout = 1", "probe[0].tiemout: is not a key that driftguard knows", id="unknown"
        ),
        pytest.param('name = "x"\nimport = "a-b"', "probe[0].import: is not the dotted name", id="dash"),
        pytest.param('name = "x"\nimport = "a;b"', "probe[0].import: is not the dotted name", id="code"),
        pytest.param('name = "x"\nimport = "a\\nb"', "probe[0].import: is not the dotted name", id="newline"),
        pytest.param(
            'name = "x"\nimport = "a\\u001b[31m"', "probe[0].import: is not the dotted name", id="escape"
        ),
        pytest.param('name = "x"\nimport = ".a"', "probe[0].import: is not the dotted name", id="relative"),
        pytest.param('name = "x"\nimport = []', "probe[0].import: is not the dotted name", id="none"),
        pytest.param('name = "x"\nimport = 1', "probe[0].import: is an integer, not a string", id="number"),
        pytest.param(
            'name = "x"\nimport = [1]', "probe[0].import[0]: is an integer, not a string", id="numbers"
        ),
        pytest.param(
            f'name = "x"\nimport = "{"a" * 201}"', "probe[0].import: is not the dotted name", id="long"
        ),
        pytest.param('name = "x"\nsymbol = "a.b"', "probe[0].symbol: is not a name such as", id="no-colon"),
        pytest.param('name = "x"\ncall = "a:b()"', "probe[0].call: is not a name such as", id="parentheses"),
        pytest.param(
            'name = "x"\nready = "magic"',
            "probe[0].ready: `magic` is none of parquet, matplotlib",
            id="ready",
        ),
        pytest.param(
            'name = "x"\ndependencies = false', "probe[0].dependencies: can only be true", id="false"
        ),
        pytest.param(f"{GOOD}args = [1]", "probe[0].args: goes with `call` only", id="args-elsewhere"),
        pytest.param('name = "x"\ncall = "a:b"\nargs = 1', "probe[0].args: is not a list", id="args-number"),
        pytest.param(
            'name = "x"\ncall = "a:b"\nargs = [2026-01-01]',
            "probe[0].args: holds something that JSON",
            id="date",
        ),
        pytest.param(
            'name = "x"\ncall = "a:b"\nargs = [nan]', "probe[0].args: holds something that JSON", id="nan"
        ),
        pytest.param(
            f'name = "x"\ncall = "a:b"\nargs = ["{"a" * 40_000}"]',
            "probe[0].args: is longer than",
            id="long-args",
        ),
        pytest.param(
            f"{GOOD}timeout = 0", "probe[0].timeout: is not a number of seconds up to 3600", id="no-time"
        ),
        pytest.param(f"{GOOD}timeout = inf", "probe[0].timeout: is not a number of seconds", id="for-ever"),
        pytest.param(f"{GOOD}timeout = nan", "probe[0].timeout: is not a number of seconds", id="nan-time"),
        pytest.param(
            f"{GOOD}timeout = true", "probe[0].timeout: is not a number of seconds", id="boolean-time"
        ),
        pytest.param(
            f'{GOOD}memory = "1 KiB"', "probe[0].memory: is not a size of at least 64 MiB", id="no-memory"
        ),
        pytest.param(
            f'{GOOD}memory = "much"', "probe[0].memory: is not a size of at least 64 MiB", id="no-size"
        ),
        pytest.param(
            f"{GOOD}memory = 5", "probe[0].memory: is an integer, not a string", id="number-of-bytes"
        ),
        pytest.param(
            f'{GOOD}severity = "note"',
            "probe[0].severity: `note` is neither error nor warning",
            id="severity",
        ),
        pytest.param(f'{GOOD}network = "yes"', "probe[0].network: is neither true nor false", id="network"),
    ],
)
def test_what_is_refused(tmp_path: Path, entry: str, message: str) -> None:
    with pytest.raises(InputError) as caught:
        declared(tmp_path, entry)

    assert f"tool.driftguard.{message}" in caught.value.message
    assert caught.value.message.startswith(f"{tmp_path / 'pyproject.toml'}:2: ")


def test_a_typing_error_gets_a_hint(tmp_path: Path) -> None:
    with pytest.raises(InputError) as caught:
        declared(tmp_path, f"{GOOD}tiemout = 1")

    assert caught.value.hint == "did you mean `timeout`?"
