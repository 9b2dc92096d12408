"""`driftguard explain [FILE]`: what does this error mean, and what mends it?"""

import argparse
import os
import sys
from collections.abc import Iterable
from pathlib import Path

from driftguard.commands import arguments as options
from driftguard.commands.explanation import FORMATS, Looked, Told
from driftguard.commands.output import write
from driftguard.errors import DriftguardError, FactUnavailable, InputError
from driftguard.explain.explanation import answer, read
from driftguard.explain.matching import Match
from driftguard.explain.seen import Seen, seen_of

LIMIT = 8 * 1024 * 1024
"""Bytes that are read: the last ones, where errors are that are of today."""
EXPLAINED, NOT_KNOWN = 0, 3
RULES = ("DG1", "DG201", "DG3")
_CHUNK = 1024 * 1024


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the options of `explain`."""
    parser.add_argument(
        "file",
        nargs="?",
        type=options.a_path,
        metavar="FILE",
        help="the log or error text (default: standard input)",
    )
    parser.add_argument(
        "--no-environment", action="store_true", help="tell what the text says, and look at no environment"
    )
    options.add_target(parser)
    options.add_selection(parser)
    parser.add_argument("--format", choices=sorted(FORMATS), default="text")


def run(arguments: argparse.Namespace) -> int:
    """Read, explain, print; 0 where every error text was explained, else 3."""
    log, cut, name = _log(arguments.file)
    found, causes, unknown = read(log)
    seen, looked = _seen(arguments, causes)
    told = Told(
        source=name,
        lines=log.count("\n") + (not log.endswith("\n")),
        cut=LIMIT if cut else 0,
        looked=looked,
        answer=answer(found, causes, unknown, seen),
    )
    write(lambda kind: FORMATS[kind](told), arguments.format, ())
    return EXPLAINED if causes and not unknown else NOT_KNOWN


def _log(file: Path | None) -> tuple[str, bool, str]:
    """Return the text, whether its beginning was left out, and how it is called. Raises InputError."""
    if file is None or str(file) == "-":
        if sys.stdin is None:
            raise InputError("is closed", path=Path("standard input"))
        data, cut = _tail(iter(lambda: sys.stdin.buffer.read(_CHUNK), b""))
        return _decoded(data), cut, "standard input"
    if not file.exists() or file.is_dir():
        raise InputError("is a directory" if file.is_dir() else "no such file", path=file)
    try:
        with file.open("rb") as stream:
            size = os.fstat(stream.fileno()).st_size
            if size > LIMIT and stream.seekable():
                stream.seek(size - LIMIT)
            data, cut = _tail(iter(lambda: stream.read(_CHUNK), b""))
    except OSError as error:
        raise InputError(error.strerror or str(error), path=file) from None
    return _decoded(data), cut or size > LIMIT, str(file)


def _tail(chunks: Iterable[bytes]) -> tuple[bytes, bool]:
    """Return the last bytes of a stream, however long it is, and whether there were more."""
    data, cut = b"", False
    for chunk in chunks:
        data += chunk
        if len(data) > 2 * LIMIT:
            data, cut = data[-LIMIT:], True
    return data[-LIMIT:], cut or len(data) > LIMIT


def _decoded(data: bytes) -> str:
    """Return text of UTF-8, or of UTF-16 as PowerShell's `>` writes it; what is neither is shown as it is."""
    if data[:2] in {b"\xff\xfe", b"\xfe\xff"}:
        return data.decode("utf-16", errors="replace")
    return data.decode("utf-8-sig", errors="replace")


def _seen(arguments: argparse.Namespace, causes: list[Match]) -> tuple[Seen | None, Looked]:
    """Look at the environment, if a cause can be held against one; without one the text alone has to do."""
    if arguments.no_environment:
        return None, Looked("", "not looked at (--no-environment)")
    if not any(one.cause.confirm for one in causes):
        return None, Looked("", "not looked at: nothing in the text is about one")
    try:
        return _look(arguments)
    except (DriftguardError, FactUnavailable, OSError) as error:
        return None, Looked("", f"not looked at: {getattr(error, 'message', None) or error}")


def _look(arguments: argparse.Namespace) -> tuple[Seen, Looked]:
    from driftguard import answers, gather, subject
    from driftguard.commands.judging import judged_by
    from driftguard.judge import chosen
    from driftguard.model import Environment

    request = options.request(arguments)
    what = subject.find(request)
    rules = chosen(RULES)
    evidence, labels = gather.gather(request, what, rules)
    judgement = judged_by(rules, what, evidence)
    if isinstance(evidence.environment, Environment):
        answers.keep(evidence.environment, request.cache)
    findings = (*judgement.findings, *(one.finding for one in judgement.ignored))
    facts = dict(labels)
    given = gather.target_of(request, what.lock.path).given
    return seen_of(evidence, findings, given), Looked(given, facts["environment"], facts["lock"])
