"""What no entry is about: errors of programs and data get no cause, and healthy logs no error."""

import pytest

from driftguard.explain.explanation import explain

FRAME = 'Traceback (most recent call last):\n  File "/srv/job.py", line 12, in main\n    work()\n'
LIBRARY = (
    'Traceback (most recent call last):\n  File "/srv/job.py", line 12, in main\n    table = read(path)\n'
    '  File "/env/lib/python3.11/site-packages/pandas/core/frame.py", line 4102, in __getitem__\n'
    "    indexer = self.columns.get_loc(key)\n"
)
ERRORS = (
    f"{FRAME}KeyError: 'points'",
    f"{FRAME}KeyError: 'numpy'",
    f"{FRAME}KeyError: 'PLAYER_ID'",
    f"{LIBRARY}KeyError: 'MINUTES'",
    f"{LIBRARY}ValueError: Length of values (3) does not match length of index (4)",
    f"{FRAME}ValueError: invalid literal for int() with base 10: 'n/a'",
    f"{FRAME}ValueError: the numpy version in the report must be a string",
    f"{FRAME}ValueError: could not convert string to float: 'numpy'",
    f"{FRAME}ValueError: time data '2024-13-01' does not match format '%Y-%m-%d'",
    f"{FRAME}ValueError: operands could not be broadcast together with shapes (3,) (4,)",
    f"{FRAME}ValueError: not enough values to unpack (expected 2, got 1)",
    f"{FRAME}TypeError: unsupported operand type(s) for +: 'int' and 'str'",
    f"{FRAME}TypeError: 'NoneType' object is not iterable",
    f"{FRAME}TypeError: 'NoneType' object is not subscriptable",
    f"{FRAME}TypeError: main() missing 1 required positional argument: 'season'",
    f"{FRAME}TypeError: main() got an unexpected keyword argument 'seson'",
    f"{FRAME}AttributeError: 'NoneType' object has no attribute 'group'",
    f"{FRAME}AttributeError: 'Team' object has no attribute 'version'",
    f"{FRAME}AttributeError: 'list' object has no attribute 'items'",
    f"{FRAME}AttributeError: 'DataFrame' object has no attribute 'three_pointers'",
    f"{FRAME}AttributeError: module 'config' has no attribute 'SEASON'",
    f"{FRAME}NameError: name 'season' is not defined",
    f"{FRAME}NameError: name 'file' is not defined",
    f"{FRAME}AttributeError: 'Config' object has no attribute 'has_key'",
    f"{FRAME}RuntimeError: 403 Client Error: Forbidden for url: https://api.example/games",
    f"{FRAME}IndexError: list index out of range",
    f"{FRAME}ZeroDivisionError: division by zero",
    f"{FRAME}AssertionError: expected 82 games, got 81",
    f"{FRAME}AssertionError: version 2 differs from version 3",
    f"{FRAME}FileNotFoundError: [Errno 2] No such file or directory: 'out/games.csv'",
    f"{FRAME}NotImplementedError: overtime",
    f"{FRAME}UnboundLocalError: cannot access local variable 'x' where it is not associated with a value",
    f"{FRAME}RuntimeError: dictionary changed size during iteration",
    f"{FRAME}RuntimeError: the import of the season 2024 failed",
    f"{FRAME}StopIteration",
    f"{FRAME}UnicodeDecodeError: 'utf-8' codec can't decode byte 0xe9 in position 4: invalid continuation byte",
    f"{FRAME}json.decoder.JSONDecodeError: Expecting value: line 1 column 1 (char 0)",
    f"{FRAME}sqlalchemy.exc.IntegrityError: (psycopg2.errors.UniqueViolation) duplicate key value violates unique constraint",
    f'{FRAME}sqlalchemy.exc.ProgrammingError: (psycopg2.errors.UndefinedTable) relation "games" does not exist',
    f"{FRAME}sqlite3.OperationalError: no such column: module",
    f"{FRAME}requests.exceptions.HTTPError: 500 Server Error: Internal Server Error for url: https://api.example/games",
    f"{FRAME}requests.exceptions.HTTPError: 403 Client Error: Forbidden for url: https://api.example/games",
    f"{FRAME}requests.exceptions.ReadTimeout: HTTPSConnectionPool(host='api.example', port=443): Read timed out. (read timeout=30)",
    f"{FRAME}ConnectionRefusedError: [Errno 111] Connection refused",
    f"{FRAME}django.core.exceptions.ValidationError: ['Enter a valid version.']",
    f"{FRAME}pydantic_core._pydantic_core.ValidationError: 1 validation error for Game\nhome\n  Field required [type=missing]",
    f"{FRAME}botocore.exceptions.ClientError: An error occurred (NoSuchKey) when calling the GetObject operation",
    f"{FRAME}subprocess.CalledProcessError: Command '['make', 'report']' returned non-zero exit status 2.",
    f"{FRAME}ours.errors.NoGamesError: no games were found for numpy night",
    f"{FRAME}ours.ModelError: model was compiled without a loss",
    f"{FRAME}jinja2.exceptions.UndefinedError: 'player' is undefined",
    f"{FRAME}yaml.scanner.ScannerError: mapping values are not allowed here",
    f"{FRAME}SystemExit: 2",
    f"{FRAME}KeyError: 'mse'",
    f"{FRAME}EOFError: Ran out of input",
    f"{FRAME}TypeError: score() got an unexpected keyword argument 'level'",
    f"{FRAME}AttributeError: 'Order' object has no attribute 'items'",
    f"{FRAME}ValueError: Invalid frequency: nightly",
    f"{FRAME}ImportError: cannot import name 'helper' from 'ours.tools' (/srv/ours/tools.py)",
    f"{FRAME}requests.exceptions.HTTPError: 404 Client Error: Not Found for url: https://api.example/games.json",
    f"{FRAME}requests.exceptions.HTTPError: 429 Client Error: Too Many Requests for url: https://api.example/games",
    f"{FRAME}sklearn.exceptions.NotFittedError: This StandardScaler instance is not fitted yet.",
    f"{LIBRARY}TypeError: Cannot compare tz-naive and tz-aware datetime-like objects",
    '  File "job.py", line 3\n    games: list =\n                 ^\nSyntaxError: invalid syntax',
    "  File \"job.py\", line 3\n    def score(game)\n                   ^\nSyntaxError: expected ':'",
    "ERROR: the report could not be written: column 'version' is missing",
    "error: 3 games have no numpy array of shots",
    "fatal: not a git repository (or any of the parent directories): .git",
    'HTTP/1.1" 500 Internal Server Error\nERROR: request failed: glibc and libstdc++ are only words here',
    "2026-11-24 02:00:01,123 ERROR app.jobs: job failed: ValueError: the pip version field is empty",
    "make: *** [Makefile:12: report] Error 1\nERROR: make failed",
    "FAILED: the shop is closed",
    "E       AssertionError: assert 'numpy' == 'pandas'",
)
HEALTHY = (
    "",
    "\n\n\n",
    "2026-11-24 02:00:01,123 INFO app: 1230 games in 3.2 s, 0 errors\n2026-11-24 02:00:04,000 INFO app: done\n",
    "Collecting numpy\n  Downloading numpy-2.4.6-cp311-cp311-manylinux_2_28_x86_64.whl (16 MB)\nSuccessfully installed numpy-2.4.6\n",
    "Resolved 62 packages in 3ms\nInstalled 62 packages in 40ms\n + numpy==2.4.6\n",
    "============ 412 passed, 3 skipped in 12.3s ============\n",
    "test_error_is_shown PASSED\ntest_no_module_named_is_shown PASSED\n",
    "INFO handled ValueError: retrying in 3 s\nDEBUG ModuleNotFoundError: No module named 'orjson'; using json\n",
    "the team was not found in the playoffs; a killed clock; a library of plays\n",
    "0 errors, 0 warnings\nNo errors found\n",
)


@pytest.mark.parametrize("text", ERRORS)
def test_an_error_of_a_program_or_its_data_is_not_known(text: str) -> None:
    answer = explain(text)

    assert answer.explained == ()
    assert len(answer.unknown) == 1


@pytest.mark.parametrize("text", HEALTHY)
def test_a_healthy_log_has_no_error_text(text: str) -> None:
    answer = explain(text)

    assert (answer.found, answer.explained, answer.unknown) == (0, (), ())


def test_there_are_enough_texts_that_nobody_knows() -> None:
    assert len(set(ERRORS)) >= 40
