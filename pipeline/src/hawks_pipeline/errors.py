"""What the command tells its user in one line, and the exit code that goes with it.

PipelineError
├── UsageError            64  an argument cannot be used: no such team, nowhere to write
├── ContractError         65  a body or a table is not what it promises to be
├── ReconciliationError   66  tables that hold their contracts contradict each other
└── TemporaryError        75  the same command may work later
    ├── UpstreamError     75  the upstream cannot be reached or does not answer as it should
    └── BusyError         75  another run holds the lock

Everything else is a bug: 70, with its traceback. The codes are those of `sysexits.h`, clear of driftguard's
own (1, 2, 3).
"""

import os
from typing import ClassVar

EX_RECONCILIATION = 66
EX_BUG = os.EX_SOFTWARE


class PipelineError(Exception):
    """A reason to stop that is no bug. `brief` is what people who read the dashboard are told of it."""

    exit_code: ClassVar[int] = EX_BUG
    brief: ClassVar[str] = "the program failed"


class UsageError(PipelineError):
    """An argument cannot be used."""

    exit_code = os.EX_USAGE


class ContractError(PipelineError):
    """A body or a table is not what it promises to be."""

    exit_code = os.EX_DATAERR
    brief = "the league's data came in an unknown form"


class ReconciliationError(PipelineError):
    """Tables that hold their contracts contradict each other."""

    exit_code = EX_RECONCILIATION
    brief = "the league's data contradict each other"


class TemporaryError(PipelineError):
    """The same command may work later."""

    exit_code = os.EX_TEMPFAIL
    brief = "the league's data could not be had"


class UpstreamError(TemporaryError):
    """The upstream cannot be reached or does not answer as it should."""


class BusyError(TemporaryError):
    """Another run holds the lock."""
