"""Real environments for the proof of agreement: how each is made, in the very commands that make it.

They run in a shell in the project's folder: `uv` is the pinned one, `pip` an outside pip on `.venv`, `$SITE` its
site-packages, `$OTHER` a Python of another minor version, `$TOOLS` a folder with local wheels and repositories.
"""

from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from tests.projects import BACKEND, Project
from tests.wheels import make_wheel

UNSEEN = "none of the three compares a package's files with its RECORD"
NAMED = "uv goes by the folder's name; nothing tells what it needs, or two places tell different things"
NOT_RECORDED = "installers do not record the index"


class Case(NamedTuple):
    """One environment: `project` is locked, synced with `sync` (None: not at all), then `steps` are run.

    `judged` are the options of the selection that is judged; `allow` what `[tool.driftguard]` allows; `python`
    the version it is made with, `environment` where it ends up. A `healthy` one may cause no finding. `stricter`
    and `looser` say why we differ from uv; `remark` explains what is left.
    """

    name: str
    steps: str = ""
    project: str = "plain"
    sync: str | None = ""
    judged: str = ""
    inexact: bool = False
    python: str = ""
    environment: str = ".venv"
    healthy: bool = False
    stricter: str = ""
    looser: str = ""
    remark: str = ""


PLAIN = """
[project]
name = "plain"
version = "1"
requires-python = ">=3.8"
dependencies = [
    "attrs==23.2.0", "certifi==2024.7.4", "click==8.1.7", "colorama==0.4.6", "idna==3.7", "jinja2==3.1.4",
]
[project.optional-dependencies]
old = ["six==1.16.0"]
[dependency-groups]
dev = ["iniconfig==2.0.0"]
docs = ["mdurl==0.1.2"]
"""

MEMBER = """
[build-system]
requires = []
build-backend = "backend"
backend-path = ["."]
[project]
name = "{name}"
{version}
requires-python = ">=3.11"
dependencies = [{needs}]
"""

SOURCES = """
[project]
name = "outer"
version = "1"
requires-python = ">=3.11"
dependencies = ["idna==3.7", "archived", "beside", "repository", "speed==1.0+cpu"]
[tool.uv]
find-links = ["wheels"]
[tool.uv.sources]
archived = {{ path = "wheels/archived-1.0-py3-none-any.whl" }}
beside = {{ path = "beside" }}
repository = {{ git = "file://{tools}/repository" }}
"""

LEGACY = """
[project]
name = "legacy-user"
version = "1"
requires-python = ">=3.11"
dependencies = ["legacy", "setuptools==65.5.1"]
[tool.uv.sources]
legacy = { path = "legacy", editable = true }
"""


def write(project: Project, kind: str, tools: Path) -> None:
    """Write the manifests and sources of a project of that kind."""
    if kind == "plain":
        project.write("pyproject.toml", PLAIN)
    elif kind == "workspace":
        _write_workspace(project)
    elif kind == "sources":
        _member(project, "beside", "beside", version='version = "1.0"')
        for name in ("archived==1.0", "speed==1.0", "speed==1.0+cpu"):
            make_wheel(project.folder / "wheels", name)
        project.write("pyproject.toml", SOURCES.format(tools=tools))
    elif kind == "legacy":
        project.write(
            "legacy/setup.py", "from setuptools import setup\nsetup(name='legacy', version='1.0')\n"
        )
        project.write("pyproject.toml", LEGACY)
    else:
        project.write("pyproject.toml", Path(__file__).with_name("medium.toml").read_text(encoding="utf-8"))


def _write_workspace(project: Project) -> None:
    root = MEMBER.format(name="app", version='version = "1.0"', needs='"idna==3.7", "lib"')
    more = "[tool.uv.workspace]\nmembers = ['lib', 'moving']\n[tool.uv.sources]\nlib = { workspace = true }\n"
    project.write("pyproject.toml", root + more)
    project.write("backend.py", BACKEND)
    project.write("src/app/__init__.py", "VALUE = 1\n")
    project.write("src/app/names.txt", "one\n")
    _member(project, "lib", "lib", version='version = "1.0"')
    _member(project, "moving", "moving", version='dynamic = ["version"]')
    project.write("moving/VERSION", "1.0\n")


def _member(project: Project, folder: str, name: str, *, version: str) -> None:
    project.write(f"{folder}/pyproject.toml", MEMBER.format(name=name, version=version, needs=""))
    project.write(f"{folder}/backend.py", BACKEND)
    project.write(f"{folder}/{name}/__init__.py", "VALUE = 1\n")
    project.write(f"{folder}/{name}/more.py", "VALUE = 2\n")


def prepare(tools: Project) -> None:
    """Make what lies outside of every project: a repository of two commits, another idna, a local package."""
    _member(tools, "repository", "repository", version='version = "1.0"')
    git = "git -c user.name=tests -c user.email=tests@index.example -c commit.gpgsign=false -C repository"
    for step in ("init --quiet", "add .", "commit --quiet -m one", "commit --quiet --allow-empty -m two"):
        done = tools.run("bash", "-c", f"{git} {step}")
        assert done.code == 0, done
    _member(tools, "idna", "idna", version='version = "3.7"')
    make_wheel(tools.folder / "wheels", "idna==3.7")
    make_wheel(tools.folder / "cpu", "idna==3.7+cpu")


def cases() -> Iterator[Case]:
    """Return every environment, the healthy ones first."""
    yield from HEALTHY
    yield from (
        Case(f"Python {version}", python=version, healthy=True)
        for version in ("3.8", "3.9", "3.10", "3.12", "3.13")
    )
    yield from CHANGED
    yield from LOCAL


EXPORT = "uv export --frozen --quiet --no-emit-local -o pinned.txt"
BARE = '"$BASE" -m venv --without-pip .venv'

HEALTHY = (
    Case("synced", healthy=True),
    Case("synced with extra", sync="--extra old", judged="--extra old", healthy=True),
    Case(
        "synced with all", sync="--all-extras --all-groups", judged="--all-extras --all-groups", healthy=True
    ),
    Case("synced without dev", sync="--no-dev", judged="--no-dev", healthy=True),
    Case("synced, one group only", sync="--only-group docs", judged="--only-group docs", healthy=True),
    Case(
        "uv pip install",
        f"uv venv --quiet\n{EXPORT}\nuv pip install --quiet -r pinned.txt",
        sync=None,
        healthy=True,
    ),
    Case(
        "pip with hashes",
        f"{BARE}\n{EXPORT}\npip install --require-hashes -r pinned.txt",
        sync=None,
        healthy=True,
    ),
    Case(
        "pip without hashes, compiled",
        f"{BARE}\n{EXPORT} --no-hashes\npip install --no-deps --compile -r pinned.txt",
        sync=None,
        healthy=True,
    ),
    Case(
        "pip in the environment",
        f'"$BASE" -m venv .venv\n{EXPORT}\npip install -r pinned.txt',
        sync=None,
        healthy=True,
    ),
    Case(
        "system site-packages",
        "uv venv --quiet --system-site-packages\nuv sync --quiet --frozen",
        sync=None,
        remark="a warning: what is in the base interpreter is found as well",
    ),
    Case("bytecode compiled", "uv sync --quiet --frozen --compile-bytecode", sync=None, healthy=True),
    Case("same version by pip over uv", "pip install --force-reinstall --no-deps idna==3.7", healthy=True),
    Case("moved back and forth", "mv .venv elsewhere\nmv elsewhere .venv", healthy=True),
    Case("workspace", project="workspace", healthy=True),
    Case(
        "workspace, all members",
        project="workspace",
        sync="--all-packages",
        judged="--all-packages",
        healthy=True,
    ),
    Case(
        "workspace, one member",
        project="workspace",
        sync="--package lib",
        judged="--package lib",
        healthy=True,
    ),
    Case(
        "workspace, not editable",
        project="workspace",
        sync="--no-editable",
        judged="--no-editable",
        healthy=True,
    ),
    Case(
        "workspace without the project",
        project="workspace",
        sync="--no-install-project",
        judged="--no-install-project",
        healthy=True,
    ),
    Case("git, archive, folder, local version", project="sources", healthy=True),
    Case("legacy editable by uv", project="legacy", healthy=True),
    Case("62 packages by uv", project="medium", healthy=True),
    Case(
        "62 packages by pip",
        f"{BARE}\n{EXPORT}\npip install --require-hashes -r pinned.txt",
        project="medium",
        sync=None,
        healthy=True,
    ),
)

CHANGED = (
    Case(
        "seeded by uv",
        "uv venv --quiet --seed\nuv sync --quiet --frozen",
        sync=None,
        remark="a warning: the seeded wheel needs packaging, which uv does not bring",
    ),
    Case("downgraded by uv", "uv pip install --quiet idna==3.6"),
    Case("downgraded by pip", "pip install --no-deps idna==3.6"),
    Case("upgraded", "uv pip install --quiet idna==3.10"),
    Case(
        "local version of the locked one",
        "uv pip install --quiet --no-index --find-links $TOOLS/cpu idna==3.7+cpu",
    ),
    Case("removed by pip", "pip uninstall -y markupsafe"),
    Case("removed by uv", "uv pip uninstall --quiet click"),
    Case("its dist-info removed", "rm -r $SITE/idna-3.7.dist-info"),
    Case("its files removed", "rm -r $SITE/idna", remark=UNSEEN),
    Case("one of its files edited", "echo x = 1 >> $SITE/idna/core.py", remark=UNSEEN),
    Case(
        "a hash in RECORD edited",
        "sed -i s/sha256=./sha256=_/ $SITE/idna-3.7.dist-info/RECORD",
        remark=UNSEEN,
    ),
    Case("one added by uv", "uv pip install --quiet six==1.16.0"),
    Case("one added by pip", "pip install toml==0.10.2"),
    Case(
        "one added over --inexact", "uv pip install --quiet toml==0.10.2\nuv sync --quiet --frozen --inexact"
    ),
    Case(
        "the same, and allowed",
        "uv pip install --quiet toml==0.10.2",
        inexact=True,
        remark="beside `uv sync --check --inexact` and `allow = ['toml']`",
    ),
    Case("extra left by --inexact", "uv sync --quiet --frozen --inexact", sync="--extra old"),
    Case(
        "from a wheel file",
        "uv pip install --quiet --reinstall --no-deps $TOOLS/wheels/idna-3.7-py3-none-any.whl",
    ),
    Case(
        "from a wheel file by pip",
        "pip install --force-reinstall --no-deps $TOOLS/wheels/idna-3.7-py3-none-any.whl",
    ),
    Case(
        "from another index",
        "uv pip install --quiet --reinstall --no-deps --no-index --find-links $TOOLS/wheels idna",
        remark=NOT_RECORDED,
    ),
    Case("from a folder", "uv pip install --quiet --reinstall --no-deps $TOOLS/idna"),
    Case("from a folder, editable", "uv pip install --quiet --reinstall --no-deps -e $TOOLS/idna"),
    Case(
        "from a URL",
        "uv pip install --quiet --reinstall --no-deps "
        """"idna @ $(grep -o 'http[^" ]*idna-3.7-[^" ]*whl' uv.lock)\"""",
    ),
    Case(
        "older dist-info left behind",
        "cp -r $SITE/idna-3.7.dist-info $SITE/idna-3.6.dist-info\n"
        "sed -i 's/^Version: .*/Version: 3.6/' $SITE/idna-3.6.dist-info/METADATA",
    ),
    Case("a group more", sync="--group docs"),
    Case("an extra more", sync="--extra old"),
    Case("dev left out", sync="--no-dev"),
    Case("extra not installed", judged="--extra old"),
    Case("group not installed", judged="--group docs"),
    Case("dist-info renamed", "mv $SITE/idna-3.7.dist-info $SITE/idna-3.8.dist-info"),
    Case("dist-info of another name", "mv $SITE/idna-3.7.dist-info $SITE/other-3.7.dist-info"),
    Case("METADATA emptied", ": > $SITE/idna-3.7.dist-info/METADATA", stricter=NAMED),
    Case("METADATA missing", "rm $SITE/idna-3.7.dist-info/METADATA", stricter=NAMED),
    Case(
        "Version in METADATA edited",
        "sed -i 's/^Version: .*/Version: 3.8/' $SITE/idna-3.7.dist-info/METADATA",
        stricter=NAMED,
    ),
    Case(
        "Requires-Dist edited",
        "sed -i 's/^Requires-Dist: MarkupSafe.*/Requires-Dist: MarkupSafe>=9/' "
        "$SITE/jinja2-3.1.4.dist-info/METADATA",
        remark="a warning: both are as the lock has them",
    ),
    Case(
        "RECORD missing",
        "rm $SITE/idna-3.7.dist-info/RECORD",
        remark="it is what is locked; only removing it will fail",
    ),
    Case(
        "WHEEL missing",
        "rm $SITE/idna-3.7.dist-info/WHEEL",
        stricter="no installer leaves it out; which platform it is for cannot be judged",
    ),
    Case(
        "WHEEL of another platform",
        "sed -i 's/^Tag: .*/Tag: cp311-cp311-win_amd64/' $SITE/[Mm]arkup[Ss]afe-*/WHEEL",
    ),
    Case(
        "WHEEL of another Python",
        "sed -i 's/^Tag: .*/Tag: cp39-cp39-linux_x86_64/' $SITE/[Mm]arkup[Ss]afe-*/WHEEL",
    ),
    Case("direct_url.json broken", "echo '{' > $SITE/idna-3.7.dist-info/direct_url.json"),
    Case("pip was interrupted, all there", "cp -r $SITE/idna $SITE/~dna", remark="a warning"),
    Case(
        "pip was interrupted, half removed",
        "mv $SITE/idna $SITE/~dna\nmv $SITE/idna-3.7.dist-info $SITE/~dna-3.7.dist-info",
    ),
    Case("installed by conda, it says", "echo conda > $SITE/idna-3.7.dist-info/INSTALLER", healthy=True),
    Case("--target over site-packages", "uv pip install --quiet --target $SITE idna==3.6"),
    Case("pip --target over site-packages", "pip install --no-deps --upgrade --target $SITE idna==3.6"),
    Case(
        "renamed environment",
        "mv .venv moved",
        environment="moved",
        remark="a warning: what is in bin still names the folder it was made in",
    ),
    Case(
        "copied environment",
        "cp -a .venv copied",
        environment="copied",
        remark="a warning: what is in bin still names the folder it was made in",
    ),
    Case("of a Python not admitted", '"$OTHER" -m venv --without-pip --clear .venv', project="workspace"),
    Case("lib of another Python", "mv $(dirname $SITE) .venv/lib/python3.7"),
    Case("its Python is gone", "rm .venv/bin/python*\nln -s /nowhere/python .venv/bin/python"),
    Case("no environment", "rm -r .venv"),
)

LOCAL = (
    Case("editable, asked for a copy", project="workspace", judged="--no-editable"),
    Case("copy, asked for editable", project="workspace", sync="--no-editable"),
    Case(
        "editable by pip instead of a copy",
        "pip install --no-deps -e lib",
        project="workspace",
        judged="--no-editable",
        sync="--no-editable",
    ),
    Case("folder of a member by pip", "pip install --no-deps -e lib", project="workspace", remark="unknown"),
    Case(
        "copy of a member by pip",
        "pip install --no-deps ./lib",
        project="workspace",
        sync="--no-editable",
        judged="--no-editable",
        remark="unknown",
    ),
    Case(
        "cache-keys that match nothing",
        "printf '[tool.uv]\\ncache-keys = [\"nothing/*\"]\\n' >> lib/pyproject.toml\n"
        "uv sync --quiet --frozen",
        project="workspace",
        sync=None,
        looser="uv records nothing then, and would install it again after every sync",
    ),
    Case("member's pyproject.toml touched", "touch lib/pyproject.toml", project="workspace"),
    Case(
        "member's version raised",
        'sed -i \'s/version = "1.0"/version = "1.1"/\' lib/pyproject.toml\nuv lock --quiet',
        project="workspace",
    ),
    Case(
        "the same, installed by pip before",
        "pip install --no-deps -e lib\n"
        'sed -i \'s/version = "1.0"/version = "1.1"/\' lib/pyproject.toml\nuv lock --quiet',
        project="workspace",
    ),
    Case(
        "its script added, installed by pip before",
        "pip install --no-deps -e lib\n"
        "printf '[project.scripts]\\nlib = \"lib:main\"\\n' >> lib/pyproject.toml",
        project="workspace",
    ),
    Case("src made anew", "cp -r src new\nrm -r src\nmv new src", project="workspace"),
    Case(
        "source file edited, editable",
        "echo VALUE = 3 > src/app/__init__.py",
        project="workspace",
        healthy=True,
    ),
    Case(
        "source file edited, copy",
        "echo VALUE = 3 > src/app/__init__.py",
        project="workspace",
        sync="--no-editable",
        judged="--no-editable",
        stricter="uv looks at pyproject.toml only; the copy is not what the source is",
    ),
    Case(
        "data file edited, copy",
        "echo two > src/app/names.txt",
        project="workspace",
        sync="--no-editable",
        judged="--no-editable",
        stricter="uv looks at pyproject.toml only; the copy is not what the source is",
    ),
    Case(
        "source file touched, copy",
        "touch src/app/__init__.py lib/lib/*.py",
        project="workspace",
        sync="--no-editable",
        judged="--no-editable",
        healthy=True,
    ),
    Case(
        "source file gone, copy",
        "rm lib/lib/more.py",
        project="workspace",
        sync="--no-editable",
        judged="--no-editable",
        remark="a note",
    ),
    Case(
        "source edited, then a copy out of uv's cache",
        "uv sync --quiet --frozen --no-editable\necho VALUE = 3 > src/app/__init__.py\nrm -r .venv\n"
        "UV_LINK_MODE=hardlink uv sync --quiet --frozen --no-editable",
        project="workspace",
        sync=None,
        judged="--no-editable",
        stricter="uv installs the wheel that it built of the older source",
    ),
    Case(
        "dynamic version raised",
        "echo 1.1 > moving/VERSION",
        project="workspace",
        sync="--all-packages",
        judged="--all-packages",
        remark="nothing says so: the version is known only after a build",
    ),
    Case(
        "dynamic version raised, copy",
        "echo 1.1 > moving/VERSION",
        project="workspace",
        sync="--all-packages --no-editable",
        judged="--all-packages --no-editable",
        remark="nothing says so: the version is known only after a build",
    ),
    Case(
        "git at another commit",
        "uv pip install --quiet --no-deps "
        "repository@git+file://$TOOLS/repository@$(git -C $TOOLS/repository rev-parse HEAD~1)",
        project="sources",
    ),
    Case(
        "git package from a folder", "uv pip install --quiet --no-deps $TOOLS/repository", project="sources"
    ),
    Case(
        "git package by pip",
        "pip install --no-deps --no-build-isolation --force-reinstall "
        "repository@git+file://$TOOLS/repository@$(git -C $TOOLS/repository rev-parse HEAD)",
        project="sources",
        healthy=True,
    ),
    Case("archive made anew", "touch wheels/archived-1.0-py3-none-any.whl", project="sources"),
    Case(
        "archived package from an index",
        "uv pip install --quiet --reinstall --no-index --find-links wheels archived",
        project="sources",
    ),
    Case(
        "1.0 instead of 1.0+cpu",
        "uv pip install --quiet --no-index --find-links wheels speed===1.0",
        project="sources",
    ),
    Case("folder's pyproject.toml touched", "touch beside/pyproject.toml", project="sources"),
    Case(
        "folder's file edited",
        "echo VALUE = 9 > beside/beside/more.py",
        project="sources",
        stricter="uv looks at pyproject.toml only; the copy is not what the source is",
    ),
    Case(
        "setup.py develop over it",
        "uv pip uninstall --quiet legacy\ncd legacy && ../.venv/bin/python setup.py --quiet develop",
        project="legacy",
    ),
)
