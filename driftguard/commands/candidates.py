"""Wheels that are not installed: bring them aside, and lay them over an environment as if they were."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from driftguard.errors import DriftguardError, UsageError
from driftguard.model import Environment, Installed, Interpreter, normalized
from driftguard.record import NamedTuple
from driftguard.untrusted import printable

UPGRADE = ("numpy",)
"""What is asked about where nothing is named: the newest NumPy that this interpreter can have."""
MOST = 200
"""Requirements that are tried at once; more do not fit on every system's command line."""
LONGEST = 2_000
"""Characters of a requirement."""
_SHOWN = 80


class Asked(NamedTuple):
    """A requirement that is asked about, as written; its name is normalised."""

    text: str
    name: str
    extras: tuple[str, ...]


class Change(NamedTuple):
    """What would take the place of what: `installed` is empty where there is nothing of that name."""

    name: str
    installed: str
    candidate: str

    def __str__(self) -> str:
        if self.installed == self.candidate:
            return f"{self.name} {self.candidate} (as installed)"
        return f"{self.name} {self.installed or '(not installed)'} -> {self.candidate}"


def requirements(words: Sequence[Sequence[str]]) -> tuple[Asked, ...]:
    """Return what is asked about; several words after one option, or several options.

    Raises UsageError for what is no requirement (PEP 508). One begins with a name, and so is no option of uv.
    """
    from packaging.requirements import InvalidRequirement, Requirement

    asked = [word.strip() for group in words for word in group] or list(UPGRADE)
    if len(asked) > MOST:
        raise UsageError(f"{len(asked)} requirements are asked about, more than {MOST}")
    found = []
    for word in asked:
        try:
            parsed = Requirement(word if len(word) <= LONGEST else "")
        except (InvalidRequirement, RecursionError):
            told = f"`{printable(word)[:_SHOWN]}` is not a requirement"
            raise UsageError(told, hint="name a distribution, as in `numpy==1.26.4`") from None
        found.append(Asked(word, normalized(parsed.name), tuple(sorted(parsed.extras))))
    return tuple(found)


@contextmanager
def aside() -> Iterator[Path]:
    """Yield a folder that is ours alone; it is gone afterwards, also when we are told to stop."""
    import signal
    from tempfile import TemporaryDirectory

    before = signal.signal(signal.SIGTERM, _stop)
    try:
        with TemporaryDirectory(prefix="driftguard-") as folder:
            yield Path(folder).resolve()
    finally:
        signal.signal(signal.SIGTERM, before)


def _stop(*_: object) -> None:
    raise KeyboardInterrupt


def bring(asked: Sequence[Asked], folder: Path, interpreter: Interpreter) -> tuple[Installed, ...]:
    """Return the distributions that were unpacked into `folder`. Raises DriftguardError if there are none."""
    from driftguard.adapters import uv
    from driftguard.environment import distributions

    failure = uv.unpack([one.text for one in asked], folder, interpreter.executable)
    if failure:
        raise DriftguardError(f"what is asked about cannot be had: {failure.reason}")
    found = distributions.read((folder,)).installed
    if not found:
        python = f"{interpreter.implementation} {interpreter.version}"
        raise DriftguardError(f"what is asked about is nothing for {python}: no marker of it holds")
    return found


def laid_over(environment: Environment, candidates: Sequence[Installed]) -> Environment:
    """Return the environment as it would be: a candidate takes the place of what has its name."""
    names = {one.name for one in candidates}
    staying = [one for one in environment.installed if one.name not in names]
    return environment._replace(
        installed=tuple(sorted((*staying, *candidates), key=lambda one: one.name)),
        inherited=tuple(one for one in environment.inherited if one.name not in names),
    )


def changes(environment: Environment, candidates: Sequence[Installed]) -> tuple[Change, ...]:
    """Say what would change, in the order of names."""
    there = {one.name: one.version or "?" for one in (*environment.inherited, *environment.installed)}
    return tuple(Change(one.name, there.get(one.name, ""), one.version or "?") for one in candidates)
