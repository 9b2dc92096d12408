"""`driftguard rule`, and the pages that are written from the same text."""

import re
from pathlib import Path

import pytest

from driftguard.rules import MODULES, RuleModule, every
from tests.projects import Project
from tools.rule_pages import pages

DOCS = Path(__file__).parents[2] / "docs" / "rules"
SECTIONS = ["What it finds", "Why it matters", "Example", "Fix"]


def test_every_rule_is_listed_with_its_severity(project: Project) -> None:
    done = project.driftguard("rule")

    assert done.code == 0
    assert len(done.out.splitlines()) == len(MODULES)
    assert "DG102  error    a package is installed in another version than locked\n" in done.out


def test_a_page_is_shown_by_its_code(project: Project) -> None:
    assert project.driftguard("rule", "dg102").out == (DOCS / "DG102.md").read_text()


def test_an_unknown_code_is_exit_code_3(project: Project) -> None:
    done = project.driftguard("rule", "DG999")

    assert (done.code, done.out) == (3, "")
    assert done.err == "driftguard: no rule has the code `DG999`\nhint: `driftguard rule` lists them\n"


def test_the_pages_in_the_repository_are_those_of_the_rules() -> None:
    there = {path.name: path.read_text() for path in DOCS.glob("*.md")}

    assert there == pages(), "run `python tools/rule_pages.py`"


def test_the_index_lists_every_rule() -> None:
    index = (DOCS / "README.md").read_text()

    assert [code for code in MODULES if f"[{code}]" not in index] == []


@pytest.mark.parametrize("module", every(), ids=lambda module: module.RULE.code)
def test_a_page_has_all_sections_and_its_example_speaks_of_the_rule(module: RuleModule) -> None:
    text = module.__doc__ or ""
    example = re.search(r"## Example\n\n```text\n(.+)\n```", text)

    assert re.findall(r"^## (.+)$", text, re.MULTILINE) == SECTIONS
    assert example
    assert re.match(rf"(\S+:\d+:\d+: )?{module.RULE.code} (error|warning|note|unknown): ", example[1])
