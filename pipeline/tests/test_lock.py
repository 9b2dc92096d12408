import os
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

import pytest

from hawks_pipeline import lock
from hawks_pipeline.errors import BusyError

SINCE = datetime(2026, 11, 24, 10, 0, 1, tzinfo=UTC)

HOLDER = """
import sys
from datetime import UTC, datetime
from pathlib import Path
from hawks_pipeline import lock
with lock.hold(Path(sys.argv[1]), since=datetime(2026, 11, 24, tzinfo=UTC)):
    print("held", flush=True)
    sys.stdin.read()
"""


def test_the_second_is_told_who_was_first(tmp_path: Path) -> None:
    path = tmp_path / "lock"
    with subprocess.Popen(
        [sys.executable, "-c", HOLDER, path], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as first:
        assert first.stdout
        assert first.stdout.readline() == "held\n"
        with pytest.raises(BusyError) as caught, lock.hold(path, since=SINCE):
            pass
        first.kill()

    assert caught.value.exit_code == 75
    assert f"pid {first.pid} since 2026-11-24T00:00:00+00:00" in str(caught.value)


def test_a_lock_outlives_nobody(tmp_path: Path) -> None:
    path = tmp_path / "lock"
    (path).write_text("pid 1 since the machine was last up\n")

    with lock.hold(path, since=SINCE):
        assert path.read_text() == f"pid {os.getpid()} since 2026-11-24T10:00:01+00:00\n"

    with lock.hold(path, since=SINCE):
        pass
    assert path.read_text() == ""
