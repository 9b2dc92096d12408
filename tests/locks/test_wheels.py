"""Which wheels a lock has hashes of."""

from pathlib import Path

import pytest

from driftguard import locks
from driftguard.integrity import LockedWheel
from driftguard.locks import wheels

ONE, TWO = "1" * 64, "a" * 64
UV_LOCK = """
version = 1
revision = 3
requires-python = ">=3.11"

[[package]]
name = "Six"
version = "1.17"
source = {{ registry = "{registry}" }}
sdist = {{ url = "https://index.example/six-1.17.tar.gz", hash = "sha256:{two}", size = 9 }}
wheels = [
    {wheels}
]
"""


def read(path: Path, text: str) -> wheels.Wheels:
    path.write_text(text)
    return wheels.of(locks.read(path, {}))


@pytest.mark.parametrize(
    ("written", "found"),
    [
        (
            f'{{ url = "https://index.example/a/six-1.17%2Bcpu-py3-none-any.whl#x", hash = "sha256:{ONE}", size = 7 }}',
            [LockedWheel("six-1.17+cpu-py3-none-any.whl", ONE, 7)],
        ),
        (
            f'{{ filename = "six-1.17-py3-none-any.whl", url = "https://x.example/9", hash = "sha256:{ONE}" }}',
            [LockedWheel("six-1.17-py3-none-any.whl", ONE)],
        ),
        ('{ url = "https://index.example/six-1.17-py3-none-any.whl" }', []),
        ('{ url = "https://index.example/six-1.17-py3-none-any.whl", hash = "md5:abc" }', []),
        ('{ url = "https://index.example/six-1.17-py3-none-any.whl", hash = "sha256:short" }', []),
    ],
)
def test_a_uv_lock_names_file_hash_and_size(tmp_path: Path, written: str, found: list[LockedWheel]) -> None:
    text = UV_LOCK.format(registry="https://index.example/simple", wheels=written, two=TWO)

    there = read(tmp_path / "uv.lock", text)

    assert there.get(("six", "1.17"), ()) == tuple(found)


def test_a_wheel_of_this_disk_lies_in_the_folder_that_is_the_registry(tmp_path: Path) -> None:
    row = f'{{ path = "six-1.17-py3-none-any.whl", hash = "sha256:{ONE}" }}'
    text = UV_LOCK.format(registry="wheels", wheels=row, two=TWO)

    (wheel,) = read(tmp_path / "uv.lock", text)["six", "1.17"]

    assert wheel.path == str(tmp_path / "wheels" / "six-1.17-py3-none-any.whl")


def test_pinned_requirements_have_hashes_and_no_names(tmp_path: Path) -> None:
    text = f"""\
# pinned
six==1.17 \\
    --hash=sha256:{ONE} \\
    --hash=sha256:{TWO.upper()}
plain==1.0
strong==1.0 --hash=sha512:{"b" * 128}
"""

    there = read(tmp_path / "requirements.txt", text)

    assert there == {("six", "1.17"): (LockedWheel("", ONE), LockedWheel("", TWO))}
