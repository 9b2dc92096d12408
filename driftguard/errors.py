"""The exception tree: an error is about our ability to judge, a finding about what was judged.

DriftguardError          exit 3
├── UsageError           the command line contradicts itself or names what is not there
├── InputError           a file is missing, unreadable or malformed; carries file, line and place
├── TargetError          no environment to judge, or its interpreter does not answer
│   └── NoTargetError    none was named, and there is none here
└── ProcessError         an outside program is missing or takes too long

FactUnavailable          raised in a rule that asks for a fact nobody could get; never leaves `judge`
"""

from pathlib import Path


class DriftguardError(Exception):
    """What keeps us from judging, told in one line; `hint` says what would help."""

    def __init__(self, message: str, *, hint: str | None = None) -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint


class UsageError(DriftguardError):
    """The command line contradicts itself or names what is not there."""


class InputError(DriftguardError):
    """A file that was to be read or written is missing, unreadable or malformed.

    `line` is 1-based; `place` is the path inside a structured file, such as `package[12].source`.
    """

    def __init__(
        self,
        message: str,
        *,
        path: Path,
        line: int | None = None,
        place: str | None = None,
        hint: str | None = None,
    ) -> None:
        where = f"{path}:{line}" if line else str(path)
        super().__init__(f"{where}: {f'{place}: ' if place else ''}{message}", hint=hint)


class TargetError(DriftguardError):
    """There is no environment to judge, or its interpreter does not answer."""


class NoTargetError(TargetError):
    """No environment was named, and there is none where one is looked for."""


class ProcessError(DriftguardError):
    """An outside program is missing or takes too long."""


class FactUnavailable(Exception):  # noqa: N818 - not a fault: the rule is skipped with this reason
    """A rule asked for a fact that could not be had."""
