"""Load extension modules, each alone in a child of its own; run by the interpreter that is judged, 3.8 or later.

Reads lines of JSON from standard input, `[name, file, parents, then]`; writes a line of JSON for each to standard
output. A child that is asked for `parents` imports the packages above the module as Python would; without, empty
packages stand in for them, so that the module is all that is executed. `then` is a statement to be executed after it.
Nothing is imported before the children are made.
"""

from __future__ import annotations

import importlib
import importlib.machinery
import json
import os
import select
import signal
import sys
import time
import types

MOST = 60.0
"""Seconds that a module may take."""
LENGTH = 600
"""So many characters of each line of standard error are kept."""


def main() -> None:
    """Answer every line of standard input."""
    out = os.dup(1)
    nothing = os.open(os.devnull, os.O_RDWR)
    os.dup2(nothing, 1)
    for line in sys.stdin.read().splitlines():
        name, path, parents, then = json.loads(line)
        began = time.monotonic()
        answer = in_a_child(name, path, parents, then)
        answer["seconds"] = time.monotonic() - began
        os.write(out, json.dumps([name, answer]).encode() + b"\n")


def in_a_child(name: str, path: str, parents: bool, then: str) -> dict[str, object]:
    """Load one module in a fork and return what became of it."""
    answer, told = os.pipe()
    errors = os.memfd_create("errors")
    child = os.fork()
    if not child:
        os.setpgid(0, 0)
        os.dup2(errors, 2)
        os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
        os.write(told, json.dumps(load(name, path, parents, then)).encode() + b"\n")
        os._exit(0)
    os.close(told)
    text = read_line(answer)
    status = end(child)
    os.close(answer)
    with open(errors, "rb") as file:  # noqa: PTH123 - a descriptor
        file.seek(0)
        lines = file.read().decode("utf-8", "replace").splitlines()
    found: dict[str, object] = (
        json.loads(text) if text else {"error": died(status), "chain": [], "missing": []}
    )
    return {**found, "lines": [one[:LENGTH] for one in lines if one.strip()][-60:]}


def read_line(pipe: int) -> bytes:
    """Read up to the end of a line or of the pipe; return nothing when the time is over before."""
    text = b""
    ends = time.monotonic() + MOST
    while not text.endswith(b"\n"):
        ready, _, _ = select.select([pipe], [], [], max(ends - time.monotonic(), 0))
        data = os.read(pipe, 65536) if ready else b""
        if not data:
            return b""
        text += data
    return text


def end(child: int) -> int:
    """Wait for a child that has answered or died, end one that has not; return its status."""
    for _ in range(50):
        done, status = os.waitpid(child, os.WNOHANG)
        if done:
            return status
        time.sleep(0.001)
    os.killpg(child, signal.SIGKILL)
    return os.waitpid(child, 0)[1]


def died(status: int) -> str:
    """Say how a child ended that gave no answer."""
    if os.WIFSIGNALED(status):
        number = os.WTERMSIG(status)
        return "timeout" if number == signal.SIGKILL else "signal " + signal.Signals(number).name
    return "exit {}".format(os.WEXITSTATUS(status))  # noqa: UP032


def load(name: str, path: str, parents: bool, then: str) -> dict[str, object]:
    """Load one module and return `error` (empty if there is none), `at` and `missing`.

    `at` is the extension module that failed first, `missing` what an ImportError could not find; `later` says
    that the module was loaded before.
    """
    failed: list[tuple[str, BaseException]] = []
    watch(failed)
    later = False
    try:
        if not parents:
            stub(name, path)
        importlib.import_module(name)
        if then:
            later = True
            top = name.split(".", maxsplit=1)[0]
            exec(then, {top: sys.modules[top]})
    except BaseException as error:  # noqa: BLE001 - a module may raise anything, SystemExit too
        chain = causes(error)
        missing = [str(one.name) for one in chain if isinstance(one, ModuleNotFoundError) and one.name]
        texts = [described(one) for one in chain]
        # What somebody caught on the way is not what it fails of.
        at = next((one for one, why in failed if any(why is other for other in chain)), "")
        return {"error": texts[0], "chain": texts, "at": at, "missing": missing, "later": later}
    return {"error": "", "at": "", "missing": []}


def described(error: BaseException) -> str:
    """Return an error as the last line of a traceback has it."""
    kind = type(error)
    where = "" if kind.__module__ == "builtins" else kind.__module__ + "."
    text = str(error)
    return where + kind.__qualname__ + (": " + text if text else "")


def causes(error: BaseException) -> list[BaseException]:
    """Return an error and those it hides."""
    chain: list[BaseException] = []
    one: BaseException | None = error
    while one is not None and len(chain) < 10:
        chain.append(one)
        one = one.__cause__ or one.__context__
    return chain


def watch(failed: list[tuple[str, BaseException]]) -> None:
    """Write down which extension module fails; the innermost comes first."""
    loader = importlib.machinery.ExtensionFileLoader
    for step in ("create_module", "exec_module"):
        setattr(loader, step, watched(getattr(loader, step), failed))


def watched(step: object, failed: list[tuple[str, BaseException]]) -> object:
    """Return a step of the loader that writes down the module it fails for."""

    def wrapper(self: importlib.machinery.ExtensionFileLoader, given: object) -> object:
        try:
            return step(self, given)  # type: ignore[operator]
        except BaseException as error:
            failed.append((self.name, error))
            raise

    return wrapper


def stub(name: str, path: str) -> None:
    """Let empty packages stand for those above a module; each knows only its folder."""
    parts = name.split(".")
    for depth in range(1, len(parts)):
        package = types.ModuleType(".".join(parts[:depth]))
        folder = path
        for _ in range(len(parts) - depth):
            folder = os.path.dirname(folder)  # noqa: PTH120
        package.__path__ = [folder]
        sys.modules[package.__name__] = package
        if depth > 1:
            setattr(sys.modules[".".join(parts[: depth - 1])], parts[depth - 1], package)


if __name__ == "__main__":
    main()
