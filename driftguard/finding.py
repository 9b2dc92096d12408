"""What a rule says, and what a run says: Severity, Rule, Finding, Report."""

from collections.abc import Iterable
from enum import IntEnum
from pathlib import Path

from driftguard.model import normalized
from driftguard.record import NamedTuple


class Severity(IntEnum):
    """How bad a finding is; ordered."""

    NOTE = 1
    WARNING = 2
    ERROR = 3

    @property
    def label(self) -> str:
        """The word users read and write."""
        return self.name.lower()


class Mend(NamedTuple):
    """A command that repairs a finding; commands that differ in their operands alone can be run as one."""

    command: str
    operand: str = ""

    def __str__(self) -> str:
        return f"{self.command} {self.operand}".rstrip()


class Finding(NamedTuple):
    """One thing that is wrong.

    `subject` is the package, rule or file it is about; `message` holds both values; `why` is one
    clause, `detail` further ones on how far it reaches and how that is known; `mend` is the exact command
    that repairs it, None when only a person can decide.
    `unknown` marks what could not be judged: it makes the run end with exit code 3.
    """

    code: str
    rule: str
    severity: Severity
    subject: str
    message: str
    why: str = ""
    detail: tuple[str, ...] = ()
    mend: Mend | None = None
    path: str = ""
    line: int = 0
    column: int = 0
    unknown: bool = False

    @property
    def label(self) -> str:
        """The severity's word, or `unknown` for what could not be judged."""
        return "unknown" if self.unknown else self.severity.label

    @property
    def where(self) -> str:
        """The place as editors read it: `path:line:column`, as far as known."""
        return ":".join([self.path, *(str(number) for number in (self.line, self.column) if number)])

    def __str__(self) -> str:
        return f"{self.code} {self.label}: {self.subject}: {self.message}"


def mending(findings: Iterable[Finding]) -> list[str]:
    """Return the commands that mend all the findings, each once, with all its operands."""
    operands: dict[str, list[str]] = {}
    for mend in dict.fromkeys(finding.mend for finding in findings if finding.mend):
        operands.setdefault(mend.command, []).append(mend.operand)
    return [" ".join([command, *filter(None, names)]) for command, names in operands.items()]


class Rule(NamedTuple):
    """A rule's identity. `needs` names the fields of Evidence it reads; only those are gathered."""

    code: str
    name: str
    summary: str
    severity: Severity
    needs: tuple[str, ...]

    def finding(
        self,
        subject: str,
        message: str,
        *,
        why: str = "",
        detail: tuple[str, ...] = (),
        mend: Mend | None = None,
        path: Path | str | None = None,
        line: int = 0,
        column: int = 0,
        severity: Severity | None = None,
        unknown: bool = False,
    ) -> Finding:
        """Make a finding of this rule; there is no other way to make one."""
        return Finding(
            code=self.code,
            rule=self.name,
            severity=severity or self.severity,
            subject=subject,
            message=message,
            why=why,
            detail=detail,
            mend=mend,
            path=str(path or ""),
            line=line,
            column=column,
            unknown=unknown,
        )


class Ignore(NamedTuple):
    """A finding that somebody accepted: rule prefix, mandatory reason, optional package.

    `until` is its last day (ISO 8601), empty for none; `path` is where the entry stands; `at`
    (`path:line`) binds an excuse to the line it was written in.
    """

    rule: str
    reason: str
    package: str = ""
    until: str = ""
    path: Path | None = None
    at: str = ""

    @property
    def line(self) -> int:
        """The line it was written in, 0 for one of the configuration."""
        return int(self.at.rpartition(":")[2] or 0)

    def covers(self, finding: Finding) -> bool:
        """Say whether this entry is about `finding`."""
        here = self.at in {"", f"{finding.path}:{finding.line}"}
        meant = not self.package or self.package == normalized(finding.subject)
        return here and meant and finding.code.startswith(self.rule)


class Ignored(NamedTuple):
    """A finding and the entry that accepts it."""

    finding: Finding
    ignore: Ignore


class IgnoreUse(NamedTuple):
    """What became of an ignore in one run."""

    ignore: Ignore
    used: bool
    expired: bool


class Skip(NamedTuple):
    """A rule that could not be run, and why."""

    code: str
    reason: str


class Verdict(IntEnum):
    """The answer of a run; its order is from good to bad."""

    PASS = 0
    WARN = 1
    UNKNOWN = 2
    FAIL = 3


class Report(NamedTuple):
    """The outcome of one run.

    `facts` are labelled lines on what was judged (environment, lock, selection), in order;
    `judged` counts what was looked at by noun (`packages: 62`); `seconds` is the wall time.
    """

    command: str
    findings: tuple[Finding, ...]
    ignored: tuple[Ignored, ...] = ()
    rules: tuple[str, ...] = ()
    facts: tuple[tuple[str, str], ...] = ()
    notes: tuple[str, ...] = ()
    judged: tuple[tuple[str, int], ...] = ()
    seconds: float = 0.0
    fail_on: Severity = Severity.ERROR

    @property
    def verdict(self) -> Verdict:
        """FAIL if anything known is at or above `fail_on`, else UNKNOWN if anything is, else WARN or PASS."""
        known = [finding for finding in self.findings if not finding.unknown]
        if any(finding.severity >= self.fail_on for finding in known):
            return Verdict.FAIL
        if len(known) < len(self.findings):
            return Verdict.UNKNOWN
        return Verdict.WARN if any(f.severity >= Severity.WARNING for f in known) else Verdict.PASS

    @property
    def summary(self) -> str:
        """The last line: how much was looked at, how long it took, and what came of it."""
        judged = ", ".join(counted(number, noun) for noun, number in self.judged) or "nothing"
        outcome = [counted(self.of_severity(severity), severity.label) for severity in reversed(Severity)]
        ignored = f", {len(self.ignored)} ignored" if self.ignored else ""
        return (
            f"{judged} judged in {self.seconds:.2f} s: {', '.join(outcome)}, {self.unjudged} unknown{ignored}"
        )

    def of_severity(self, severity: Severity) -> int:
        """Return how many findings have exactly this severity; what could not be judged has none."""
        return sum(f.severity is severity and not f.unknown for f in self.findings)

    @property
    def unjudged(self) -> int:
        """Return how many findings say that something could not be judged."""
        return sum(f.unknown for f in self.findings)


def counted(number: int, noun: str) -> str:
    """Return a number with its noun, which takes an s."""
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"
