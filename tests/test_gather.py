"""Native code is read for the rules that need it, and of what the interpreter would find."""

import sys
from pathlib import Path
from types import SimpleNamespace
from typing import cast

import pytest

from driftguard import gather, subject
from driftguard.binary import Binaries
from driftguard.cache import NO_CACHE
from driftguard.environment import distributions
from driftguard.evidence import NOT_GATHERED
from driftguard.finding import Rule, Severity
from driftguard.rules import RuleModule
from driftguard.subject import Request
from tests import builders
from tests.environment.builders import dist, tree, venv
from tests.environment.native.builders import install, interpreter, module, site

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="native code is read on Linux only")


def rule(*needs: str) -> RuleModule:
    one = Rule(code="DG399", name="some", summary="", severity=Severity.ERROR, needs=needs)
    return cast("RuleModule", SimpleNamespace(RULE=one, check=lambda _: ()))


@pytest.fixture
def request_(tmp_path: Path) -> Request:
    """What judges an environment with one extension module by a requirements file."""
    root = venv(tmp_path / "env", Path(sys.executable))
    where = next((root / "lib").glob("python*/site-packages"))
    tree(where, {"x.so": module("x"), **dist("x==1", RECORD="x.so,,\n")})
    tree(tmp_path, {"requirements.txt": "x==1\n"})
    return Request(cwd=tmp_path, environ={}, python=str(root), use_cache=False)


def test_binaries_are_there_when_a_rule_needs_them(request_: Request) -> None:
    evidence, labels = gather.gather(request_, subject.find(request_), [rule("binaries")])

    assert isinstance(evidence.binaries, Binaries)
    assert [(one.module, one.distribution) for one in evidence.binaries.images] == [("x", "x")]
    assert [name for name, _ in labels] == ["environment", "lock"]


def test_binaries_are_not_read_when_none_does(request_: Request) -> None:
    evidence, _ = gather.gather(request_, subject.find(request_), [rule("environment")])

    assert evidence.binaries == NOT_GATHERED


def test_what_is_inherited_counts_where_nothing_of_its_name_shadows_it(tmp_path: Path) -> None:
    own, base = tmp_path / "own", tmp_path / "base"
    install(own, "a==2", {"a.so": module("a")})
    install(base, "a==1", {"a.so": module("a")})
    install(base, "b==1", {"b.so": module("b")})
    there = builders.environment()._replace(
        interpreter=interpreter(own),
        installed=distributions.read([site(own)]).installed,
        inherited=distributions.read([site(base)]).installed,
    )

    found = gather.binaries_of(there, {}, NO_CACHE)

    assert [one.path for one in found.images] == [f"{site(base)}/b.so", f"{site(own)}/a.so"]
