"""What is known of an interpreter that was not run (`--no-exec`): as much as is certain, nothing false."""

import os
import random
import struct
import sys
from pathlib import Path

import pytest

from driftguard.cache import Cache
from driftguard.environment import header, interpreter
from driftguard.environment.reading import head
from driftguard.errors import TargetError
from driftguard.model import Unavailable
from tests.environment.builders import VERSIONS, elf, pe, python, script, site_of, target, tree, uv_venv, venv

NOTHING = Cache(None)
NOT_TOLD = {"platform_release", "platform_version"}


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        pytest.param(elf(62), ("linux", "x86_64"), id="x86_64"),
        pytest.param(elf(183, "/lib/ld-linux-aarch64.so.1"), ("linux", "aarch64"), id="aarch64"),
        pytest.param(elf(62, "/lib/ld-musl-x86_64.so.1"), ("linux", "x86_64"), id="musl"),
        pytest.param(elf(21, "/lib64/ld64.so.2"), ("linux", "ppc64le"), id="ppc64le"),
        pytest.param(elf(22, "/lib/ld64.so.1", order=">"), ("linux", "s390x"), id="s390x"),
        pytest.param(elf(3, "/lib/ld-linux.so.2", wide=False), ("linux", ""), id="32-bit-may-run-on-64"),
        pytest.param(elf(62, "/libexec/ld-elf.so.1"), ("", "x86_64"), id="freebsd"),
        pytest.param(elf(62)[:64], ("", "x86_64"), id="elf-cut-before-its-loader"),
        pytest.param(elf(62)[:10], None, id="elf-cut"),
        pytest.param(pe(0x8664), ("win32", "AMD64"), id="windows"),
        pytest.param(pe(0xAA64), ("win32", "ARM64"), id="windows-arm"),
        pytest.param(pe(0x14C), ("win32", ""), id="windows-32-bit"),
        pytest.param(b"MZ" + bytes(100), None, id="dos"),
        pytest.param(struct.pack("<II", 0xFEEDFACF, 0x0100000C), ("darwin", "arm64"), id="mac"),
        pytest.param(struct.pack("<II", 0xFEEDFACF, 0x01000007), ("darwin", "x86_64"), id="mac-intel"),
        pytest.param(struct.pack(">II", 0xCAFEBABE, 2), ("darwin", ""), id="mac-universal"),
        pytest.param(b"#!/bin/sh\n", None, id="script"),
        pytest.param(b"", None, id="empty"),
    ],
)
def test_headers(tmp_path: Path, data: bytes, expected: tuple[str, str] | None) -> None:
    (tmp_path / "python").write_bytes(data)

    found = header.read(str(tmp_path / "python"))

    assert (found and (found.system, found.machine)) == expected


@pytest.mark.parametrize(
    "data",
    [
        pytest.param(elf(62), id="elf"),
        pytest.param(elf(62, order=">"), id="elf-big-endian"),
        pytest.param(elf(3, wide=False), id="elf-32"),
        pytest.param(pe(0x8664), id="pe"),
        pytest.param(struct.pack("<II", 0xFEEDFACF, 0x0100000C), id="mach-o"),
        pytest.param(struct.pack(">II", 0xCAFEBABE, 2), id="mach-o-universal"),
        pytest.param(head(os.path.realpath(sys.executable), 4_096), id="our-own"),
    ],
)
def test_a_cut_or_mangled_header_is_a_header_or_none(tmp_path: Path, data: bytes) -> None:
    chance = random.Random(1)
    mangled = []
    for _ in range(2_000):
        text = bytearray(data)
        for _ in range(chance.randint(1, 8)):
            text[chance.randrange(4, min(len(text), 200))] = chance.choice(
                (0, 1, 0x7F, 0xFF, chance.randrange(256))
            )
        mangled.append(bytes(text))

    for given in (*(data[:end] for end in range(min(len(data), 512))), *mangled):
        (tmp_path / "python").write_bytes(given)
        found = header.read(str(tmp_path / "python"))
        assert found is None or isinstance(found, header.Header)


@pytest.mark.parametrize("data", [b"\x7fELF", b"\x7fELF\x02", b"MZ", b"\xcf\xfa\xed\xfe"])
def test_a_header_of_a_few_bytes_is_none(tmp_path: Path, data: bytes) -> None:
    (tmp_path / "python").write_bytes(data)

    assert header.read(str(tmp_path / "python")) is None


def test_no_more_than_the_head_is_read(tmp_path: Path) -> None:
    (tmp_path / "big").write_bytes(bytes(100_000))

    assert len(head(str(tmp_path / "big"), 4_096)) == 4_096
    assert header.read(str(tmp_path)) is None


@pytest.mark.parametrize("version", VERSIONS)
@pytest.mark.parametrize("make", [venv, uv_venv])
def test_nothing_that_is_told_is_false(tmp_path: Path, make: object, version: str) -> None:
    root = make(tmp_path / "env", python(version), "--system-site-packages")  # type: ignore[operator]

    seen, asked = interpreter.read(target(root)), interpreter.ask(target(root), NOTHING)

    assert seen.markers == {name: asked.markers[name] for name in seen.markers}
    assert set(asked.markers) - set(seen.markers) <= NOT_TOLD
    assert (seen.prefix, seen.version, seen.implementation) == (
        asked.prefix,
        asked.version,
        asked.implementation,
    )
    assert seen.site_packages == asked.site_packages
    assert {os.path.realpath(path) for path in seen.inherited_site_packages} == {
        os.path.realpath(path) for path in asked.inherited_site_packages
    }
    assert isinstance(seen.tags, Unavailable)
    assert "--no-exec" in seen.tags.reason
    assert (seen.asked, asked.asked) == (False, True)


@pytest.mark.parametrize("version", VERSIONS)
def test_a_base_interpreter_can_be_looked_at(version: str) -> None:
    where = python(version)

    seen, asked = interpreter.read(target(where)), interpreter.ask(target(where), NOTHING)

    assert seen.markers["python_version"] == version
    assert {os.path.realpath(path) for path in seen.site_packages} == {
        os.path.realpath(path) for path in asked.site_packages
    }


def test_nothing_is_run(tmp_path: Path) -> None:
    root = venv(tmp_path / "env", Path(sys.executable))
    (root / "bin/python").unlink()
    script(root / "bin/python", f"touch {tmp_path}/mark")

    seen = interpreter.read(target(root))

    assert not (tmp_path / "mark").exists()
    assert "sys_platform" not in seen.markers, "a script tells no platform"
    assert seen.markers["python_version"] == f"{sys.version_info[0]}.{sys.version_info[1]}"


@pytest.mark.parametrize(
    ("keys", "folder", "version", "full", "implementation"),
    [
        pytest.param("version = 3.11.7", "python3.11", "3.11.7", "3.11.7", "CPython", id="venv"),
        pytest.param(
            "version_info = 3.11.7.final.0", "python3.11", "3.11.7", "3.11.7", "CPython", id="virtualenv"
        ),
        pytest.param(
            "version_info = 3.14.0rc2", "python3.14", "3.14.0rc2", "3.14.0rc2", "CPython", id="uv-rc"
        ),
        pytest.param(
            "version_info = 3.14.0.candidate.2",
            "python3.14",
            "3.14.0rc2",
            "3.14.0rc2",
            "CPython",
            id="virtualenv-rc",
        ),
        pytest.param("version_info = 3.12", "python3.12", "3.12", None, "CPython", id="minor-only"),
        pytest.param(
            "implementation = PyPy\nversion_info = 3.10.14",
            "pypy3.10",
            "3.10.14",
            "3.10.14",
            "PyPy",
            id="pypy",
        ),
        pytest.param("version = 3.13.1", "python3.13t", "3.13.1", "3.13.1", "CPython", id="free-threaded"),
        pytest.param("prompt = x", "python3.11", "3.11", None, "CPython", id="no-version-one-library"),
    ],
)
def test_pyvenv_cfg_is_read_as_its_makers_write_it(
    *, tmp_path: Path, keys: str, folder: str, version: str, full: str | None, implementation: str
) -> None:
    root = tree(
        tmp_path / "env",
        {"pyvenv.cfg": f"{keys}\n", "bin/python": elf(62), f"lib/{folder}/site-packages/": ""},
    )

    seen = interpreter.read(target(root))

    assert (seen.version, seen.implementation) == (version, implementation)
    assert seen.markers.get("python_full_version") == full
    assert seen.markers["platform_python_implementation"] == implementation
    assert seen.site_packages == (root / f"lib/{folder}/site-packages",)


def test_a_base_that_was_upgraded_in_place_tells_its_patch_level(tmp_path: Path) -> None:
    tree(
        tmp_path,
        {
            "base/include/python3.11/patchlevel.h": '#define PY_VERSION      \t"3.11.9"\n',
            "env/pyvenv.cfg": f"home = {tmp_path}/base/bin\nversion = 3.11.7\n",
            "env/bin/python": elf(62),
            "env/lib/python3.11/site-packages/": "",
        },
    )

    assert interpreter.read(target(tmp_path / "env")).markers["python_full_version"] == "3.11.9"


@pytest.mark.parametrize("where", ["base/include/python3.11/patchlevel.h", "base"])
def test_a_base_that_cannot_be_read_tells_nothing(tmp_path: Path, where: str) -> None:
    files: dict[str, str | bytes] = {
        "env/pyvenv.cfg": f"home = {tmp_path}/base{'' if 'include' in where else chr(0)}/bin\nversion = 3.11.7\n",
        "env/bin/python": elf(62),
        "env/lib/python3.11/site-packages/": "",
    }
    tree(tmp_path, files)
    (tmp_path / where).parent.mkdir(parents=True, exist_ok=True)
    (tmp_path / where).symlink_to("/proc/self/mem")  # a file that may be opened, but not read

    seen = interpreter.read(target(tmp_path / "env"))

    assert seen.markers["python_full_version"] == "3.11.7"
    assert seen.inherited_site_packages == ()


def test_a_windows_environment(tmp_path: Path) -> None:
    root = tree(
        tmp_path / "env",
        {
            "pyvenv.cfg": "version = 3.12.4\ninclude-system-site-packages = false\n",
            "Scripts/python.exe": pe(0x8664),
            "Lib/site-packages/": "",
        },
    )

    seen = interpreter.read(target(root))

    assert seen.site_packages == (root / "Lib/site-packages",)
    told = {
        name: seen.markers[name]
        for name in ("os_name", "sys_platform", "platform_system", "platform_machine")
    }
    assert list(told.values()) == ["nt", "win32", "Windows", "AMD64"]


def test_debian_keeps_packages_elsewhere(tmp_path: Path) -> None:
    tree(
        tmp_path / "usr",
        {
            "bin/python3.11": elf(62),
            "lib/python3.11/": "",
            "lib/python3/dist-packages/": "",
            "local/lib/python3.11/dist-packages/": "",
        },
    )

    seen = interpreter.read(target(tmp_path / "usr/bin/python3.11"))

    assert {str(path.relative_to(tmp_path)) for path in seen.site_packages} == {
        "usr/lib/python3/dist-packages",
        "usr/local/lib/python3.11/dist-packages",
    }


@pytest.mark.parametrize(
    ("files", "said"),
    [
        pytest.param({"bin/python": "#!/bin/sh\n", "lib/python3.11/": ""}, "cannot be told", id="shim"),
        pytest.param({"bin/ls": elf(62), "lib/python3.11/": ""}, "cannot be told", id="another-program"),
        pytest.param({"bin/python": elf(62)}, "cannot be told", id="no-library"),
        pytest.param(
            {"bin/python": elf(62), "lib/python3.11/": "", "lib/python3.12/": ""},
            "cannot be told",
            id="several",
        ),
        pytest.param(
            {"bin/python3.11": elf(62), "lib/python3.12/": ""}, "cannot be told", id="another-library"
        ),
        pytest.param(
            {"bin/python3.12": elf(62), "pyvenv.cfg": "version = 3.11.7", "lib/python3.11/": ""},
            "cannot be told",
            id="replaced-base",
        ),
        pytest.param(
            {"bin/python": elf(62), "pyvenv.cfg": "version = 3.11.7", "lib/python3.12/": ""},
            "cannot be told",
            id="replaced-library",
        ),
        pytest.param({"bin/python2.7": elf(62), "lib/python2.7/": ""}, "is Python 2", id="python-2"),
    ],
)
def test_what_cannot_be_told_is_an_error(tmp_path: Path, files: dict[str, str | bytes], said: str) -> None:
    tree(tmp_path / "base", files)

    with pytest.raises(TargetError, match=said):
        interpreter.read(target(next((tmp_path / "base/bin").iterdir())))


def test_the_version_in_the_programs_name_decides_among_several(tmp_path: Path) -> None:
    root = tree(
        tmp_path, {"bin/python3.12": elf(62), "lib/python3.11/": "", "lib/python3.12/site-packages/": ""}
    )

    assert interpreter.read(target(root / "bin/python3.12")).version == "3.12"


def test_the_configuration_decides_among_several(tmp_path: Path) -> None:
    root = venv(tmp_path / "env", Path(sys.executable))
    (root / "lib/python3.99/site-packages").mkdir(parents=True)

    assert interpreter.read(target(root)).site_packages == (site_of(root),)
