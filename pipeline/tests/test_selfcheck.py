import shutil
from pathlib import Path

import pytest

from hawks_pipeline import selfcheck
from hawks_pipeline.errors import UsageError


def test_a_machine_that_does(tmp_path: Path) -> None:
    selfcheck.check(tmp_path)

    assert not list(tmp_path.iterdir())


def test_a_disk_that_is_full(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    free = shutil.disk_usage(tmp_path)._replace(free=2**20)
    monkeypatch.setattr(shutil, "disk_usage", lambda _: free)

    with pytest.raises(UsageError, match="1 MB are free, 300 MB are needed"):
        selfcheck.check(tmp_path)


def test_a_folder_that_cannot_be_written_to(monkeypatch: pytest.MonkeyPatch) -> None:
    # Root may write anywhere but here, where no disk is.
    monkeypatch.setattr(selfcheck, "NEEDED", 0)
    with pytest.raises(UsageError, match="cannot be written to"):
        selfcheck.check(Path("/proc/self"))
