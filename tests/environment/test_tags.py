"""Tags of interpreters that this machine need not have; test_interpreter compares those that it has."""

import pytest
from packaging.tags import mac_platforms

from driftguard.environment.facts import Facts
from driftguard.environment.tags import accepted
from driftguard.model import Unavailable

LINUX = Facts(
    executable="/env/bin/python",
    prefix="/env",
    markers={
        "implementation_name": "cpython",
        "platform_machine": "x86_64",
        "python_version": "3.13",
        "sys_platform": "linux",
    },
    site_packages=(),
    base_site_packages=(),
    platform="linux-x86_64",
    bits=64,
    libc="glibc 2.28",
    macos="",
    free_threaded=False,
    debug=False,
    pymalloc=True,
    extension_suffix=".cpython-313-x86_64-linux-gnu.so",
    extension_suffixes=(".cpython-313-x86_64-linux-gnu.so", ".abi3.so", ".so"),
)


def facts(*, markers: dict[str, str] | None = None, **more: object) -> Facts:
    return LINUX._replace(markers={**LINUX.markers, **(markers or {})}, **more)  # type: ignore[arg-type]


MAC = facts(
    markers={"sys_platform": "darwin", "platform_machine": "arm64"},
    platform="macosx-11.0-arm64",
    macos="14.5",
    libc="",
)
PYPY = facts(
    markers={"implementation_name": "pypy", "python_version": "3.10"},
    extension_suffix=".pypy310-pp73-x86_64-linux-gnu.so",
)


@pytest.mark.parametrize(
    ("given", "tag", "accepts"),
    [
        pytest.param(LINUX, "cp313-cp313-manylinux_2_28_x86_64", True, id="glibc"),
        pytest.param(LINUX, "cp313-cp313-manylinux_2_29_x86_64", False, id="newer-glibc"),
        pytest.param(LINUX, "cp313-cp313-manylinux1_x86_64", True, id="oldest-glibc"),
        pytest.param(LINUX, "cp313-cp313-manylinux_2_4_x86_64", False, id="too-old-glibc"),
        pytest.param(LINUX, "cp313-cp313-musllinux_1_1_x86_64", False, id="musl-on-glibc"),
        pytest.param(LINUX, "cp38-abi3-manylinux2014_x86_64", True, id="stable-abi"),
        pytest.param(LINUX, "cp314-abi3-manylinux2014_x86_64", False, id="newer-stable-abi"),
        pytest.param(LINUX, "cp313-cp313t-manylinux2014_x86_64", False, id="free-threaded-wheel"),
        pytest.param(LINUX, "py3-none-any", True, id="pure"),
        pytest.param(LINUX, "py2-none-any", False, id="python-2"),
        pytest.param(
            facts(libc="glibc 2.28.9000"), "py3-none-manylinux_2_28_x86_64", True, id="glibc-suffix"
        ),
        pytest.param(facts(libc=""), "cp313-cp313-linux_x86_64", True, id="no-libc"),
        pytest.param(facts(libc=""), "cp313-cp313-manylinux2014_x86_64", False, id="no-libc-no-manylinux"),
        pytest.param(facts(libc="musl 1.2"), "cp313-cp313-musllinux_1_2_x86_64", True, id="musl"),
        pytest.param(facts(libc="musl 1.2"), "cp313-cp313-musllinux_1_3_x86_64", False, id="newer-musl"),
        pytest.param(facts(libc="musl 1.2"), "cp313-cp313-manylinux2014_x86_64", False, id="glibc-on-musl"),
        pytest.param(
            facts(free_threaded=True), "cp313-cp313t-manylinux2014_x86_64", True, id="free-threaded"
        ),
        pytest.param(facts(free_threaded=True), "cp38-abi3-manylinux2014_x86_64", False, id="no-abi3-there"),
        pytest.param(facts(debug=True), "cp313-cp313d-linux_x86_64", True, id="debug"),
        pytest.param(facts(debug=True), "cp313-cp313-linux_x86_64", True, id="debug-loads-release"),
        pytest.param(
            facts(markers={"python_version": "3.7"}),
            "cp37-cp37m-linux_x86_64",
            True,
            id="pymalloc-before-3.8",
        ),
        pytest.param(facts(bits=32), "cp313-cp313-manylinux2014_i686", True, id="32-bit"),
        pytest.param(facts(bits=32), "cp313-cp313-manylinux2014_x86_64", False, id="32-bit-not-64"),
        pytest.param(
            facts(platform="linux-aarch64"), "cp313-cp313-manylinux_2_17_aarch64", True, id="aarch64"
        ),
        pytest.param(
            facts(platform="linux-aarch64"), "py3-none-manylinux1_aarch64", False, id="no-old-aarch64"
        ),
        pytest.param(
            facts(platform="linux-aarch64", bits=32), "py3-none-manylinux2014_armv7l", True, id="32-bit-arm"
        ),
        pytest.param(facts(platform="linux-mips"), "cp313-cp313-linux_mips", True, id="mips"),
        pytest.param(
            facts(platform="linux-mips"), "py3-none-manylinux2014_mips", False, id="no-manylinux-mips"
        ),
        pytest.param(MAC, "cp313-cp313-macosx_14_0_arm64", True, id="mac"),
        pytest.param(MAC, "cp313-cp313-macosx_10_9_universal2", True, id="mac-universal"),
        pytest.param(MAC, "cp313-cp313-macosx_15_0_arm64", False, id="newer-mac"),
        pytest.param(MAC, "cp313-cp313-macosx_11_0_x86_64", False, id="other-mac"),
        pytest.param(
            facts(markers={"sys_platform": "win32"}, platform="win-amd64"),
            "cp313-cp313-win_amd64",
            True,
            id="windows",
        ),
        pytest.param(
            facts(markers={"sys_platform": "freebsd14"}, platform="freebsd-14.1-RELEASE-amd64"),
            "cp313-cp313-freebsd_14_1_release_amd64",
            True,
            id="freebsd",
        ),
        pytest.param(PYPY, "pp310-pypy310_pp73-manylinux2014_x86_64", True, id="pypy"),
        pytest.param(PYPY, "pp3-none-any", True, id="pypy-pure"),
        pytest.param(PYPY, "cp310-cp310-manylinux2014_x86_64", False, id="cpython-on-pypy"),
    ],
)
def test_what_is_accepted(given: Facts, tag: str, accepts: bool) -> None:
    tags = accepted(given)

    assert isinstance(tags, frozenset)
    assert (tag in tags) is accepts


def test_a_mac_accepts_what_packaging_says() -> None:
    tags = accepted(MAC)

    assert isinstance(tags, frozenset)
    assert {tag.rpartition("-")[2] for tag in tags} == {*mac_platforms((14, 5), "arm64"), "any"}


@pytest.mark.parametrize(
    ("given", "said"),
    [
        pytest.param(facts(markers={"implementation_name": "graalpy"}), "graalpy", id="implementation"),
        pytest.param(facts(markers={"sys_platform": "ios"}), "ios", id="system"),
        pytest.param(MAC._replace(macos=""), "not one", id="mac-version"),
        pytest.param(facts(markers={"python_version": "three"}), "not one", id="python-version"),
        pytest.param(facts(markers={"python_version": "3.9" + "9" * 9}), "not one", id="endless-python"),
        pytest.param(facts(libc="glibc 2.9" + "9" * 9), "not one", id="endless-libc"),
        pytest.param(facts(libc="glibc new"), "not one", id="libc-version"),
    ],
)
def test_what_is_not_known_is_said(given: Facts, said: str) -> None:
    tags = accepted(given)

    assert isinstance(tags, Unavailable)
    assert said in tags.reason
