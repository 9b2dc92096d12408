"""The program that runs a probe: the only code of ours that runs with the packages of the judged environment.

It reads what to do as JSON from standard input and writes what came of it as one line of JSON to a descriptor
of its own, so that nothing the probed code prints can be taken for the answer. It keeps the working directory
out of `sys.path`, as it is for an installed command. The audit hook refuses the network and notes which files
are opened, which folders are listed, and whether programs are started: Python's own doors, not those of
native code.

SCRIPT must run on CPython 3.8 and newer.
"""

SCRIPT = r"""
import os, sys
if sys.path and sys.path[0] == "":
    del sys.path[0]
given = int(sys.argv[1])
sys.argv = ["driftguard-probe"]
import json
spec = json.loads(sys.stdin.buffer.read().decode("utf-8"))
answering = os.dup(given)
os.close(given)
own = os.getpid()

import faulthandler, signal, warnings
faulthandler.enable(all_threads=False)
signal.alarm(int(spec["timeout"]) + 5)
os.environ.pop("DISPLAY", None)
os.environ.pop("WAYLAND_DISPLAY", None)

LONGEST, MOST = 2000, 50
refused, opened, written, warned = [], {}, set(), []
listed, started = {}, []
STARTS = ("subprocess.Popen", "os.system", "os.exec", "os.fork", "os.forkpty", "os.posix_spawn", "os.spawn")

def audit(event, arguments):
    if event in STARTS:
        # `ctypes.util.find_library` asks ldconfig, which rests on the loader's cache alone.
        if not (event == "subprocess.Popen" and str(arguments[0]).endswith("/ldconfig")):
            started.append(event)
    elif event in ("os.listdir", "os.scandir"):
        path = os.fsdecode(arguments[0]) if isinstance(arguments[0], (str, bytes)) else "."
        if len(listed) < 20000:
            listed[os.path.abspath(path)] = None
    elif event == "open":
        path, _, flags = arguments
        if isinstance(path, bytes):
            path = os.fsdecode(path)
        if isinstance(path, str):
            path = os.path.abspath(path)
            if isinstance(flags, int) and flags & (os.O_WRONLY | os.O_RDWR):
                written.add(path)
            elif len(opened) < 20000:
                opened[path] = None
    elif event.startswith("socket.") and not spec["network"]:
        if event in ("socket.getaddrinfo", "socket.gethostbyname", "socket.gethostbyaddr"):
            refuse("%s" % (arguments[0],))
        elif event in ("socket.connect", "socket.sendto", "socket.sendmsg"):
            address = arguments[1]
            if isinstance(address, tuple) and address:
                refuse("%s:%s" % address[:2] if len(address) > 1 else "%s" % address)

def refuse(address):
    if len(refused) < MOST and address not in refused:
        refused.append(address[:LONGEST])
    raise PermissionError("the network is closed to this probe (%s)" % address[:200])

QUIET = (DeprecationWarning, PendingDeprecationWarning, FutureWarning, SyntaxWarning, ResourceWarning)

def show(message, category, filename, lineno, file=None, line=None):
    if not issubclass(category, QUIET) and len(warned) < MOST:
        warned.append([category.__name__, str(message)[:LONGEST], str(filename), int(lineno)])

def load(name):
    __import__(name)
    return sys.modules[name]

def find(target):
    module, _, name = target.partition(":")
    there = load(module)
    for part in name.split("."):
        there = getattr(there, part)
    return there

def check(good, what):
    if not good:
        raise AssertionError(what)

def parquet():
    import io
    import pandas
    table = pandas.DataFrame({
        "number": [1, 2, 3], "share": [0.5, 0.25, -1.0], "name": ["a", "b\u00e9", ""],
        "day": pandas.to_datetime(["2024-11-15", "2024-11-18", "2024-12-01"]),
    })
    stream = io.BytesIO()
    table.to_parquet(stream)
    stream.seek(0)
    again = pandas.read_parquet(stream)
    for column in table:
        check(list(again[column]) == list(table[column]), "the column `%s` came back changed" % column)
    return "with " + next((one for one in ("pyarrow", "fastparquet") if one in sys.modules), "an engine")

def matplotlib():
    import io
    import matplotlib.pyplot as plot
    figure, axes = plot.subplots()
    axes.plot([1, 2, 3], [1, 4, 9])
    axes.set_title("probe")
    stream = io.BytesIO()
    figure.savefig(stream, format="png")
    plot.close(figure)
    data = stream.getvalue()
    check(data[:8] == b"\x89PNG\r\n\x1a\n" and len(data) > 1000, "no picture was written")
    return "backend " + sys.modules["matplotlib"].get_backend()

def numeric():
    from importlib.util import find_spec
    names = ("numpy", "pandas", "scipy", "sklearn")
    there = [name for name in names if find_spec(name) is not None]
    if not there:
        load("numpy")
    import numpy
    matrix = numpy.array([[2.0, 1.0], [1.0, 3.0]])
    check(numpy.allclose(matrix @ numpy.linalg.solve(matrix, [3.0, 5.0]), [3.0, 5.0]), "numpy solves wrongly")
    if "pandas" in there:
        import pandas
        frame = pandas.DataFrame({"team": ["a", "b", "a"], "made": numpy.array([1.0, 2.0, 3.0])})
        sums = frame.groupby("team")["made"].sum()
        check(list(sums) == [4.0, 2.0], "pandas sums wrongly")
        check(float(numpy.asarray(frame["made"]).sum()) == 6.0, "pandas and numpy differ")
    if "scipy" in there:
        import scipy.linalg, scipy.sparse
        check(numpy.allclose(scipy.linalg.inv(matrix) @ matrix, numpy.eye(2)), "scipy inverts wrongly")
        check(scipy.sparse.csr_matrix(matrix).sum() == 7.0, "scipy sums wrongly")
    if "sklearn" in there:
        from sklearn.linear_model import LinearRegression
        given = numpy.arange(8.0).reshape(-1, 1)
        if "pandas" in there:
            given = pandas.DataFrame({"x": given[:, 0]})
        model = LinearRegression().fit(given, numpy.arange(8.0) * 2 + 1)
        check(numpy.allclose(model.predict(given), numpy.arange(8.0) * 2 + 1), "scikit-learn fits wrongly")
    return "with " + ", ".join(there)

def run():
    kind, targets = spec["kind"], spec["targets"]
    if kind == "ready":
        return {"parquet": parquet, "matplotlib": matplotlib, "numeric": numeric}[targets[0]]()
    if kind == "symbol":
        find(targets[0])
    elif kind == "call":
        find(targets[0])(*spec["arguments"])
    else:
        for target in targets:
            load(target)
    return ""

def shown(error):
    text = "%s: %s" % (type(error).__name__, error) if str(error) else type(error).__name__
    return text[:LONGEST]

def trace(error):
    frames, at = [], error.__traceback__
    while at is not None:
        frames.append((at.tb_frame.f_code.co_filename, at.tb_lineno or 0))
        at = at.tb_next
    if isinstance(error, SyntaxError) and error.filename:
        frames.append((error.filename, error.lineno or 0))
    return [list(one) for one in frames if not one[0].startswith("<")][-MOST:]

def failure(error):
    root = error
    for _ in range(MOST):
        further = root.__cause__ or (None if root.__suppress_context__ else root.__context__)
        if further is None or further is root:
            break
        root = further
    missing = root if isinstance(root, ModuleNotFoundError) else error
    name = getattr(missing, "name", None) if isinstance(missing, ModuleNotFoundError) else None
    return {
        "error": shown(error),
        "root": shown(root) if root is not error else "",
        "module": str(name or ""),
        "memory": isinstance(error, MemoryError) or isinstance(root, MemoryError),
        "frames": trace(error) or trace(root),
    }

def libraries():
    found = []
    try:
        with open("/proc/self/maps") as stream:
            for line in stream:
                path = line.rstrip("\n").split(None, 5)[5:]
                if path and path[0].startswith("/"):
                    found.append(path[0])
    except OSError:
        pass
    return found

def modules():
    for one in list(sys.modules.values()):
        path = getattr(one, "__file__", None)
        if isinstance(path, str):
            yield path

warnings.showwarning = show
sys.addaudithook(audit)
answer = {"failure": None, "spoke": ""}
try:
    answer["spoke"] = run()
except BaseException as error:
    answer["failure"] = failure(error)
if os.getpid() != own:
    os._exit(0)
answer["token"] = spec["token"]
answer["warned"], answer["refused"] = warned, refused
if answer["failure"] is None:
    loaded = set(libraries()) | set(modules())
    files = sorted((set(opened) | loaded) - written)
    folders = sorted({os.path.dirname(path) for path in loaded} | set(map(str, sys.path)) | set(listed))
    few = sum(map(len, files)) + sum(map(len, folders)) < 1000000 and max(len(opened), len(listed)) < 20000
    answer["traced"] = [files, folders] if few and not started else None
data = ("\n" + json.dumps(answer) + "\n").encode("ascii")
while data:
    data = data[os.write(answering, data):]
for stream in (sys.stdout, sys.stderr):
    try:
        stream.flush()
    except Exception:
        pass
os._exit(0)
"""
