"""A second run reads only what changed, and believes nothing else of the first."""

import json
import os
from collections.abc import Callable
from pathlib import Path

import pytest

from driftguard.cache import Cache
from driftguard.environment import stamps
from driftguard.environment.integrity import hashing, strangers
from driftguard.environment.integrity.hashing import Answer, Claim
from tests.environment.integrity.builders import Folder


@pytest.fixture(autouse=True)
def old_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let a state be settled from the start: the tests change files within a tick or two."""
    monkeypatch.setattr(stamps, "_SETTLED", -1_000_000_000)


@pytest.fixture
def there(tmp_path: Path) -> Folder:
    folder = Folder(tmp_path / "env")
    folder.install("six==1.0", {"six.py": b"X = 1\n", "part.py": b"Y = 1\n", "sub/data": b"Z"})
    folder.install("other==1.0")
    return folder


@pytest.fixture
def cache(tmp_path: Path) -> Cache:
    return Cache(tmp_path / "facts")


@pytest.fixture
def hashed(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The names of the files that were hashed."""
    names: list[str] = []
    real = hashing.answers

    def counted(claims: list[Claim]) -> list[Answer | None]:
        names.extend(Path(claim.path).name for claim in claims)
        return real(claims)

    monkeypatch.setattr(hashing, "answers", counted)
    return names


def test_a_second_run_hashes_nothing_and_lists_nothing(
    there: Folder, cache: Cache, hashed: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    first = there.read(cache)
    assert len(hashed) == 10
    hashed.clear()
    monkeypatch.setattr(strangers, "_listed", lambda *_: pytest.fail("was listed"))

    assert there.read(cache) == first
    assert hashed == []


def test_without_a_cache_everything_is_hashed_again(there: Folder, hashed: list[str]) -> None:
    there.read()
    there.read()

    assert len(hashed) == 20


def rewrite(file: Path) -> None:
    file.write_bytes(b"X = 2\n")


def rewrite_and_put_its_time_back(file: Path) -> None:
    status = file.stat()
    file.write_bytes(b"X = 2\n")
    os.utime(file, ns=(status.st_atime_ns, status.st_mtime_ns))


def replace(file: Path) -> None:
    status = file.stat()
    fresh = file.with_name("fresh")
    fresh.write_bytes(b"X = 2\n")
    os.utime(fresh, ns=(status.st_atime_ns, status.st_mtime_ns))
    fresh.rename(file)


@pytest.mark.parametrize("change", [rewrite, rewrite_and_put_its_time_back, replace])
def test_what_changed_is_hashed_again_and_nothing_else(
    there: Folder, cache: Cache, hashed: list[str], change: Callable[[Path], None]
) -> None:
    there.read(cache)
    hashed.clear()
    change(there.site / "six.py")

    for _ in range(2):  # what is not as recorded is never kept
        assert [Path(one.path).name for one in there.told("six", cache).changed] == ["six.py"]
        assert hashed == ["six.py"]
        hashed.clear()


def test_what_was_mended_is_seen(there: Folder, cache: Cache) -> None:
    (there.site / "six.py").write_bytes(b"X = 2\n")
    there.read(cache)
    (there.site / "six.py").write_bytes(b"X = 1\n")

    assert there.told("six", cache).changed == ()


def test_another_record_is_held_against_all_its_files_again(
    there: Folder, cache: Cache, hashed: list[str]
) -> None:
    there.read(cache)
    hashed.clear()
    record = there.site / "six-1.0.dist-info" / "RECORD"
    record.write_text(record.read_text().replace("sha256=", "sha256=A", 1))

    assert [Path(one.path).name for one in there.told("six", cache).changed] == ["six.py"]
    assert sorted(hashed) == ["INSTALLER", "METADATA", "WHEEL", "data", "part.py", "six.py"]


def test_what_is_too_young_is_not_kept(
    there: Folder, cache: Cache, hashed: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(stamps, "_SETTLED", 60_000_000_000)
    there.read(cache)
    hashed.clear()
    there.read(cache)

    assert len(hashed) == 10


def test_a_new_file_deep_in_a_package_is_seen(there: Folder, cache: Cache) -> None:
    assert there.read(cache).strangers == ()
    (there.site / "sub" / "rogue.py").write_text("")

    assert [one.paths for one in there.read(cache).strangers] == [(f"{there.site}/sub/rogue.py",)]
    (there.site / "sub" / "rogue.py").unlink()
    assert there.read(cache).strangers == ()


def test_a_file_that_leaves_a_record_is_nobody_s(there: Folder, cache: Cache) -> None:
    there.read(cache)
    record = there.site / "six-1.0.dist-info" / "RECORD"
    rows = record.read_text().splitlines(keepends=True)
    record.write_text("".join(row for row in rows if not row.startswith("part.py")))

    assert [one.entry for one in there.read(cache).strangers] == [f"{there.site}/part.py"]


def test_strangers_are_the_same_out_of_the_cache(there: Folder, cache: Cache) -> None:
    (there.site / "rogue").mkdir()
    (there.site / "rogue" / "code.py").write_text("")
    first = there.read(cache)

    assert first.strangers
    assert there.read(cache) == first


@pytest.mark.parametrize(
    "poison",
    [
        dict.fromkeys,
        lambda value: {
            name: [row[0], "AAAA"] if isinstance(row, list) and row else row for name, row in value.items()
        },
        lambda value: {
            name: [row[0], "no base64 é"] if isinstance(row, list) and row else row
            for name, row in value.items()
        },
        lambda value: {**value, "found": [[1, 2]], "folders": 3},
        lambda value: {**value, "found": [["a", "no kind", 1, 1, []]]},
        lambda value: {},
    ],
)
def test_a_poisoned_entry_costs_time_and_never_truth(
    there: Folder, cache: Cache, poison: Callable[[dict[str, object]], dict[str, object]]
) -> None:
    first = there.read(cache)
    assert cache.folder
    for file in cache.folder.glob("integrity-*"):
        entry = json.loads(file.read_text().partition("\n")[2])
        cache.put("integrity", entry["key"], poison(entry["value"]))

    assert there.read(cache) == first
