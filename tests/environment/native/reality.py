"""Ask the real dynamic loader: open each file in a process of its own, as `import` would, and run nothing of it."""

import json
import subprocess
import sys
from collections.abc import Iterable
from pathlib import Path

from tests.environment.builders import clean

_SCRIPT = """
import ctypes, json, os, sys
for path in json.load(sys.stdin):
    reader, writer = os.pipe()
    child = os.fork()
    if not child:
        try:
            ctypes.CDLL(path, mode=os.RTLD_NOW)
            told = ""
        except OSError as error:
            told = str(error)
        os.write(writer, told.encode())
        os._exit(0)
    os.close(writer)
    with os.fdopen(reader) as stream:
        told = stream.read()
    _, status = os.waitpid(child, 0)
    print(json.dumps([path, told if not status else "died of %d" % status]))
"""


def refusals(
    paths: Iterable[str | Path], *, python: str | Path = sys.executable, **variables: str
) -> dict[str, str]:
    """Return what the loader says of each file that it does not open, by path."""
    done = subprocess.run(
        [str(python), "-I", "-S", "-c", _SCRIPT],
        input=json.dumps([str(path) for path in paths]),
        env=clean(**variables),
        capture_output=True,
        text=True,
        check=False,
        timeout=600,
    )
    assert done.returncode == 0, done.stderr
    told = dict(json.loads(line) for line in done.stdout.splitlines())
    return {path: why for path, why in told.items() if why}
