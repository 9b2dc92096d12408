"""Outside programs: what they say, when they hang, when they babble, and that nothing of them stays behind."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from driftguard import process
from driftguard.errors import ProcessError
from driftguard.process import LIMIT, Completed, Running, run

BACKGROUND = "sleep 60 & echo $! >child; "


def shell(text: str, folder: Path, *, timeout: float = 60) -> Completed:
    return run(["/bin/sh", "-c", text], cwd=folder, timeout=timeout)


def is_gone(folder: Path) -> bool:
    """Say whether the child that a script noted in `folder` ends within a moment."""
    number = int((folder / "child").read_text())
    for _ in range(200):
        try:
            state = Path(f"/proc/{number}/stat").read_text().rpartition(")")[2].split()[0]
        except OSError:
            return True
        if state == "Z":
            return True
        time.sleep(0.01)
    return False


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param("echo one; echo two >&2", (0, "one\n", "two\n"), id="both-streams"),
        pytest.param("exit 3", (3, "", ""), id="exit-code"),
        pytest.param("kill -9 $$", (-9, "", ""), id="signal"),
        pytest.param("printf '\\377'", (0, "\ufffd", ""), id="no-utf-8"),
        pytest.param("cat", (0, "", ""), id="no-input"),
        pytest.param("echo one; exec >&- 2>&-; sleep 0.1; exit 4", (4, "one\n", ""), id="closed-early"),
        pytest.param("echo $HELLO", (0, "world\n", ""), id="environment"),
    ],
)
def test_what_a_program_left_behind(tmp_path: Path, text: str, expected: tuple[int, str, str]) -> None:
    done = run(["/bin/sh", "-c", text], cwd=tmp_path, environment={"HELLO": "world"})

    assert (done.returncode, done.stdout, done.stderr) == expected


@pytest.mark.parametrize("command", ["/nowhere/at/all", "nul\0l", "/"])
def test_what_cannot_be_started(command: str) -> None:
    with pytest.raises(ProcessError, match="could not be started: "):
        run([command])


def test_both_streams_may_be_as_long_as_the_limit(tmp_path: Path) -> None:
    done = shell(f"head -c {LIMIT} /dev/zero >&2; head -c {LIMIT} /dev/zero", tmp_path)

    assert (len(done.stdout), len(done.stderr)) == (LIMIT, LIMIT)


@pytest.mark.parametrize(
    "text",
    [
        pytest.param(f"head -c {LIMIT + 1} /dev/zero", id="one-byte-more"),
        pytest.param("exec yes", id="for-ever"),
        pytest.param("exec yes >&2", id="errors-for-ever"),
        pytest.param("trap '' PIPE; while :; do yes; done", id="without-regard-to-the-pipe"),
        pytest.param(f"{BACKGROUND} exec yes", id="with-a-child"),
    ],
)
def test_what_babbles_is_ended(tmp_path: Path, text: str) -> None:
    (tmp_path / "child").write_text("999999999")

    with pytest.raises(ProcessError) as caught:
        shell(text, tmp_path)

    assert caught.value.message == "`sh` printed more than 16 MiB"
    assert is_gone(tmp_path)


@pytest.mark.parametrize(
    "text",
    [
        pytest.param(f"{BACKGROUND} sleep 60", id="hangs"),
        pytest.param(f"{BACKGROUND} exit 0", id="child-holds-the-pipe"),
        pytest.param(f"{BACKGROUND} exec >&- 2>&-; sleep 60", id="hangs-silently"),
        pytest.param(f"trap '' TERM INT HUP; {BACKGROUND} sleep 60", id="will-not-go"),
    ],
)
def test_what_hangs_is_ended_with_its_children(tmp_path: Path, text: str) -> None:
    before = time.monotonic()

    with pytest.raises(ProcessError) as caught:
        shell(text, tmp_path, timeout=0.5)

    assert caught.value.message == "`sh` did not finish within 0.5 s"
    assert time.monotonic() - before < 10
    assert is_gone(tmp_path)


def test_what_runs_beside_us_has_begun_before_it_is_waited_for(tmp_path: Path) -> None:
    with Running(["/bin/sh", "-c", "touch begun; echo done"], cwd=tmp_path) as running:
        while not (tmp_path / "begun").exists():
            time.sleep(0.01)

        assert running.finish().stdout == "done\n"


def test_what_is_left_before_its_end_is_ended_with_its_children(tmp_path: Path) -> None:
    with Running(["/bin/sh", "-c", f"{BACKGROUND} sleep 60"], cwd=tmp_path):
        while not (tmp_path / "child").exists() or not (tmp_path / "child").read_text():
            time.sleep(0.01)

    assert is_gone(tmp_path)


def test_a_child_that_holds_no_pipe_is_left_alone(tmp_path: Path) -> None:
    shell("sleep 60 >/dev/null 2>&1 & echo $! >child", tmp_path)

    os.kill(int((tmp_path / "child").read_text()), signal.SIGKILL)


def heed_interrupts() -> None:
    """Undo what a shell does to programs in the background, which inherit that from the test run."""
    signal.signal(signal.SIGINT, signal.SIG_DFL)


def test_an_interrupt_ends_it_with_its_children(tmp_path: Path) -> None:
    # The moment before: an interrupt that comes while the program is still being started finds nothing to end.
    text = f"sleep 0.5; {BACKGROUND}sleep 60"
    code = f"from driftguard.process import run; run(['/bin/sh', '-c', {text!r}])"
    ours = {**os.environ, "PYTHONPATH": str(Path(process.__file__).parents[1])}
    child = subprocess.Popen(
        [sys.executable, "-c", code],
        cwd=tmp_path,
        env=ours,
        stderr=subprocess.PIPE,
        text=True,
        preexec_fn=heed_interrupts,  # noqa: PLW1509 - before any thread of the child
    )
    while not (tmp_path / "child").is_file() or not (tmp_path / "child").read_text():
        time.sleep(0.01)

    child.send_signal(signal.SIGINT)
    _, said = child.communicate(timeout=30)

    assert "KeyboardInterrupt" in said
    assert is_gone(tmp_path)


@pytest.mark.parametrize(
    ("stdout", "stderr", "words"),
    [
        pytest.param("one\ntwo\n", "", "two", id="stdout"),
        pytest.param("one\n", "two\n\n", "two", id="stderr-first"),
        pytest.param(" \n", "", "no output", id="nothing"),
    ],
)
def test_last_words(stdout: str, stderr: str, words: str) -> None:
    assert Completed(returncode=1, stdout=stdout, stderr=stderr).last_words == words
