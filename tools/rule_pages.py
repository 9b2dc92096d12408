"""Write docs/rules/ from the rules themselves: `uv run python tools/rule_pages.py`."""

import sys
from pathlib import Path

from driftguard.rules import every
from driftguard.rules.page import page

FOLDER = Path(__file__).parents[1] / "docs" / "rules"
FAMILIES = {
    "DG1": "Conformity: what is installed against what is locked",
    "DG2": "Declarations: what people write down",
    "DG3": "Binary truth: native code against what it would meet",
    "DG4": "Integrity: installed files against what was recorded of them",
    "DG5": "Host: what surrounds the environment when a job runs",
    "DG6": "Probes: what only running can tell",
    "DG7": "Upstream: what the outside world says of the lock",
    "DG9": "driftguard's own run",
}


def pages() -> dict[str, str]:
    """Return every page by file name, the index included."""
    written = {f"{module.RULE.code}.md": page(module) for module in every()}
    index = ["# Rules", "", "Written by `tools/rule_pages.py` from the rules' own modules.", ""]
    for prefix, title in FAMILIES.items():
        index += [f"## {title}", "", "| rule | name | severity | what it finds |", "|---|---|---|---|"]
        for rule in (module.RULE for module in every()):
            if rule.code.startswith(prefix):
                link = f"[{rule.code}]({rule.code}.md)"
                index.append(f"| {link} | {rule.name} | {rule.severity.label} | {rule.summary} |")
        index.append("")
    return {"README.md": "\n".join(index), **written}


def main() -> int:
    """Write the pages and remove those of rules that are gone."""
    FOLDER.mkdir(parents=True, exist_ok=True)
    fresh = pages()
    for old in FOLDER.glob("*.md"):
        if old.name not in fresh:
            old.unlink()
    for name, text in fresh.items():
        (FOLDER / name).write_text(text, encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
