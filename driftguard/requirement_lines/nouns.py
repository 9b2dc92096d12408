"""What reading a requirements file yields: RequirementLine, GlobalOption, Reading."""

from dataclasses import dataclass, field
from pathlib import Path

from driftguard.requirement_lines.suppression import NONE, Suppression

UNREADABLE = "is not a requirement pip can read"


@dataclass(frozen=True, slots=True, kw_only=True)
class RequirementLine:
    """A line that asks for something, or that pip cannot read.

    `text` is the requirement as written and the only form that may be shown: `expanded`, with the
    values of environment variables in place of their names (`has_secrets`), is for reading only; it
    is empty where the line asks for nothing.
    `number` is the line pip would name, `line` and `column` are where the requirement begins.
    `refused` says why pip refuses the line, `passed_over` what of it pip does not see.
    """

    path: Path
    number: int
    line: int
    column: int
    text: str
    expanded: str = field(repr=False)
    has_secrets: bool = False
    editable: bool = False
    constraint: bool = False
    hashed: bool = False
    refused: str = ""
    passed_over: str = ""
    suppression: Suppression = NONE


@dataclass(frozen=True, slots=True, kw_only=True)
class GlobalOption:
    """An option that holds for the whole run of pip.

    `text` is its line as written; `value` is for reading only, since it may hold secrets.
    """

    name: str
    value: str = field(repr=False)
    text: str
    path: Path
    line: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """A requirements file with its includes: lines and options in pip's order, and every file read."""

    lines: tuple[RequirementLine, ...]
    options: tuple[GlobalOption, ...]
    files: tuple[Path, ...]
