"""The edges of the command line: help, interruption, closed pipes, our own bugs."""

import os
import subprocess
import sys
from importlib import import_module

import pytest

from driftguard import __version__, cli
from driftguard.cli import COMMANDS, main
from tests.projects import Project


def test_the_version_is_that_of_the_distribution() -> None:
    from importlib.metadata import version

    assert version("env-driftguard") == __version__


@pytest.mark.parametrize("words", [(), ("nonsense",), ("--", "check"), ("check", "--format"), ("lint",)])
def test_a_usage_error_is_exit_code_3(words: tuple[str, ...], capsys: pytest.CaptureFixture[str]) -> None:
    assert main(words) == 3

    out, err = capsys.readouterr()
    assert out == ""
    assert err.startswith("driftguard")
    assert len(err.splitlines()) == 2


def test_a_file_named_like_the_command_that_takes_a_program_hides_none_behind_it(shop: Project) -> None:
    shop.write("preflight", "click==8.1.7\n")
    shop.write("loose.txt", "click\n")

    assert shop.driftguard("lint", "preflight", "--", "loose.txt").code == 1


def test_the_command_comes_first(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(("--python", ".venv", "check")) == 3
    assert capsys.readouterr().err.startswith("driftguard: the command has to come first\n")


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_has_help(command: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main([command, "--help"]) == 0
    assert capsys.readouterr().out.startswith(f"usage: driftguard {command}")


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_is_a_module_with_the_same_two_functions(command: str) -> None:
    module = import_module(f"driftguard.commands.{command}")

    assert callable(module.add_arguments)
    assert callable(module.run)


def failing(error: BaseException) -> object:
    class Module:
        @staticmethod
        def run(arguments: object) -> int:
            raise error

        @staticmethod
        def add_arguments(parser: object) -> None:
            """Nothing."""

    return Module


def test_an_interruption_is_exit_code_130(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cli, "import_module", lambda name: failing(KeyboardInterrupt()))

    assert main(["rule"]) == 130


def test_a_bug_of_ours_is_one_line_and_never_reads_as_a_verdict(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(cli, "import_module", lambda name: failing(ZeroDivisionError("by\nzero")))

    assert main(["rule"]) == 3
    assert capsys.readouterr().err.splitlines()[0] == (
        "driftguard: internal error: ZeroDivisionError: by\\nzero"
    )
    monkeypatch.setenv("DRIFTGUARD_TRACEBACK", "1")
    with pytest.raises(ZeroDivisionError):
        main(["rule"])


def test_a_reader_that_goes_away_is_no_traceback(shop: Project) -> None:
    shop.sync()
    command = f"{sys.executable} -m driftguard check --format json | head -c 0; exit ${{PIPESTATUS[0]}}"

    done = shop.run("bash", "-c", command)

    assert done.code == 3
    assert done.err == ""


def test_a_full_disk_under_standard_output_is_one_line(shop: Project) -> None:
    if not os.path.exists("/dev/full"):  # noqa: PTH110
        pytest.skip("no /dev/full")
    shop.sync()

    done = shop.run("bash", "-c", f"{sys.executable} -m driftguard check > /dev/full")

    assert done.code == 3
    assert "Traceback" not in done.err
    assert done.err == "driftguard: standard output cannot be written: No space left on device\n"


@pytest.mark.parametrize("words", ["--help", "--version", "check --help"])
@pytest.mark.parametrize("unbuffered", ["", "1"])
def test_help_that_nobody_gets_is_no_success(shop: Project, words: str, unbuffered: str) -> None:
    if not os.path.exists("/dev/full"):  # noqa: PTH110
        pytest.skip("no /dev/full")
    command = f"{sys.executable} -m driftguard {words} > /dev/full"

    done = shop.run("bash", "-c", command, PYTHONUNBUFFERED=unbuffered)

    assert done.code == 3
    assert "No space left on device" in done.err
    assert done.err.count("\n") == 1


def test_a_closed_standard_output_is_no_traceback(shop: Project) -> None:
    shop.sync()

    done = shop.run("bash", "-c", f"{sys.executable} -m driftguard check --extra nope >&-")

    assert (done.code, "Traceback" in done.err) == (3, False), done


def test_a_working_directory_that_is_gone_is_one_line(shop: Project) -> None:
    done = shop.run("bash", "-c", f"mkdir gone; cd gone; rmdir ../gone; {sys.executable} -m driftguard check")

    assert done.code == 3
    assert "Traceback" not in done.err
    assert "bug" not in done.err


def test_a_path_that_no_system_takes_is_one_line(shop: Project) -> None:
    done = shop.driftguard("check", "--lock", "x" * 5_000)

    assert done.code == 3
    assert "bug" not in done.err


def test_names_that_the_locale_cannot_write_are_escaped(shop: Project) -> None:
    shop.sync()
    (shop.site / "~umpyé").mkdir()

    done = shop.driftguard("check", LC_ALL="C", PYTHONUTF8="0", PYTHONIOENCODING="ascii")

    assert done.code == 0
    assert "~umpy\\" in done.out


def test_nothing_heavy_is_imported_for_help() -> None:
    code = "import sys; from driftguard.cli import main; main(['rule', '--help']); print(sorted(sys.modules))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)

    for heavy in ("packaging", "yaml", "tomli", "subprocess", "email", "importlib.metadata"):
        assert f"'{heavy}'" not in done.stdout
