"""What the command tells its user in one line, and the exit code that goes with it.

PipelineError
├── UsageError      64  an argument cannot be used: no such file, no such team, nowhere to write
├── ContractError   65  the game log is not what it promises to be
└── UpstreamError   75  the input is there but cannot be had now; the same command may work later

Everything else is a bug: 70, with its traceback.
"""

import os
from typing import ClassVar

EX_BUG = os.EX_SOFTWARE


class PipelineError(Exception):
    """A reason to stop that is no bug."""

    exit_code: ClassVar[int] = EX_BUG


class UsageError(PipelineError):
    """An argument cannot be used."""

    exit_code = os.EX_USAGE


class ContractError(PipelineError):
    """The game log is not what it promises to be."""

    exit_code = os.EX_DATAERR


class UpstreamError(PipelineError):
    """The input is there but cannot be had now."""

    exit_code = os.EX_TEMPFAIL
