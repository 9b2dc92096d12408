"""The nouns of probes: what is to be tried in the judged environment, and what came of it."""

from enum import StrEnum

from driftguard.record import NamedTuple

TIMEOUT = 60.0
"""Seconds that a probe may take unless it says otherwise."""
MEMORY = 4 * 1024**3
"""Bytes that each process of a probe may write to unless it says otherwise."""


class Kind(StrEnum):
    """What a probe does; each is a key of `[[tool.driftguard.probe]]`."""

    IMPORT = "import"
    SYMBOL = "symbol"
    CALL = "call"
    READY = "ready"
    DEPENDENCIES = "dependencies"


READY = ("parquet", "matplotlib", "numeric")
"""Probes that are ready-made."""

Argument = str | int | float | bool | list["Argument"] | dict[str, "Argument"]


class Probe(NamedTuple):
    """One thing to try. `targets` are modules, one symbol or function (`module:name`), or one of READY.

    `arguments` are those of a call; `timeout` is in seconds of wall time, `memory` in bytes; `lenient` makes
    its failure a warning; `network` lets it out. `distribution` is whose modules are imported, where that is
    known.
    """

    name: str
    kind: Kind
    targets: tuple[str, ...] = ()
    arguments: tuple[Argument, ...] = ()
    timeout: float = TIMEOUT
    memory: int = MEMORY
    lenient: bool = False
    network: bool = False
    distribution: str = ""

    @property
    def what(self) -> str:
        """What it does, in words."""
        target = ", ".join(f"`{one}`" for one in self.targets)
        match self.kind:
            case Kind.IMPORT | Kind.DEPENDENCIES:
                return f"import {target}"
            case Kind.SYMBOL:
                return f"find {target}"
            case Kind.CALL:
                return f"call {target}"
            case Kind.READY:
                return READY_WORDS[self.targets[0]]


READY_WORDS = {
    "parquet": "write a table as Parquet and read it back",
    "matplotlib": "draw a figure and save it without a display",
    "numeric": "compute with numpy, pandas, scipy and scikit-learn together",
}


class Result(StrEnum):
    """How a probe ended."""

    PASSED = "passed"
    RAISED = "raised"
    """An exception, SystemExit among them."""
    CRASHED = "crashed"
    """It was ended by a signal that nobody sent."""
    HUNG = "hung"
    """It was ended when its time was over."""
    STARVED = "starved"
    """It asked for more memory than it may have."""
    LEFT = "left"
    """Its process ended without an answer."""
    UNTRIED = "untried"
    """It could not be run."""


class Warned(NamedTuple):
    """A warning that was shown: its category, the first of its text, and where it is said to come from."""

    category: str
    text: str
    path: str
    line: int


class Outcome(NamedTuple):
    """What came of one probe.

    `error` is the exception as Python prints it, or the clause that says why a probe is untried; `root` the
    exception it came of, where that is another. `module` is the one that was not found; `path` and `line`
    tell where it was raised, `distribution` whose file that is. `signal` names what ended the process, `code`
    is its exit code. `spoke` is what the probe found out (`with pyarrow`), `last_words` the end of its
    standard error; `refused` are the network addresses it asked for in vain. `seconds` is wall time.
    """

    probe: Probe
    result: Result
    error: str = ""
    root: str = ""
    module: str = ""
    path: str = ""
    line: int = 0
    distribution: str = ""
    signal: str = ""
    code: int = 0
    spoke: str = ""
    last_words: str = ""
    warnings: tuple[Warned, ...] = ()
    refused: tuple[str, ...] = ()
    seconds: float = 0.0
    reused: bool = False


class Probes(NamedTuple):
    """What came of the probes of one run."""

    outcomes: tuple[Outcome, ...] = ()

    @property
    def passed(self) -> int:
        """How many passed."""
        return sum(outcome.result is Result.PASSED for outcome in self.outcomes)

    @property
    def reused(self) -> int:
        """How many outcomes were kept from an earlier run."""
        return sum(outcome.reused for outcome in self.outcomes)
