"""What is kept of a lock is all that its text says, and nothing of where it lies."""

import json
import os
from pathlib import Path

import pytest

from driftguard import locks
from driftguard.cache import Cache
from driftguard.errors import InputError
from driftguard.locks import kept, uv_lock
from tests.checkout import ROOT

CORPUS = sorted((ROOT.parent / "shared" / "corpus" / "uvlock").glob("*/uv.lock"))
LOCK = """version = 1
revision = 6
requires-python = ">=3.11"
resolution-markers = ["sys_platform == 'win32'", "sys_platform != 'win32'"]
supported-markers = ["sys_platform != 'darwin'"]
conflicts = [[{ package = "app", extra = "cpu" }, { package = "app", group = "gpu" }]]

[manifest]
members = ["app", "lib"]
excludes = ["Left.Out"]
overrides = [{ name = "a", specifier = "==1" }]

[manifest.dependency-groups]
dev = [{ name = "a", marker = "sys_platform == 'linux'" }]

[[package]]
name = "app"
version = "1.0"
source = { editable = "." }
dependencies = [
    { name = "a", version = "1.0", source = { registry = "https://index.example/simple" }, extra = ["fast"] },
    { name = "a", version = "2.0", source = { path = "wheels/a-2.0-py3-none-any.whl" }, marker = "extra == 'extra-3-app-cpu'" },
    { name = "lib" },
]

[package.optional-dependencies]
cpu = [{ name = "lib" }]

[package.dev-dependencies]
gpu = [{ name = "lib" }]

[[package]]
name = "lib"
source = { directory = "lib" }

[[package]]
name = "a"
version = "1.0"
source = { registry = "https://index.example/simple" }
resolution-markers = ["sys_platform == 'win32'"]

[[package]]
name = "a"
version = "2.0"
source = { path = "wheels/a-2.0-py3-none-any.whl" }
"""


def there_and_back(text: str, path: Path) -> object:
    return kept.load(json.loads(json.dumps(kept.dump(uv_lock.written(text, path)))), path)


def test_every_clause_comes_back() -> None:
    path = Path("/project/uv.lock")

    assert there_and_back(LOCK, path) == uv_lock.written(LOCK, path)


@pytest.mark.skipif(not CORPUS, reason="no corpus beside the repository")
@pytest.mark.parametrize("path", CORPUS, ids=lambda path: path.parent.name)
def test_real_locks_come_back(path: Path) -> None:
    text = path.read_text()
    try:
        lock = uv_lock.written(text, path)
    except InputError as error:
        pytest.skip(f"refused: {error.message.rpartition(': ')[2]}")

    assert there_and_back(text, path) == lock


def test_one_text_in_two_places_is_two_locks(tmp_path: Path) -> None:
    cache = Cache(tmp_path / "facts")
    for name in ("one", "other"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "uv.lock").write_text(LOCK)

    first, second = (locks.read(tmp_path / name / "uv.lock", {}, cache) for name in ("one", "other"))

    assert len(list((tmp_path / "facts").iterdir())) == 1
    assert first.packages[0].origin.location == str(tmp_path / "one")
    assert second == uv_lock.parse(LOCK, tmp_path / "other" / "uv.lock")


def test_another_text_is_another_lock(tmp_path: Path) -> None:
    path, cache = tmp_path / "uv.lock", Cache(tmp_path / "facts")
    path.write_text(LOCK)
    locks.read(path, {}, cache)
    status = path.stat()
    path.write_text(LOCK.replace('"1.0"', '"1.1"'))
    os.utime(path, ns=(status.st_atime_ns, status.st_mtime_ns))

    assert locks.read(path, {}, cache).packages[0].version == "1.1"


@pytest.mark.parametrize("value", [{}, {"packages": 1}, {"packages": [[]]}, {"packages": [None]}])
def test_what_was_not_dumped_is_not_there(value: dict[str, object]) -> None:
    assert kept.load(value, Path("uv.lock")) is None
