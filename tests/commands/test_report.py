"""`driftguard report`: what can have drifted upstream, asked of real programs and a local OSV server."""

import json
import re
from collections.abc import Iterator

import pytest

from tests.osv_server import Osv, osv
from tests.projects import Done, Project


@pytest.fixture
def server() -> Iterator[Osv]:
    with osv() as service:
        yield service


def report(project: Project, server: Osv, *words: str) -> Done:
    return project.driftguard("report", "--format", "json", *words, **server.environment)  # type: ignore[arg-type]


def found(done: Done) -> list[tuple[str, str, bool]]:
    return [(entry["code"], entry["subject"], entry["unknown"]) for entry in json.loads(done.out)["findings"]]


def test_a_lock_that_fits_and_has_no_advisories_passes(shop: Project, server: Osv) -> None:
    shop.sync()

    done = report(shop, server, "--ignore", "DG703")

    assert (done.code, found(done)) == (0, []), done
    assert {name for name, _ in server.asked} == {"numpy", "pandas", "pytest", "winonly"}


def test_an_advisory_is_exit_code_1_and_names_the_fix(shop: Project, server: Osv) -> None:
    shop.sync()
    server.knows("numpy", "PYSEC-2026-1", fixed="2.5.0")

    done = report(shop, server, "--ignore", "DG703")

    (finding,) = json.loads(done.out)["findings"]
    assert done.code == 1
    assert finding["message"] == "2.4.6 has PYSEC-2026-1, fixed in 2.5.0"
    assert finding["mend"] == "uv lock --upgrade-package numpy"


def test_a_service_that_fails_is_exit_code_3(shop: Project, server: Osv) -> None:
    from tests.osv_server import Mood

    shop.sync()
    server.mood = Mood.BROKEN

    done = report(shop, server, "--ignore", "DG703")

    assert done.code == 3
    assert found(done) == [("DG903", "DG701", True), ("DG903", "DG702", True)]


def test_a_changed_manifest_makes_the_lock_stale(shop: Project, server: Osv) -> None:
    shop.sync()
    shop.write("uv.toml", 'no-index = true\nfind-links = ["../wheels"]\n')
    manifest = shop.folder / "pyproject.toml"
    manifest.write_text(re.sub('"pandas",', '"pandas", "colorlog",', manifest.read_text()))

    done = report(shop, server, "--select", "DG202")

    assert done.code == 1
    assert found(done) == [("DG202", "uv.lock", False)]


def test_pinned_requirements_are_audited_too(shop: Project, server: Osv) -> None:
    shop.sync()
    shop.write("requirements.txt", "pandas==3.1.1\n")
    server.knows("pandas", "PYSEC-2026-2")

    done = report(shop, server, "--lock", "requirements.txt")

    assert done.code == 1
    assert ("DG701", "pandas", False) in found(done)
    assert json.loads(done.out)["notes"] == ["whether newer releases wait is known of a uv.lock only"]
