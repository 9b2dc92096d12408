"""Native code is read for the rules that need it, and of what the interpreter would find."""

import sys
import time
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast
from unittest.mock import Mock

import pytest

from driftguard import gather, inspection, subject
from driftguard.binary import Binaries
from driftguard.cache import NO_CACHE
from driftguard.environment import distributions, question
from driftguard.errors import InputError
from driftguard.evidence import NOT_GATHERED
from driftguard.finding import Rule, Severity
from driftguard.rules import RuleModule
from driftguard.subject import Request
from tests import builders
from tests.environment.builders import dist, script, tree, venv
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


class TestAsking:
    """The interpreter answers while the lock is read; what it says and when it is told stay the same."""

    def test_it_is_asked_once(self, request_: Request, monkeypatch: pytest.MonkeyPatch) -> None:
        begin = Mock(wraps=question.begin)
        monkeypatch.setattr(question, "begin", begin)

        with gather.asking(request_, subject.lock_path(request_)) as inquiry:
            assert begin.call_count == 1
            early, _ = gather.gather(request_, subject.find(request_), [rule("environment")], inquiry)
        late, _ = gather.gather(request_, subject.find(request_), [rule("environment")])

        assert (early.environment, begin.call_count) == (late.environment, 2)

    @pytest.mark.parametrize(
        "change",
        [
            pytest.param({"python": "nowhere"}, id="no-environment"),
            pytest.param({"execute": False}, id="not-to-be-run"),
        ],
    )
    def test_what_is_not_asked_is_no_error_yet(self, request_: Request, change: dict[str, Any]) -> None:
        with gather.asking(request_._replace(**change), subject.lock_path(request_)) as inquiry:
            assert inquiry is None

    def test_an_interpreter_that_hangs_is_ended_where_the_lock_cannot_be_read(
        self, tmp_path: Path, request_: Request
    ) -> None:
        script(tmp_path / "slow/bin/python", f"echo $$ >{tmp_path}/child; sleep 60")
        slow = request_._replace(python=str(tmp_path / "slow"))

        with gather.asking(slow, tmp_path / "uv.lock"):
            while not (tmp_path / "child").exists() or not (tmp_path / "child").read_text():
                time.sleep(0.01)
            with pytest.raises(InputError):
                subject.find(slow._replace(lock=tmp_path / "uv.lock"))

        assert not Path("/proc", (tmp_path / "child").read_text().strip()).exists()


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

    found = inspection.binaries_of(there, {}, NO_CACHE)

    assert [one.path for one in found.images] == [f"{site(base)}/b.so", f"{site(own)}/a.so"]
