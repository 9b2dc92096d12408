"""Ask an interpreter about itself."""

import json
import re

from driftguard.environment import header
from driftguard.environment.facts import Facts, checked
from driftguard.environment.script import FLAGS, SCRIPT
from driftguard.environment.target import Target
from driftguard.errors import ProcessError, TargetError
from driftguard.process import Completed, Running, run

TIMEOUT = 30.0
_MUSL_TIMEOUT = 5.0
_MUSL_VERSION = re.compile(r"^Version (\d{1,9}\.\d{1,9})", re.MULTILINE)
_NOT_STARTED = (126, 127)
"""What a shell (so also pyenv's shims) ends with when it cannot start what it should; it says why at once."""
# A macOS interpreter that was built for 10.x is otherwise told that it runs on 10.16.
_TRUTHFUL = {"SYSTEM_VERSION_COMPAT": "0"}


def begin(target: Target) -> Running:
    """Ask the target's interpreter, without waiting. Raises TargetError when it cannot be started."""
    try:
        return Running([target.python, *FLAGS, "-c", SCRIPT], environment=_TRUTHFUL, timeout=TIMEOUT)
    except ProcessError as error:
        raise TargetError(f"{_name(target)} does not answer: {error.message}") from None


def answer(target: Target, asked: Running) -> Facts:
    """Return what the interpreter that was `asked` says. Raises TargetError when it does not answer."""
    name = _name(target)
    try:
        done = asked.finish()
    except ProcessError as error:
        raise TargetError(f"{name} does not answer: {error.message}") from None
    if done.returncode != 0:
        raise TargetError(f"{name} {_failure(done)}")
    facts = checked(_decoded(done.stdout))
    if facts is None:
        raise TargetError(f"{name} does not answer as Python does: it printed {_shortened(done.last_words)}")
    return facts._replace(libc=_musl(facts)) if not facts.libc else facts


def _name(target: Target) -> str:
    return f"the interpreter `{target.given}`"


def _decoded(text: str) -> object:
    """Return the JSON of the last line: a wrapper script may have spoken before."""
    lines = text.splitlines()
    try:
        return json.loads(lines[-1]) if lines else None
    except (ValueError, RecursionError):
        return None


def _failure(done: Completed) -> str:
    if "Unknown option: -I" in done.stderr:
        return "is Python 2 or older than 3.4, which cannot be judged"
    if done.returncode < 0:
        return f"was ended by signal {-done.returncode}"
    told = done.stderr.strip().splitlines()[:1] if done.returncode in _NOT_STARTED else []
    return f"failed with exit code {done.returncode}: {_shortened(told[0] if told else done.last_words)}"


def _shortened(words: str) -> str:
    return repr(words if len(words) <= 120 else f"{words[:120]}…")


def _musl(facts: Facts) -> str:
    """Return the musl version, which only its loader can tell; empty for an interpreter without one."""
    found = header.read(facts.executable) if facts.markers["sys_platform"] == "linux" else None
    if not found or "/ld-musl-" not in found.loader:
        return ""
    try:
        spoken = run([found.loader], timeout=_MUSL_TIMEOUT).stderr
    except ProcessError:
        return ""
    version = _MUSL_VERSION.search(spoken.partition("musl libc")[2])
    return f"musl {version[1]}" if version else ""
