"""What is kept of a metadata folder is what is in it now, or it is read again."""

import errno
import os
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from driftguard.cache import NO_CACHE, Cache
from driftguard.environment import dist_info, distributions, metadata, stamps
from driftguard.model import Installed
from tests.environment.builders import dist, tree

LOCAL = '{"url": "file://%s", "dir_info": {}}'
WHEEL = "Wheel-Version: 1.0\nTag: py2.py3-none-any\n"


@pytest.fixture(autouse=True)
def old_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let a state be settled from the start: the tests change files within a tick or two."""
    monkeypatch.setattr(stamps, "_SETTLED", -1_000_000_000)


@pytest.fixture
def site(tmp_path: Path) -> Path:
    """A site-packages with one distribution of every kind of file, and a plain one."""
    (tmp_path / "real").mkdir()
    (tmp_path / "link").symlink_to("real")
    full = dist(
        "full==1.0",
        WHEEL=WHEEL,
        INSTALLER="uv\n",
        REQUESTED="",
        RECORD="",
        direct_url_json=LOCAL % (tmp_path / "link"),
    )
    (tree(tmp_path / "site", dist("odd==1", METADATA="")) / "odd-1.dist-info/INSTALLER").symlink_to(
        tmp_path / "installer"
    )
    metadata = (
        "Name: plain\nVersion: 1\nRequires-Python: >=3\nRequires-Dist: a>1\nRequires-Dist: b; extra == 'x'\n"
    )
    return tree(tmp_path / "site", {**full, **dist("plain==1", METADATA=metadata)})


@pytest.fixture
def cache(tmp_path: Path) -> Cache:
    return Cache(tmp_path / "facts")


@pytest.fixture
def reads(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The names of the folders that were read."""
    names: list[str] = []
    real = dist_info.read

    def read(path: str, name: str) -> Installed:
        names.append(name)
        return real(path, name)

    monkeypatch.setattr(dist_info, "read", read)
    return names


def test_a_second_run_reads_nothing_and_finds_the_same(site: Path, cache: Cache, reads: list[str]) -> None:
    first = distributions.read([site], cache=cache)
    assert len(reads) == 3

    assert distributions.read([site], cache=cache) == first == distributions.read([site])
    assert len(reads) == 3 + 1 + 3  # the one with a dangling link is read each time


def _same_time(path: Path, change: Callable[[], object]) -> None:
    """Change a file and put its times back, as far as a user can."""
    status = path.stat()
    change()
    os.utime(path, ns=(status.st_atime_ns, status.st_mtime_ns))


def _edit(site: Path) -> None:
    path = site / "full-1.0.dist-info/METADATA"
    _same_time(path, lambda: path.write_text(path.read_text().replace("Version: 1.0", "Version: 1.1")))


def _replace(site: Path) -> None:
    path = site / "full-1.0.dist-info/METADATA"
    other = site.parent / "METADATA"
    other.write_text(path.read_text().replace("Version: 1.0", "Version: 1.2"))
    os.utime(other, ns=(path.stat().st_atime_ns, path.stat().st_mtime_ns))
    other.rename(path)


def _tags(site: Path) -> None:
    path = site / "full-1.0.dist-info/WHEEL"
    _same_time(path, lambda: path.write_text(WHEEL.replace("any", "win")))


def _origin(site: Path) -> None:
    path = site / "full-1.0.dist-info/direct_url.json"
    _same_time(path, lambda: path.write_text(LOCAL % "/else"))


def _moved_link(site: Path) -> None:
    (site.parent / "link").unlink()
    (site.parent / "link").symlink_to("elsewhere")


def _drop(name: str) -> Callable[[Path], None]:
    return lambda site: (site / "full-1.0.dist-info" / name).unlink()


def _arrives(site: Path) -> None:
    (site / "plain-1.dist-info/INSTALLER").write_text("pip")


def _leads_somewhere_else(site: Path) -> None:
    (site.parent / "installer").write_text("conda")


def _swap(site: Path) -> None:
    (site / "plain-1.dist-info").rename(site / "kept")
    tree(site, dist("plain==1", METADATA="Name: plain\nVersion: 1\n"))


@pytest.mark.parametrize(
    "change",
    [
        _edit,
        _replace,
        _tags,
        _origin,
        _moved_link,
        _swap,
        _arrives,
        _leads_somewhere_else,
        *(
            pytest.param(_drop(name), id=f"without {name}")
            for name in ("METADATA", "WHEEL", "INSTALLER", "REQUESTED", "RECORD", "direct_url.json")
        ),
    ],
)
def test_a_change_is_seen(site: Path, cache: Cache, change: Callable[[Path], None]) -> None:
    before = distributions.read([site], cache=cache)
    change(site)

    after = distributions.read([site], cache=cache)
    assert after == distributions.read([site], cache=NO_CACHE)
    assert after != before


def test_a_fault_of_the_disk_that_has_passed_is_not_kept(
    site: Path, cache: Cache, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(path: str, limit: int, **more: object) -> bytes:
        raise OSError(errno.EIO, os.strerror(errno.EIO), path)

    with monkeypatch.context() as patched:
        patched.setattr(metadata, "head", broken)
        faults = [one.faults for one in distributions.read([site], cache=cache).installed]
        assert any("Input/output error" in fault for several in faults for fault in several), faults

    assert distributions.read([site], cache=cache) == distributions.read([site])


def test_what_has_just_changed_is_not_kept(
    site: Path, cache: Cache, reads: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(stamps, "_SETTLED", 3_600_000_000_000)
    for _ in range(2):
        distributions.read([site], cache=cache)
    assert len(reads) == 6

    later = time.time_ns() + 7_200_000_000_000
    monkeypatch.setattr(time, "time_ns", lambda: later)
    for _ in range(2):
        distributions.read([site], cache=cache)
    assert len(reads) == 10


@pytest.mark.parametrize(
    "spoil",
    [
        pytest.param(lambda row: {}, id="empty"),
        pytest.param(lambda row: {"full-1.0.dist-info": 1}, id="a number"),
        pytest.param(lambda row: {"full-1.0.dist-info": [row[0], []]}, id="no fields"),
        pytest.param(lambda row: {"full-1.0.dist-info": [row[0], [1] * 10]}, id="fields of another type"),
        pytest.param(
            lambda row: {"full-1.0.dist-info": [row[0], [*row[1][:2], ["x"], *row[1][3:]]]}, id="no origin"
        ),
    ],
)
def test_an_entry_of_another_shape_is_read_again(
    site: Path, cache: Cache, spoil: Callable[[list[list[object]]], dict[str, object]]
) -> None:
    first = distributions.read([site], cache=cache)
    entry = cache.get("distributions", str(site))
    assert entry is not None
    cache.put("distributions", str(site), spoil(entry["full-1.0.dist-info"]))  # type: ignore[arg-type]

    assert distributions.read([site], cache=cache) == first


def test_what_is_gone_is_forgotten(site: Path, cache: Cache) -> None:
    distributions.read([site], cache=cache)
    (site / "odd-1.dist-info/METADATA").unlink()
    (site / "odd-1.dist-info/INSTALLER").unlink()
    (site / "odd-1.dist-info").rmdir()
    distributions.read([site], cache=cache)

    assert set(cache.get("distributions", str(site)) or ()) == {"full-1.0.dist-info", "plain-1.dist-info"}
