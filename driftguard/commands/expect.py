"""`driftguard expect [PACKAGE…]`: what should be installed here, and why."""

import argparse
import sys
from collections.abc import Iterable, Iterator, Mapping
from difflib import get_close_matches
from pathlib import Path

from driftguard import gather, mending, subject
from driftguard.commands import arguments as options
from driftguard.commands.expectation import RENDERERS, Answer, Named
from driftguard.environment import interpreter, simulated
from driftguard.environment.target import Target
from driftguard.errors import NoTargetError, UsageError
from driftguard.expect import traced
from driftguard.markers import holds, resolved_for
from driftguard.mend import as_arguments
from driftguard.model import Lock, Unavailable
from driftguard.reasons import Explained, explain
from driftguard.subject import Request
from driftguard.untrusted import printable
from driftguard.versions import allows

UNDECIDED = 3


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the options of `expect`."""
    parser.add_argument(
        "names", nargs="*", type=options.name, metavar="PACKAGE", help="only this package, in all detail"
    )
    options.add_target(parser)
    group = parser.add_argument_group("another target, as in `uv pip compile`")
    group.add_argument("--python-version", metavar="VERSION", help="such as 3.12 (which is 3.12.0) or 3.12.4")
    group.add_argument(
        "--python-platform", metavar="PLATFORM", help="linux, macos, windows or a target triple"
    )
    options.add_selection(parser)
    group = parser.add_argument_group("output")
    group.add_argument("--format", choices=tuple(RENDERERS), default="text")


def run(arguments: argparse.Namespace) -> int:
    """Explain, print, and return 0 where all was decided."""
    request = options.request(arguments)
    what = subject.find(request)
    named = _target(request, what.lock, arguments.python_version, arguments.python_platform)
    trace = traced(what.lock, what.selection, named.markers)
    explained = explain(what.lock, what.selection, trace, named.markers)
    answer = Answer(
        lock=what.lock,
        path=mending.shown(what.lock.path, request.cwd),
        selection=as_arguments(what.selection),
        target=named,
        notes=(*what.lock.notes, *_outside(what.lock, named.markers)),
        packages=tuple(_chosen(explained, arguments.names, what.lock)),
        unread=tuple(line for line in what.lock.unpinned if not line.name),
        in_detail=bool(arguments.names),
    )
    for note in answer.notes:
        sys.stderr.write(f"warning: {printable(note)}\n")
    sys.stdout.write(RENDERERS[arguments.format](answer))
    sys.stdout.flush()
    return 0 if answer.is_decided else UNDECIDED


def _target(request: Request, lock: Lock, version: str | None, platform: str | None) -> Named:
    """Return what is asked about: the interpreter that `check` would take, but for what the options say."""
    given = {"--python-version": version, "--python-platform": platform}
    named = [option for option, value in given.items() if value is not None]
    if version is not None and platform is not None and request.python is None:
        return Named(markers=simulated.markers(version, platform), origin=f"from {' and '.join(named)}")
    markers, origin = _interpreter(request, lock)
    if version is not None:
        markers = simulated.with_version(markers, version)
    if platform is not None:
        markers = simulated.on_platform(markers, platform)
    return Named(markers=markers, origin=f"from {' and '.join(named)}, else {origin}" if named else origin)


def _interpreter(request: Request, lock: Lock) -> tuple[Mapping[str, str], str]:
    """Ask the interpreter that `check` would ask, else our own."""
    try:
        target = gather.target_of(request, lock.path)
        origin = f"of {target.given} ({target.why})"
    except NoTargetError:
        own = Path(sys.executable)
        target = Target(root=Path(sys.prefix), python=own, given=sys.executable, why="")
        origin = "of the Python that runs driftguard (no environment is here)"
    asked = interpreter.ask(target, request.cache) if request.execute else interpreter.read(target)
    return asked.markers, origin if asked.asked else f"{origin}, not asked"


def _chosen(explained: Iterable[Explained], names: Iterable[str], lock: Lock) -> Iterator[Explained]:
    """Return what is asked about. Raises UsageError for a name that the lock does not hold."""
    explained = list(explained)
    known = {one.locked.name for one in explained}
    for name in names:
        if name not in known:
            excluded = " (left out by `exclude-dependencies`)" if name in lock.excludes else ""
            near = get_close_matches(name, sorted(known), n=1)
            hint = f"did you mean `{near[0]}`?" if near else None
            raise UsageError(f"`{name}` is not in {lock.path}{excluded}", hint=hint)
    wanted = set(names)
    return (one for one in explained if not wanted or one.locked.name in wanted)


def _outside(lock: Lock, markers: Mapping[str, str]) -> Iterator[str]:
    """Say where the lock was not made for the target: `uv sync` would refuse it there."""
    markers = resolved_for(lock.format, markers)
    version = markers.get("python_full_version", "")
    if version and not allows(lock.requires_python, version):
        yield f"the lock is for Python {lock.requires_python}: nothing was resolved for {version}"
    verdicts = [holds(marker, markers) for marker in lock.supported_markers]
    if verdicts and not any(verdict is True or isinstance(verdict, Unavailable) for verdict in verdicts):
        yield f"the lock is for {' or '.join(lock.supported_markers)}: nothing was resolved for this platform"
