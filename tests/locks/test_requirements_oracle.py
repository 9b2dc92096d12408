"""pip is the oracle: what it makes of a requirements file is what we make of it."""

import json
import os
import random
import subprocess
import sys
from collections.abc import Iterable, Iterator, Mapping
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit, urlunsplit

import pytest

from driftguard.errors import InputError
from driftguard.locks.requirements import UNFIT
from driftguard.model import SourceKind, normalized
from driftguard.requirement_lines.forms import Wanted, wanted
from driftguard.requirement_lines.links import UnreadableError
from driftguard.requirement_lines.nouns import RequirementLine
from driftguard.requirement_lines.reader import read

pytestmark = pytest.mark.slow

HERE = Path(__file__).parent
CORPUS = Path(__file__).parents[3] / "shared" / "corpus" / "requirements"
NEWEST = 26
VARIABLES = {"NAME": "from-environ", "VERSION": "1.5", "TOKEN": "s3cret", "EMPTY": ""}
EXPECTED = {
    "pypa__pip__tools__requirements__tests.txt": "`--use-feature` names change with each pip; we take any",
}
"""Files on which we differ from pip, and why."""

TRICKY = {
    "plain": "numpy==1.0\nscipy\n",
    "continued": "numpy \\\n  == \\\n 1.0\nscipy==2 \\\n",
    "continued-comment": "numpy==1.0 \\\n    # a comment\nscipy\n",
    "comment-with-backslash": "# comment \\\nnumpy==1.0\n",
    "comment-behind-then-backslash": "numpy==1.0 # why \\\nscipy==1\nother\n",
    "hash-in-url": "https://h.example/a-1.0.tar.gz#egg=a\nname @ https://h.example/a.zip#sha1=1 # real\n",
    "tab-comment": "numpy==1.0\t# tab\n\t# alone\nscipy#notcomment\n",
    "crlf": "numpy==1.0\r\nscipy==2 \\\r\n  --hash=sha256:ab\r\n",
    "odd-line-breaks": "numpy==1\x0bscipy==2\x0cother\x85more\u2028last\n",
    "leading-backslashes": "\\\\numpy==1 \\\n==\n",
    "hashes": "numpy==1.0 --hash=sha256:ab --hash sha512:cd\nscipy==1 --hash=md5:ab\n",
    "bad-hash": "numpy==1.0 --hash=abc\n",
    "abbreviated-options": "--index https://a.example/simple\n--extra https://b.example/simple\n",
    "ambiguous-option": "--pr\n",
    "unknown-option": "numpy==1\n--frobnicate\n",
    "value-missing": "numpy\n--index-url\n",
    "flag-with-value": "--pre=1\n",
    "flags": "--pre\n--prefer-binary\n--require-hashes\n--no-index\n",
    "several-on-a-line": "-i https://a.example/simple --extra-index-url=https://b.example/s --pre\n",
    "formats": "--no-binary :all:\n--only-binary=numpy,Sci_Py\n--no-binary=numpy\n",
    "formats-none": "--no-binary a,b\n--no-binary :none:\n--only-binary c\n",
    "hosts": "--trusted-host h.example\n--trusted-host other.example:8080\n",
    "find-links": "-f https://l.example/\n-f./wheels\n--find-links=missing\n",
    "requirement-with-option": "numpy==1.0 --pre -i https://a.example\n",
    "option-then-requirement": "--pre numpy==1.0\nscipy\n",
    "settings": "numpy==1.0 -C a=b --config-settings=c=d\n-e ./project -Ca=b\nscipy --config-settings no\n",
    "quotes": "numpy==1 --config-settings 'a=b c'\nscipy --config-settings 'open\n",
    "double-dash": "-- numpy\nscipy -- x\n",
    "single-dash": "numpy -\n",
    "editables": "-e ./project\n--editable=./project[dev,Test_x]\n-e .\n-e ./missing\n-e ./bare\n",
    "editable-urls": (
        "-e git+https://g.example/a/b@main#egg=b\n-e git+https://g.example/a/b\n-e git://g.example/a#egg=a\n"
        "-e https://g.example/a.zip#egg=a\n-e svn+svn://g.example/a@12#egg=a\n-e b @ git+ssh://git@g.example/b@v1\n"
        "-e git+https://g.example/a#egg=a[x]\n-e hg+static-http://g.example/a#egg=a\n"
    ),
    "editable-twice": "-e ./project -e .\n",
    "name-then-editable": "numpy -e ./project\n",
    "folders": "./project\n./project[dev]\n.\n./missing\nproject\n./bare\nproject/\n",
    "file-urls": "file:./project\nfile:project#egg=Other\nfile://host.example/x\n-e file:project\n",
    "archives": "./wheels/a-1.0-py3-none-any.whl\nb-2.0-py3-none-any.whl\nbad.whl\nc-1.0.tar.gz\nd.zip\n",
    "archive-at": "name@x.zip\n./name@x.zip\n",
    "urls": (
        "https://h.example/a-1.0-py3-none-any.whl ; python_version > '3'\nhttps://h.example/a.zip;x\n"
        "http://u:p@h.example/a-1.tar.gz\nftp://h.example/b-1.0.zip#egg=B_b\nhttps://h.example/bad.whl\n"
        "https://[broken/a.zip\nHTTPS://h.example/c.zip#egg=c\n"
    ),
    "vcs": (
        "git+https://g.example/a/b.git@v1.0#egg=b&subdirectory=sub\nb @ git+https://u:p@g.example/b@"
        + "a" * 40
        + "\ngit+ssh://git@g.example/a/b\ngit+git@g.example:a/b\nbzr+lp:thing#egg=thing\ngit+file:///tmp/x\n"
    ),
    "direct": "a @ https://h.example/a.zip\na@https://h.example/a.zip ; os_name=='nt'\na[x] @ file:///tmp/a\n",
    "markers": 'a==1; python_version < "3.9" and os_name == "nt"\nb ;\nc; nonsense\nd>=1;extra=="x"\n',
    "names": "A.B_c\n-a\n_b\nc-\n1a==1\n\u0430==1\n",
    "specifiers": "a == 1.0\nb>=1,<2\nc==1.*\nd===weird!\ne (>=1)\nf~=1.4\ng=1\nh==\ni==2013b\nk>=1<2\n",
    "extras": "a[b]==1\nc[d,E_f]\ng[]\nh[\ni[j]k\n",
    "extras-url": "a[b] @ https://h.example/x.whl\n",
    "garbage": "this is not\n@\n;\n==1\n<<\n$VAR\n",
    "variables": "${NAME}==${VERSION}\n${missing}\n${UNSET_ONE}==1\n${EMPTY}\n$NAME\nb @ git+https://${TOKEN}@g.example/b\n",
    "variable-holds-option": "numpy ${OPTION}\n",
    "nested": "-r nested/more.txt\nafter==1\n-c constraints.txt\n",
    "nested-twice": "-r nested/more.txt -r nested/other.txt\n",
    "nested-diamond": "-r nested/more.txt\n-r nested/more.txt\n",
    "nested-missing": "a\n-r missing.txt\n",
    "nested-itself": "a\n-r here.txt\n",
    "nested-file-url": "-r file:nested/more.txt\n",
    "nested-with-name": "numpy -r nested/more.txt\n",
    "bad-constraints": "-c badconstraints.txt\n",
    "coding": "# -*- coding: utf-8 -*-\nnumpy  # ü\n",
    "wide-blank": "numpy\u00a0==1\nscipy\u3000# c\n",
    "no-newline": "numpy==1.0",
    "empty": "",
    "blank": "\n  \n\t\n",
    "separator": "numpy\n=======\nscipy\n",
}


@pytest.fixture(scope="module")
def pip() -> str:
    """An interpreter that has a pip to compare with: ours, which the lock gives one."""
    try:
        found = version("pip")
    except PackageNotFoundError:
        pytest.skip("pip is not installed beside the tests")
    if int(found.partition(".")[0]) < NEWEST:
        pytest.skip(f"pip {found} is older than {NEWEST}, whose behaviour is described")
    return sys.executable


def said_by(python: str, files: Iterable[Path]) -> list[dict[str, Any]]:
    clean = {name: value for name, value in os.environ.items() if not name.startswith("PIP_")}
    done = subprocess.run(
        [python, str(HERE / "pip_oracle.py")],
        input=json.dumps([str(path) for path in files]),
        capture_output=True,
        text=True,
        check=True,
        env={**clean, **VARIABLES, "OPTION": "--pre"},
    )
    answers: list[dict[str, Any]] = json.loads(done.stdout)
    return answers


def differences(path: Path, said: Mapping[str, Any]) -> Iterator[str]:
    """Yield what we and pip make different of one file; the working directory is its folder."""
    try:
        lines = read(Path(path.name), {**VARIABLES, "OPTION": "--pre"})
    except InputError as error:
        if not said["refused"] and not any(one["refused"] for one in said["requirements"]):
            yield f"we refuse the file ({error}), pip does not"
        return
    asked = [line for line in lines if line.expanded]
    fatal = next((at for at, line in enumerate(asked) if line.refused), None)
    if bool(said["refused"]) != (fatal is not None):
        why = "read it" if fatal is None else asked[fatal].refused
        yield f"pip: {said['refused'] or 'reads it'}; we: {why}"
        return
    asked = asked[:fatal]
    if len(asked) != len(said["requirements"]):
        yield f"pip reads {len(said['requirements'])} requirements, we {len(asked)}"
    for line, theirs in zip(asked, said["requirements"], strict=False):
        yield from unlike(line, dict(theirs))


def unlike(line: RequirementLine, theirs: dict[str, Any]) -> Iterator[str]:
    """Yield in what one requirement differs."""
    ours = ours_of(line)
    if theirs["line"] > line.line:  # pip names where the continuations before the requirement begin
        yield f"{line.path}:{line.line}: pip finds it in line {theirs['line']}"
    url = theirs.pop("url", "")
    theirs["origin"] = plain(url)
    if ours["refused"] and theirs["refused"]:
        return
    theirs["extras"] = sorted(map(normalized, theirs.get("extras", ())))
    if ours.get("name") and not theirs.get("name"):
        theirs["name"] = ours["name"]  # we also ask the file's name and the folder's pyproject.toml
    theirs["name"] = normalized(theirs.get("name", ""))
    for key in ours:
        if ours[key] != theirs.get(key):
            yield f"{line.path}:{line.line}: {key}: pip {theirs.get(key)!r}, we {ours[key]!r}"


def ours_of(line: RequirementLine) -> dict[str, Any]:
    told: dict[str, Any] = {
        "text": line.expanded,
        "editable": line.editable,
        "constraint": line.constraint,
        "file": line.path.name,
        "refused": "",
        "origin": "",
        "name": "",
    }
    try:
        read = wanted(line.expanded, (Path(),), shown=line.text, editable=line.editable)
    except UnreadableError as error:
        return {**told, "refused": str(error)}
    if line.constraint and (line.editable or read.extras or read.guessed):
        return {**told, "refused": UNFIT}
    return {**told, "extras": list(read.extras), "marker": read.marker} | identity(read)


def identity(read: Wanted) -> dict[str, Any]:
    direct = read.origin.kind is not SourceKind.REGISTRY
    at = f"@{read.origin.revision}" if read.origin.revision else ""
    specifier = "" if direct else read.specifier
    return {
        "name": read.name,
        "specifier": specifier,
        "origin": f"{read.origin.location}{at}" if direct else "",
    }


def plain(url: str) -> str:
    """Return a link of pip as we write an origin."""
    if not url:
        return ""
    parts = urlsplit(url)
    if parts.scheme in {"", "file"}:
        return os.path.realpath(unquote(parts.path))
    user, _, host = parts.netloc.rpartition("@")
    netloc = parts.netloc if user == "git" else host
    return urlunsplit((parts.scheme.removeprefix("git+"), netloc, parts.path, parts.query, ""))


def scene(folder: Path) -> None:
    """Lay out what the tricky files name."""
    for name in ("project", "bare", "nested", "wheels"):
        (folder / name).mkdir()
    for place in (folder, folder / "project"):
        (place / "pyproject.toml").write_text('[project]\nname = "Some.Project"\n')
    (folder / "wheels" / "a-1.0-py3-none-any.whl").touch()
    (folder / "nested" / "more.txt").write_text("inner==1\n-r other.txt\n-c ../constraints.txt\n")
    (folder / "nested" / "other.txt").write_text("innermost\n")
    (folder / "constraints.txt").write_text(
        "numpy==1.0\nscipy<2 ; python_version > '3'\na @ https://h.example/a.zip\n"
    )
    (folder / "badconstraints.txt").write_text("-e ./project\nnumpy[x]==1\n./project\nhttps://h.example/a\n")


def compare(pip: str, files: list[Path], monkeypatch: pytest.MonkeyPatch) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for path, said in zip(files, said_by(pip, files), strict=True):
        monkeypatch.chdir(path.parent)
        if wrong := list(differences(path, said)):
            found[str(path)] = wrong
    return found


def test_tricky_files_are_read_as_pip_reads_them(
    pip: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    files = []
    for name, text in TRICKY.items():
        folder = tmp_path / name
        folder.mkdir()
        scene(folder)
        files.append(folder / "here.txt")
        files[-1].write_bytes(text.encode())

    found = {}
    for name, path, said in zip(TRICKY, files, said_by(pip, files), strict=True):
        monkeypatch.chdir(path.parent)
        if wrong := list(differences(path, said)):
            found[name] = wrong

    assert found == {}


def test_files_put_together_by_chance_are_read_as_pip_reads_them(
    pip: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    scene(tmp_path)
    chance = random.Random(20)
    lines = [line for text in TRICKY.values() for line in text.splitlines(keepends=True)]
    joints = ["", "\\\n", " \\\n  ", " # c\n", "  ", "\t", ";", " --hash=sha256:00 ", " -", "\r\n"]
    files = []
    for number in range(400):
        parts = [chance.choice(lines) + chance.choice(joints) for _ in range(chance.randint(1, 4))]
        files.append(tmp_path / f"{number}.txt")
        files[-1].write_bytes("".join(parts).encode())

    assert compare(pip, files, monkeypatch) == {}


def test_files_that_people_wrote_are_read_as_pip_reads_them(
    pip: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    if not CORPUS.is_dir():
        pytest.skip("no corpus beside the repository")
    files = sorted(path for path in CORPUS.rglob("*") if path.is_file())

    found = compare(pip, files, monkeypatch)

    with capsys.disabled():
        sys.stdout.write(f"\n{len(files) - len(found)} of {len(files)} requirements files agree with pip\n")
    assert {name: wrong for name, wrong in found.items() if Path(name).name not in EXPECTED} == {}
    assert set(EXPECTED) <= {Path(name).name for name in found}, "a difference is gone: take it from the list"
