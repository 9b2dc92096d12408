"""Programs beside each other: what they answer, their limits, and that nothing of them stays behind."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterable
from pathlib import Path

import pytest

from driftguard import attended
from driftguard.attended import LONGEST_ANSWER, LONGEST_WORDS, Ended, Job, attend
from tests.test_process import heed_interrupts, is_gone

pytestmark = pytest.mark.skipif(os.name != "posix", reason="descriptors are handed on on POSIX systems")

ANSWER = "import os, sys\nanswer = int(sys.argv[1])\n"


def job(code: str, message: bytes = b"", seconds: float = 60.0) -> Job:
    return Job([sys.executable, "-I", "-S", "-c", ANSWER + code], message, seconds, 1024**3)


def all_of(jobs: Iterable[Job], folder: Path, places: int = 2) -> list[Ended]:
    found = dict(attend(jobs, cwd=folder, environment={"OWN": "1"}, places=places))
    return [ended for _, ended in sorted(found.items())]


def test_each_has_its_message_and_its_answer(tmp_path: Path) -> None:
    jobs = [job("os.write(answer, sys.stdin.buffer.read())", str(number).encode()) for number in range(5)]

    assert [(one.returncode, one.answer) for one in all_of(jobs, tmp_path)] == [
        (0, b"%d" % n) for n in range(5)
    ]


def test_the_longest_message_does_not_hold_us(tmp_path: Path) -> None:
    before = time.monotonic()

    (ended,) = all_of([job("import time\ntime.sleep(0.2)", b"x" * 60 * 1024)], tmp_path)

    assert ended.returncode == 0
    assert time.monotonic() - before < 20


def test_what_is_given_is_all_there_is(tmp_path: Path) -> None:
    code = f"assert dict(os.environ, LC_CTYPE='') == {{'OWN': '1', 'LC_CTYPE': ''}}, os.environ\nassert os.getcwd() == {str(tmp_path)!r}"

    (ended,) = all_of([job(code)], tmp_path)

    assert (ended.returncode, ended.last_words) == (0, "")


def test_exit_codes_signals_and_words_are_told(tmp_path: Path) -> None:
    jobs = [job("sys.exit('words')"), job("os.kill(os.getpid(), 9)"), job("print('nothing of it')")]

    found = all_of(jobs, tmp_path)

    assert [(one.returncode, one.last_words) for one in found] == [(1, "words\n"), (-9, ""), (0, "")]
    assert all(one.seconds > 0 for one in found)


def test_what_cannot_be_started_is_told_beside_the_others(tmp_path: Path) -> None:
    before = len(list(Path("/dev/fd").iterdir()))

    absent, there = all_of([Job([tmp_path / "absent"], b"", 1.0, 1024**3), job("")], tmp_path)

    assert (absent.returncode, absent.fault) == (
        None,
        "`absent` could not be started: No such file or directory",
    )
    assert there.returncode == 0
    assert len(list(Path("/dev/fd").iterdir())) == before


def test_however_much_is_said_an_end_is_kept(tmp_path: Path) -> None:
    code = f"os.write(2, b'a' * 10**5 + b'z')\nfor _ in range(6): os.write(answer, b'x' * {1024**2})"

    (ended,) = all_of([job(code)], tmp_path)

    assert ended.last_words == "a" * (LONGEST_WORDS - 1) + "z"
    assert LONGEST_ANSWER <= len(ended.answer) < LONGEST_ANSWER + 1024**2


def test_no_more_run_at_a_time_than_there_are_places(tmp_path: Path) -> None:
    code = f"""
import time
mine = os.path.join({str(tmp_path)!r}, str(os.getpid()))
open(mine, 'w').close()
time.sleep(0.3)
os.write(answer, str(len(os.listdir({str(tmp_path)!r}))).encode())
os.unlink(mine)
"""
    assert max(int(one.answer) for one in all_of([job(code)] * 6, tmp_path, places=2)) <= 2


def test_who_takes_long_leaves_its_place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(attended, "PATIENCE", 0.3)
    jobs = [job("import time\ntime.sleep(60)", seconds=4.0), job("")]
    ends = list(attend(jobs, cwd=tmp_path, environment={}, places=1))

    assert [number for number, _ in ends] == [1, 0]
    assert [ended.returncode for _, ended in ends] == [0, None]


def test_who_is_left_in_the_middle_ends_all(tmp_path: Path) -> None:
    child = "import time\nopen('child', 'w').write(str(os.getpid()))\ntime.sleep(60)"
    running = attend([job(child), job("import time\ntime.sleep(1)")], cwd=tmp_path, environment={}, places=2)
    next(running)

    running.close()  # type: ignore[attr-defined]

    assert is_gone(tmp_path)


def heed_signals() -> None:
    """Undo what `nohup` and shells without job control set for all that they start."""
    heed_interrupts()
    signal.signal(signal.SIGHUP, signal.SIG_DFL)


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_what_ends_us_ends_all(tmp_path: Path, number: int) -> None:
    code = (
        "import sys\nfrom pathlib import Path\nfrom driftguard.attended import Job, attend\n"
        "child = \"import os, time; open('child', 'w').write(str(os.getpid())); time.sleep(60)\"\n"
        "list(attend([Job([sys.executable, '-c', child], b'', 60.0, 1024**3)], cwd=Path.cwd(), environment={}, places=1))"
    )
    ours = {**os.environ, "PYTHONPATH": str(Path(attended.__file__).parents[1])}
    program = subprocess.Popen(
        [sys.executable, "-c", code],
        cwd=tmp_path,
        env=ours,
        stderr=subprocess.PIPE,
        text=True,
        preexec_fn=heed_signals,  # noqa: PLW1509 - before any thread of the child
    )
    while not (tmp_path / "child").is_file() or not (tmp_path / "child").read_text():
        time.sleep(0.01)

    program.send_signal(number)
    _, said = program.communicate(timeout=30)

    assert program.returncode == -number
    assert ("KeyboardInterrupt" in said) == (number == signal.SIGINT)
    assert is_gone(tmp_path)
