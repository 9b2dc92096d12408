"""What reading a requirements file yields: a RequirementLine for each line that is of interest."""

from pathlib import Path

from driftguard.record import NamedTuple
from driftguard.requirement_lines.suppression import NONE, Suppression

UNREADABLE = "is not a requirement pip can read"


class RequirementLine(NamedTuple):
    """A line that asks for something, that pip cannot read, or whose comment addresses driftguard.

    `text` is the requirement as written and the only form that may be shown, and where the line is
    `included` only once it is known to name something: anybody can include a file full of secrets.
    `expanded`, with the values of environment variables in place of their names (`has_secrets`), is
    for reading only; it is empty where the line asks for nothing.
    `line` and `column` are where the requirement begins.
    `refused` says why pip refuses the line, `passed_over` what of it pip does not see.
    """

    path: Path
    line: int
    column: int
    text: str
    expanded: str
    has_secrets: bool = False
    editable: bool = False
    constraint: bool = False
    included: bool = False
    refused: str = ""
    passed_over: str = ""
    suppression: Suppression = NONE

    def __repr__(self) -> str:
        """Show the line without `expanded`, whose secrets must not reach an error message."""
        return f"{type(self).__name__}(path={self.path!r}, line={self.line}, text={self.text!r})"
