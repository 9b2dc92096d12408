"""What pip itself makes of requirements files; test_requirements_oracle runs it in a process of its own.

Reads a JSON list of files on stdin and writes, for each, the requirements pip yields until it
refuses, and whether it refuses each of them.
"""

import json
import logging
import os
import sys
from optparse import Values
from pathlib import Path
from typing import Any

from pip._internal.index.collector import LinkCollector
from pip._internal.index.package_finder import PackageFinder
from pip._internal.models.release_control import ReleaseControl
from pip._internal.models.search_scope import SearchScope
from pip._internal.models.selection_prefs import SelectionPreferences
from pip._internal.models.wheel import Wheel
from pip._internal.network.session import PipSession
from pip._internal.req.constructors import (
    install_req_from_parsed_requirement,
)
from pip._internal.req.req_file import parse_requirements
from pip._internal.req.req_install import check_invalid_constraint_type

DEFAULT_INDEX = "https://default.index.example/simple"


def said(path: Path) -> dict[str, Any]:
    """Return what pip makes of one file, run in its folder."""
    os.chdir(path.parent)
    session = PipSession()
    scope = SearchScope.create(find_links=[], index_urls=[DEFAULT_INDEX], no_index=False)
    finder = PackageFinder.create(
        link_collector=LinkCollector(session=session, search_scope=scope),
        selection_prefs=SelectionPreferences(allow_yanked=True, release_control=ReleaseControl()),
    )
    options = Values({"require_hashes": False, "no_require_hashes": False, "features_enabled": []})
    requirements: list[dict[str, Any]] = []
    refused = ""
    try:
        for parsed in parse_requirements(path.name, session, finder=finder, options=options):
            requirements.append(requirement(parsed))
    except Exception as error:  # noqa: BLE001 - a crash of pip is a refusal too
        refused = f"{type(error).__name__}: {error}"
    return {"requirements": requirements, "refused": refused}


def requirement(parsed: Any) -> dict[str, Any]:
    """Return one requirement as pip holds it."""
    told: dict[str, Any] = {
        "text": parsed.requirement.strip(),
        "editable": parsed.is_editable,
        "constraint": parsed.constraint,
        "line": int(parsed.line_source.split()[1]),
        "file": Path(parsed.line_source.split(" of ", 1)[1]).name,
        "refused": "",
    }
    try:
        read = install_req_from_parsed_requirement(parsed)
        # These two pip checks only once it resolves.
        invalid = check_invalid_constraint_type(read) if parsed.constraint else ""
        if read.link and read.link.is_wheel:
            Wheel(read.link.filename)
    except Exception as error:  # noqa: BLE001
        return {**told, "refused": f"{type(error).__name__}: {error}"}
    return {
        **told,
        "refused": invalid,
        "name": read.name or "",
        "extras": sorted(read.extras),
        "specifier": str(read.req.specifier) if read.req and not read.link else "",
        "marker": str(read.markers or ""),
        "url": read.link.url if read.link else "",
    }


if __name__ == "__main__":
    logging.disable(logging.CRITICAL)
    answers = [said(Path(name)) for name in json.load(sys.stdin)]
    json.dump(answers, sys.stdout)
