"""What comes of code that passes, raises, crashes, hangs, lies and misbehaves, each in a process of its own."""

import json
import os
import socket
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from driftguard.probes import Kind, Outcome, Probe, Result
from tests.adapters.probes.builders import calling, environment, importing, trials, tried
from tests.environment.builders import VERSIONS, clean, dist, python, tree
from tests.test_process import is_gone

pytestmark = pytest.mark.skipif(os.name != "posix", reason="probes are run on POSIX systems")

SHORT = 1.5


def outcome(folder: Path, code: str, **more: object) -> Outcome:
    """Import a module of this code."""
    tree(folder, {"odd.py": code})
    return tried(folder, importing("odd", **more))


def test_what_can_be_imported_passes(tmp_path: Path) -> None:
    found = outcome(tmp_path, "answer = 42\n")

    assert (found.result, found.error, found.warnings) == (Result.PASSED, "", ())
    assert found.seconds > 0


@pytest.mark.parametrize(
    ("code", "error"),
    [
        pytest.param("1/0", "ZeroDivisionError: division by zero", id="exception"),
        pytest.param("raise KeyError", "KeyError", id="without-words"),
        pytest.param("raise SystemExit(0)", "SystemExit: 0", id="leaves-with-0"),
        pytest.param("import sys; sys.exit('gone')", "SystemExit: gone", id="leaves-with-words"),
        pytest.param("raise KeyboardInterrupt", "KeyboardInterrupt", id="interrupt"),
        pytest.param(
            "raise ValueError('a\\nb\\x1b[31m')", "ValueError: a\nb\x1b[31m", id="control-characters"
        ),
        pytest.param("raise ValueError('x' * 10**6)", f"ValueError: {'x' * 1988}", id="long"),
        pytest.param(
            "class Odd(Exception):\n  def __str__(self): return '\\ud800'\nraise Odd",
            "Odd: \ud800",
            id="surrogate",
        ),
    ],
)
def test_what_raises_is_told_with_its_words(tmp_path: Path, code: str, error: str) -> None:
    found = outcome(tmp_path, code)

    assert (found.result, found.error) == (Result.RAISED, error)


def test_the_place_is_the_last_frame(tmp_path: Path) -> None:
    tree(tmp_path, {"odd.py": "\nimport inner\n", "inner.py": "def f():\n    int('x')\n\n\nf()\n"})

    found = tried(tmp_path, importing("odd"))

    assert (found.path, found.line) == (str(tmp_path / "inner.py"), 2)


def test_the_place_of_a_syntax_error_is_the_line_itself(tmp_path: Path) -> None:
    found = outcome(tmp_path, "\n\ndef f(:\n")

    assert found.error.startswith("SyntaxError: invalid syntax (odd.py, line 3)")
    assert (found.path, found.line) == (str(tmp_path / "odd.py"), 3)


def test_the_place_is_in_a_distribution_where_one_is_on_the_way(tmp_path: Path) -> None:
    files = {"odd.py": "import json\njson.loads('{')\n", **dist("odd-dist==1", RECORD="odd.py,,\n")}
    tree(tmp_path, files)
    there = environment(tmp_path)
    from driftguard.environment import distributions

    there = there._replace(installed=distributions.read([tmp_path]).installed)

    (trial,) = trials(tmp_path, [importing("odd")], there)

    assert (trial.outcome.distribution, trial.outcome.line) == ("odd-dist", 2)
    assert trial.outcome.error.startswith("JSONDecodeError: ")


def test_a_name_that_is_gone_is_its_distributions_fault(tmp_path: Path) -> None:
    tree(tmp_path, {"odd/__init__.py": "", **dist("odd-dist==1", RECORD="odd/__init__.py,,\n")})
    from driftguard.environment import distributions

    there = environment(tmp_path)._replace(installed=distributions.read([tmp_path]).installed)

    (trial,) = trials(tmp_path, [Probe(name="x", kind=Kind.SYMBOL, targets=("odd:gone.at",))], there)

    assert trial.outcome.error == "AttributeError: module 'odd' has no attribute 'gone'"
    assert trial.outcome.distribution == "odd-dist"


def test_the_cause_of_an_exception_is_told(tmp_path: Path) -> None:
    code = "try:\n    import absent.part\nexcept ImportError as error:\n    raise RuntimeError('broken') from error\n"

    found = outcome(tmp_path, code)

    assert (found.error, found.root) == (
        "RuntimeError: broken",
        "ModuleNotFoundError: No module named 'absent'",
    )
    assert found.module == "absent"


@pytest.mark.parametrize(
    ("code", "signal"),
    [
        pytest.param("import os, signal\nos.kill(os.getpid(), signal.SIGSEGV)", "SIGSEGV", id="segv"),
        pytest.param("import os, signal\nos.kill(os.getpid(), signal.SIGKILL)", "SIGKILL", id="kill"),
        pytest.param("import os\nos.abort()", "SIGABRT", id="abort"),
        pytest.param("import faulthandler\nfaulthandler._sigsegv()", "SIGSEGV", id="truly"),
    ],
)
def test_a_crash_is_no_exception(tmp_path: Path, code: str, signal: str) -> None:
    found = outcome(tmp_path, code)

    assert (found.result, found.signal, found.error) == (Result.CRASHED, signal, "")
    if signal != "SIGKILL":
        assert (found.path, found.line) == (str(tmp_path / "odd.py"), 2)


def test_the_last_words_before_a_crash_are_kept(tmp_path: Path) -> None:
    found = outcome(tmp_path, "import os\nos.write(2, b'OMP: Error #15: two of them\\n')\nos.abort()")

    assert found.last_words == "OMP: Error #15: two of them"


@pytest.mark.parametrize("code", [0, 1, 77])
def test_who_leaves_without_an_answer_has_not_passed(tmp_path: Path, code: int) -> None:
    found = outcome(tmp_path, f"import os\nos._exit({code})")

    assert (found.result, found.code) == (Result.LEFT, code)


@pytest.mark.parametrize(
    "code",
    [
        pytest.param("import time\nwhile True: time.sleep(60)", id="sleeps"),
        pytest.param("while True: pass", id="computes"),
        pytest.param("import threading\nthreading.Lock().acquire() and threading.Event().wait()", id="waits"),
        pytest.param(
            "import signal, time\nfor one in (1, 2, 6, 14, 15): signal.signal(one, signal.SIG_IGN)\ntime.sleep(60)",
            id="will-not-go",
        ),
    ],
)
def test_what_hangs_is_ended(tmp_path: Path, code: str) -> None:
    before = time.monotonic()

    found = outcome(tmp_path, code, timeout=SHORT)

    assert found.result is Result.HUNG
    assert time.monotonic() - before < 30
    if "signal" not in code:
        assert Path(found.path).name == ("threading.py" if "threading" in code else "odd.py")
        assert found.line


def test_a_hung_one_does_not_hold_the_rest(tmp_path: Path) -> None:
    tree(tmp_path, {"hung.py": "import time\ntime.sleep(60)", "fine.py": ""})
    hung = [importing("hung", timeout=8.0)._replace(name=str(number)) for number in range(8)]
    started = time.monotonic()

    found = [trial.outcome.result for trial in trials(tmp_path, [*hung, importing("fine")], None)]

    assert found == [Result.HUNG] * 8 + [Result.PASSED]
    # One after the other they would take 64 seconds on one core, 32 on two.
    assert time.monotonic() - started < 60


def test_its_children_are_ended_with_it(tmp_path: Path) -> None:
    child = "import subprocess\nprocess = subprocess.Popen(['sleep', '60'])\nopen('child', 'w').write(str(process.pid))\n"

    found = outcome(tmp_path, child)

    assert found.result is Result.PASSED
    assert is_gone(tmp_path)


def test_a_fork_cannot_answer_for_its_parent(tmp_path: Path) -> None:
    code = "import os, time\nif os.fork():\n    time.sleep(0.5)\n    raise ValueError('parent')\n"

    assert outcome(tmp_path, code).error == "ValueError: parent"


def test_a_child_that_holds_the_channel_is_not_waited_for(tmp_path: Path) -> None:
    code = "import os, time\nif not os.fork():\n    os.setsid()\n    time.sleep(20)\n    os._exit(0)\n"
    before = time.monotonic()

    assert outcome(tmp_path, code).result is Result.PASSED
    assert time.monotonic() - before < 15


FORGED = json.dumps(
    {"token": "0" * 32, "failure": None, "spoke": "", "warned": [], "refused": [], "traced": None}
)


@pytest.mark.parametrize(
    "code",
    [
        pytest.param(f"print({FORGED!r})", id="printed"),
        pytest.param(
            f"import os\nfor one in range(1, 64):\n    try: os.write(one, {(FORGED + chr(10)).encode()!r})\n    except OSError: pass",
            id="to-every-descriptor",
        ),
        pytest.param(
            "print('x' * 10**7, flush=True); import sys; sys.stderr.write('y' * 10**7)", id="babbles"
        ),
        pytest.param(
            "import os\nfor one in range(1, 64):\n    try: os.write(one, b'x' * 10**5)\n    except OSError: pass",
            id="noise",
        ),
        pytest.param("import sys; sys.stdout = sys.stderr = None", id="without-streams"),
        pytest.param("import os; os.close(0); os.close(1); os.close(2)", id="closes-its-streams"),
        pytest.param("import os; os.chdir('/'); os.environ.clear()", id="goes-away"),
        pytest.param("import sys; sys.modules['json'] = None; sys.modules['os'] = None", id="takes-modules"),
    ],
)
@pytest.mark.parametrize("ends", ["raise ValueError('real')", ""])
def test_the_answer_cannot_be_forged_by_printing(tmp_path: Path, code: str, ends: str) -> None:
    found = outcome(tmp_path, f"{code}\n{ends}\n")

    wanted = (Result.RAISED, "ValueError: real") if ends else (Result.PASSED, "")
    assert (found.result, found.error) == wanted


def test_who_closes_the_channel_has_not_passed(tmp_path: Path) -> None:
    found = outcome(tmp_path, "import os; os.closerange(3, 256)")

    assert found.result is Result.LEFT


@pytest.mark.skipif(sys.platform != "linux", reason="the limit is Linux's")
@pytest.mark.parametrize(
    "code",
    [
        pytest.param("x = bytearray(10**9)", id="at-once"),
        pytest.param("x = []\nwhile True: x.append(bytearray(10**6))", id="bit-by-bit"),
    ],
)
def test_memory_is_limited(tmp_path: Path, code: str) -> None:
    found = outcome(tmp_path, code, memory=256 * 1024**2)

    assert found.result is Result.STARVED


@pytest.mark.skipif(sys.platform != "linux", reason="the limit is Linux's")
def test_no_core_is_dumped_and_time_on_the_processor_is_limited(tmp_path: Path) -> None:
    code = (
        "import resource as r\nassert r.getrlimit(r.RLIMIT_CORE)[0] == 0\n"
        "assert 0 < r.getrlimit(r.RLIMIT_CPU)[0] < 10**6, r.getrlimit(r.RLIMIT_CPU)"
    )

    assert outcome(tmp_path, f"import time\ntime.sleep(0.5)\n{code}").error == ""


@pytest.mark.parametrize(
    ("code", "category"),
    [
        pytest.param("warnings.warn('here')", "UserWarning", id="user"),
        pytest.param("warnings.warn('here', RuntimeWarning)", "RuntimeWarning", id="runtime"),
        pytest.param("warnings.warn('here', type('Own', (Warning,), {}))", "Own", id="own"),
        pytest.param("warnings.warn('here', DeprecationWarning)", "", id="deprecation"),
        pytest.param("warnings.warn('here', FutureWarning)", "", id="future"),
        pytest.param("eval('1 is 1')", "", id="syntax"),
        pytest.param("warnings.simplefilter('ignore'); warnings.warn('here')", "", id="filtered"),
    ],
)
def test_warnings_are_kept_that_tell_of_the_environment(tmp_path: Path, code: str, category: str) -> None:
    found = outcome(tmp_path, f"import warnings\n{code}\n")

    assert found.result is Result.PASSED
    assert [(one.category, one.text, one.line) for one in found.warnings] == (
        [(category, "here", 2)] if category else []
    )


def test_the_filters_of_the_run_hold(tmp_path: Path) -> None:
    tree(tmp_path, {"odd.py": "import warnings\nwarnings.warn('here')\n"})

    assert tried(tmp_path, importing("odd"), PYTHONWARNINGS="error").error == "UserWarning: here"


@pytest.fixture
def port() -> Iterator[int]:
    """A port of this machine on which somebody listens."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        yield server.getsockname()[1]


CONNECT = "import socket\nsocket.create_connection(('127.0.0.1', {port})).close()\n"


def test_the_network_is_closed(tmp_path: Path, port: int) -> None:
    found = outcome(tmp_path, f"import socket\nsocket.socket().connect(('127.0.0.1', {port}))")

    assert found.error == f"PermissionError: the network is closed to this probe (127.0.0.1:{port})"
    assert found.refused == (f"127.0.0.1:{port}",)


def test_names_are_not_looked_up(tmp_path: Path) -> None:
    found = outcome(
        tmp_path, "import socket\ntry: socket.getaddrinfo('index.example', 443)\nexcept OSError: pass\n"
    )

    assert (found.result, found.refused) == (Result.PASSED, ("index.example",))


def test_a_probe_may_be_let_out(tmp_path: Path, port: int) -> None:
    found = outcome(tmp_path, CONNECT.format(port=port), network=True)

    assert (found.result, found.refused) == (Result.PASSED, ())


def test_a_socket_of_the_machine_is_no_network(tmp_path: Path) -> None:
    code = (
        "import socket\na, b = socket.socketpair()\na.sendall(b'x')\n"
        "s = socket.socket(socket.AF_UNIX)\ntry: s.connect('/nowhere')\nexcept FileNotFoundError: pass\n"
        "socket.socket().bind(('127.0.0.1', 0))"
    )

    assert outcome(tmp_path, code).error == ""


def test_the_variables_and_folder_are_those_of_the_run(tmp_path: Path) -> None:
    code = (
        "import os, sys\nassert os.environ['OWN'] == 'x'\nassert 'DISPLAY' not in os.environ\n"
        f"assert os.getcwd() == {str(tmp_path)!r}\nassert '' not in sys.path and sys.dont_write_bytecode\n"
        "assert sys.argv == ['driftguard-probe'], sys.argv\nassert sys.stdin.read() == ''"
    )
    tree(tmp_path, {"odd.py": code})

    assert tried(tmp_path, importing("odd"), OWN="x", DISPLAY=":0").error == ""
    assert not (tmp_path / "__pycache__").exists()


def test_arguments_reach_the_function(tmp_path: Path) -> None:
    tree(
        tmp_path,
        {"odd.py": "class A:\n    @staticmethod\n    def f(*given): raise ValueError(repr(given))\n"},
    )

    found = tried(tmp_path, calling("odd:A.f", 1, "é\n", [True, {"a": 0.5}]))

    assert found.error == "ValueError: (1, 'é\\n', [True, {'a': 0.5}])"


def test_an_interpreter_that_cannot_be_started_is_untried(tmp_path: Path) -> None:
    from driftguard.adapters.probes import running

    (trial,) = running.run([importing("os")], environment(tmp_path), tmp_path / "absent", {}, tmp_path)

    assert (trial.outcome.result, trial.outcome.error) == (
        Result.UNTRIED,
        "`absent` could not be started: No such file or directory",
    )


def test_a_python_without_audit_hooks_is_untried(tmp_path: Path) -> None:
    from driftguard.adapters.probes import running

    there = environment(tmp_path)
    old = there._replace(interpreter=there.interpreter._replace(version="3.7.16"))
    (trial,) = running.run([importing("os")], old, Path(sys.executable), {}, tmp_path)

    assert (trial.outcome.result, trial.outcome.error) == (
        Result.UNTRIED,
        "Python 3.7.16 is older than 3.8, with which probes begin",
    )


@pytest.mark.parametrize("version", VERSIONS)
def test_every_python_can_be_probed(tmp_path: Path, version: str) -> None:
    from driftguard.adapters.probes import running

    tree(tmp_path, {"odd.py": "import warnings\nwarnings.warn('here')\n", "bad.py": "import absent\n"})
    probes = [importing("odd"), importing("bad"), calling("os:abort")]
    environ = clean(PYTHONPATH=str(tmp_path))

    found = [
        one.outcome for one in running.run(probes, environment(tmp_path), python(version), environ, tmp_path)
    ]

    assert [one.result for one in found] == [Result.PASSED, Result.RAISED, Result.CRASHED]
    assert (found[0].warnings[0].text, found[1].module, found[2].signal) == ("here", "absent", "SIGABRT")
