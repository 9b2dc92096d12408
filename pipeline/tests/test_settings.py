import subprocess
import sys
from pathlib import Path

import pytest

from hawks_pipeline import settings
from hawks_pipeline.errors import UsageError


@pytest.fixture
def dotenv(tmp_path: Path) -> Path:
    path = tmp_path / ".env"
    path.write_text(
        "HAWKS_TEAM=BOS\nHAWKS_SEED=3\nNBA_API_PROXY=http://user:secret@proxy\nOTHER=$HAWKS_TEAM\n"
    )
    return path


def test_nothing_said_is_a_simulated_night_of_atlanta(tmp_path: Path) -> None:
    read = settings.read({}, {}, tmp_path / ".env")

    assert (read.team, read.described_source, read.simulated) == ("ATL", "simulated (seed 7)", True)
    assert (read.out, read.recording, read.log_json) == (Path("out"), None, False)


@pytest.mark.parametrize(
    ("options", "environment", "team"),
    [
        pytest.param({"team": "chi"}, {"HAWKS_TEAM": "CLE"}, "CHI", id="the command line"),
        pytest.param({"team": None}, {"HAWKS_TEAM": "CLE"}, "CLE", id="then the environment"),
        pytest.param({"team": None}, {}, "BOS", id="then the file"),
    ],
)
def test_who_is_heard_first(
    dotenv: Path, options: dict[str, str | None], environment: dict[str, str], team: str
) -> None:
    read = settings.read(options, environment, dotenv)

    assert (read.team, read.seed) == (team, 3)


def test_the_file_holds_what_is_ours_and_nba_apis(dotenv: Path) -> None:
    assert settings.dotenv(dotenv) == {
        "HAWKS_TEAM": "BOS",
        "HAWKS_SEED": "3",
        "NBA_API_PROXY": "http://user:secret@proxy",
    }


@pytest.mark.parametrize(
    ("options", "environment", "told"),
    [
        ({"team": "Hawks"}, {}, "--team: not three letters, like ATL"),
        ({"source": "espn"}, {}, "--source: not one of live, recorded, simulated"),
        ({}, {"HAWKS_SEED": "hunter2"}, "HAWKS_SEED: not a whole number below a billion"),
        ({}, {"HAWKS_LOG_JSON": "maybe"}, "HAWKS_LOG_JSON: neither yes nor no"),
        ({}, {"HAWKS_PASSWORD": "hunter2"}, "no such setting: HAWKS_PASSWORD"),
    ],
)
def test_what_cannot_be_used_is_named_but_not_repeated(
    tmp_path: Path, options: dict[str, str], environment: dict[str, str], told: str
) -> None:
    with pytest.raises(UsageError) as caught:
        settings.read(options, environment, tmp_path / ".env")

    assert str(caught.value) == told


@pytest.mark.parametrize(
    ("content", "told"),
    [
        (b"\xff\xfeH\x00A\x00", "not UTF-8"),
        (b"NBA_API_PROXY=http://hunter2\x00\n", "NBA_API_PROXY: a NUL character"),
        (b"HAWKS_OUT=hunter2\x00\n", "HAWKS_OUT: a NUL character"),
    ],
)
def test_a_file_that_cannot_be_used(tmp_path: Path, content: bytes, told: str) -> None:
    file = tmp_path / ".env"
    file.write_bytes(content)
    with pytest.raises(UsageError) as caught:
        settings.dotenv(file)

    assert str(caught.value).endswith(told)
    assert "hunter2" not in str(caught.value)


@pytest.mark.parametrize(
    ("content", "line", "name"),
    [
        pytest.param('HAWKS_SEED="hunter2\n', 1, "HAWKS_SEED", id="a quote not closed"),
        pytest.param("A=1\n\nexport HAWKS_OUT='hunter2\nB=2\n", 3, "HAWKS_OUT", id="in the middle"),
        pytest.param('NBA_API_PROXY="http://hunter2"\'\n', 1, "NBA_API_PROXY", id="something after it"),
    ],
)
def test_a_line_that_cannot_be_read_is_not_passed_over(
    tmp_path: Path, content: str, line: int, name: str
) -> None:
    file = tmp_path / ".env"
    file.write_text(content)
    with pytest.raises(UsageError) as caught:
        settings.dotenv(file)

    assert f"{file}, line {line}: {name} cannot be read: is a quote not closed" in str(caught.value)
    assert 'Write NAME=value or NAME="value"' in str(caught.value)
    assert "hunter2" not in str(caught.value)


def test_what_others_cannot_read_of_theirs_is_theirs(tmp_path: Path) -> None:
    file = tmp_path / ".env"
    file.write_text('OTHER="1\nHAWKS_TEAM=BOS\n')

    assert settings.dotenv(file) == {"HAWKS_TEAM": "BOS"}


def test_a_plan_of_faults_is_read_at_once_and_nothing_heavy_with_it(tmp_path: Path) -> None:
    program = (
        "import sys; from pathlib import Path; from hawks_pipeline import settings; "
        "settings.read({'faults': 'html@scoreboardv3*2,500'}, {}, Path('.env')); "
        "print({'numpy', 'pandas', 'nba_api', 'requests'} & set(sys.modules))"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)

    assert done.stdout.strip() == "set()"
    with pytest.raises(UsageError, match="HAWKS_FAULTS: not a fault: 'flood'"):
        settings.read({}, {"HAWKS_FAULTS": "flood"}, tmp_path / ".env")


@pytest.mark.parametrize(("text", "on"), [("1", True), ("yes", True), ("False", False), ("", False)])
def test_a_switch(tmp_path: Path, text: str, on: bool) -> None:  # noqa: FBT001
    assert settings.read({}, {"HAWKS_LOG_JSON": text}, tmp_path / ".env").log_json is on
