"""`driftguard check --deep` on real environments: what uv calls in order, and what mends it."""

import base64
import hashlib
import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.projects import Project, find_uv

GREEN = "0 errors, 0 warnings, 0 notes, 0 unknown"


@pytest.fixture
def store(project: Project) -> Project:
    """A synced application with a package, a module, a script, and files that only some wheels have."""
    package = {"pack/__init__.py": b"", "pack/part.py": b"PART = 1\n", "pack/data.bin": b"\0" * 100_000}
    scripts = b"[console_scripts]\nsixty = six:main\n"
    project.wheel("six==1.17", files={"six-1.17.dist-info/entry_points.txt": scripts})
    project.wheel("pack==2.0", "six", files=package)
    project.write(
        "pyproject.toml",
        f"""
        [project]
        name = "store"
        version = "0.1.0"
        requires-python = ">=3.11"
        dependencies = ["pack"]

        [tool.uv]
        no-index = true
        find-links = ["{project.index}"]
        """,
    )
    project.lock()
    project.sync()
    return project


def judged(store: Project, *words: str, **variables: Any) -> tuple[list[dict[str, Any]], int]:
    """Return the findings of `check --deep`, and its exit code."""
    done = store.driftguard("check", "--deep", "--select", "DG1,DG4", "--format", "json", *words, **variables)
    assert done.err == ""
    return json.loads(done.out)["findings"], done.code


def deep(store: Project, *words: str, **variables: Any) -> list[str]:
    """Return the findings of `check --deep`, each in a line."""
    findings, code = judged(store, *words, **variables)
    failed = any(one["severity"] == "error" and not one["unknown"] for one in findings)
    assert code == (1 if failed else 3 if any(one["unknown"] for one in findings) else 0)
    return [
        f"{one['code']} {'unknown' if one['unknown'] else one['severity']}: {one['subject']}: {one['message']}"
        for one in findings
    ]


def mended(store: Project, **variables: Any) -> list[str]:
    """Run every command that `check --deep` prints, and return what it says afterwards."""
    for finding in judged(store, **variables)[0]:
        assert finding["mend"], finding
        done = store.run("sh", "-c", finding["mend"], **variables)
        assert done.code == 0, done.err
    return deep(store, **variables)


def is_green_to_uv(store: Project) -> bool:
    return store.uv("sync", "--check", "--frozen", "--offline").code == 0


def test_a_fresh_environment_is_in_order_and_its_files_are_counted(store: Project) -> None:
    for _ in range(2):
        done = store.driftguard("check", "--deep", "--select", "DG1,DG4")

        assert done.code == 0
        assert "2 packages, 19 files judged" in done.out
        assert GREEN in done.out


def edit(store: Project) -> None:
    with (store.site / "six.py").open("a") as file:
        file.write("EDITED = True\n")


def delete(store: Project) -> None:
    (store.site / "pack" / "part.py").unlink()


def lose_record(store: Project) -> None:
    (store.site / "six-1.17.dist-info" / "RECORD").unlink()


def add_path_file(store: Project) -> None:
    (store.site / "zz.pth").write_text("import os; os.environ['ROGUE'] = '1'\n")


def add_module(store: Project) -> None:
    (store.site / "rogue.py").write_text("ROGUE = True\n")


@pytest.mark.parametrize(
    ("inflict", "told"),
    [
        (edit, "DG401 error: six: six.py: recorded 21 bytes, found 35 bytes"),
        (delete, "DG402 error: pack: 1 of 10 files is gone: pack/part.py"),
        (lose_record, "DG403 error: six: RECORD cannot be read: no such file"),
        (
            add_path_file,
            "DG405 error: zz.pth: line 1 runs at every start: import os; os.environ['ROGUE'] = '1'",
        ),
        (add_module, "DG404 error: rogue.py: belongs to no installed distribution"),
    ],
)
def test_what_uv_does_not_see_is_told_and_the_printed_command_mends_it(
    store: Project, inflict: Callable[[Project], None], told: str
) -> None:
    inflict(store)

    assert is_green_to_uv(store)
    assert deep(store) == [told]
    assert mended(store) == []


HARD_LINKS: dict[str, Any] = {"UV_LINK_MODE": "hardlink"}


def linked(store: Project) -> Project:
    """Make the environment anew, of hard links to uv's cache."""
    done = store.run(find_uv(), "sync", "--frozen", "--reinstall", **HARD_LINKS)
    assert done.code == 0, done.err
    return store


def test_an_edit_through_a_hard_link_is_in_every_new_environment_until_the_cache_forgets_it(
    store: Project,
) -> None:
    edit(linked(store))
    shutil.rmtree(store.folder / ".venv")
    store.run(find_uv(), "sync", "--frozen", **HARD_LINKS)

    assert "EDITED" in (store.site / "six.py").read_text()
    assert is_green_to_uv(store)
    (finding,), code = judged(store)
    assert code == 1
    assert (finding["code"], finding["message"]) == ("DG408", "six.py: recorded 21 bytes, found 35 bytes")
    assert finding["detail"][0].startswith("uv's cache has the same file: ")
    assert finding["detail"][0].endswith("/six.py")
    assert str(store.folder.parent / "uv-cache") in finding["detail"][0]
    assert finding["mend"] == "uv cache clean six && uv sync --frozen --inexact --reinstall-package six"
    assert mended(store, **HARD_LINKS) == []
    shutil.rmtree(store.folder / ".venv")
    store.run(find_uv(), "sync", "--frozen", **HARD_LINKS)
    assert deep(store) == []


def test_an_edit_through_a_symbolic_link_is_one_of_the_cache_too(store: Project) -> None:
    symbolic: dict[str, Any] = {"UV_LINK_MODE": "symlink"}
    store.run(find_uv(), "sync", "--frozen", "--reinstall", **symbolic)
    assert deep(store) == []
    edit(store)

    (finding,), _ = judged(store)
    assert finding["code"] == "DG408"
    assert finding["detail"] == [f"uv's cache has the same file: {(store.site / 'six.py').resolve()}"]
    assert mended(store, **symbolic) == []


def test_an_edit_that_breaks_the_link_stays_in_one_environment(store: Project) -> None:
    linked(store)
    edited = store.site / "six.py"
    content = edited.read_bytes()
    edited.unlink()
    edited.write_bytes(content + b"EDITED = True\n")

    assert deep(store) == ["DG401 error: six: six.py: recorded 21 bytes, found 35 bytes"]
    assert mended(store, **HARD_LINKS) == []


def test_a_second_name_elsewhere_is_no_cache(store: Project) -> None:
    os.link(store.site / "six.py", store.folder.parent / "elsewhere.py")
    edit(store)

    (finding,), _ = judged(store)

    assert finding["code"] == "DG408"
    assert finding["detail"] == ["2 hard links to it"]


def with_hashes(store: Project) -> None:
    """Write the hashes of local wheels into the lock, as uv does for those of an index."""
    text = (store.folder / "uv.lock").read_text()
    for wheel in store.index.glob("*.whl"):
        digest = hashlib.sha256(wheel.read_bytes()).hexdigest()
        row = f'{{ path = "{wheel}", hash = "sha256:{digest}", size = {wheel.stat().st_size} }}'
        text = text.replace(f'{{ path = "{wheel}" }}', row)
    (store.folder / "uv.lock").write_text(text)


def rewrite_record(store: Project, name: str) -> None:
    """Write into RECORD what a file now holds."""
    (record,) = store.site.glob("six-*.dist-info/RECORD")
    data = (store.site / name).read_bytes()
    digest = base64.urlsafe_b64encode(hashlib.sha256(data).digest()).rstrip(b"=").decode()
    rows = [row for row in record.read_text().splitlines() if not row.startswith(f"{name},")]
    record.unlink()  # which may be a link into the cache
    record.write_text("\n".join([*rows, f"{name},sha256={digest},{len(data)}"]) + "\n")


def test_an_edit_whose_record_was_rewritten_too_is_told_by_the_locked_wheel(store: Project) -> None:
    with_hashes(store)
    edit(store)
    rewrite_record(store, "six.py")
    (store.site / "more.py").write_text("MORE = 1\n")
    rewrite_record(store, "more.py")

    assert deep(store) == []
    assert deep(store, "--anchor") == [
        "DG409 error: six: 2 files are not as in the locked wheel: six.py, more.py"
    ]
    (finding,), _ = judged(store, "--anchor")
    assert finding["mend"] == "uv cache clean six && uv sync --frozen --inexact --reinstall-package six"
    assert store.run("sh", "-c", finding["mend"]).code == 0
    assert deep(store, "--anchor") == []


def test_compiled_code_that_no_wheel_brought_is_told_by_the_locked_wheel(store: Project) -> None:
    with_hashes(store)
    (store.site / "more.pyc").write_bytes(b"\0" * 16)
    rewrite_record(store, "more.pyc")

    assert deep(store, "--anchor") == ["DG409 error: six: installed, not in the wheel: more.pyc"]


def test_what_has_no_record_of_use_is_not_anchored(store: Project) -> None:
    with_hashes(store)
    (store.folder / ".venv" / "conda-meta").mkdir()
    (store.site / "six-1.17.dist-info" / "INSTALLER").write_text("conda")

    assert "DG410 unknown: anchor: 1 distribution: it has no RECORD of use: six" in deep(store, "--anchor")


def test_what_was_taken_out_of_record_and_deleted_is_told_by_the_locked_wheel(store: Project) -> None:
    with_hashes(store)
    record = store.site / "pack-2.0.dist-info" / "RECORD"
    rows = record.read_text().splitlines(keepends=True)
    record.write_text("".join(row for row in rows if not row.startswith("pack/part.py")))
    (store.site / "pack" / "part.py").unlink()

    assert deep(store) == []
    assert deep(store, "--anchor") == ["DG409 error: pack: in the wheel, not installed: pack/part.py"]


def test_what_cannot_be_anchored_is_listed_and_is_not_green(store: Project) -> None:
    assert deep(store, "--anchor") == [
        "DG410 note: anchor: 2 distributions: no hash of a wheel is locked: pack, six"
    ]
    with_hashes(store)
    moved = store.folder.parent / "moved"
    store.index.rename(moved)

    reason = "its wheel is neither in a wheelhouse nor in pip's cache"
    assert deep(store, "--anchor") == [f"DG410 unknown: anchor: 2 distributions: {reason}: pack, six"]
    assert deep(store, "--wheelhouse", str(moved)) == []


def test_a_wheel_of_another_hash_anchors_nothing(store: Project) -> None:
    with_hashes(store)
    with (store.index / "six-1.17-py3-none-any.whl").open("ab") as file:
        file.write(b"more")

    (told,) = deep(store, "--anchor")

    assert told.startswith("DG410 unknown: anchor: 1 distribution: ")


def test_a_wheelhouse_that_is_not_there_is_a_usage_error(store: Project) -> None:
    done = store.driftguard("check", "--wheelhouse", "absent")

    assert (done.code, done.out) == (3, "")
    assert "`--wheelhouse absent` is not a folder" in done.err


def test_two_distributions_with_one_file_are_told_once_and_neither_is_changed(project: Project) -> None:
    for name in ("first", "second"):
        project.wheel(f"{name}==1.0", files={"shared/code.py": name.encode(), "shared/same.py": b"1"})
    project.write(
        "pyproject.toml",
        """
        [project]
        name = "store"
        version = "0.1.0"
        requires-python = ">=3.11"
        dependencies = ["first", "second"]
        """,
    )
    project.lock()
    project.sync()

    (finding,), code = judged(project)

    assert code == 0
    assert (finding["code"], finding["severity"]) == ("DG406", "warning")
    assert finding["message"] == "2 files are in several RECORDs, 1 of them differs: shared/code.py"
    holder = (project.site / "shared" / "code.py").read_text()
    assert finding["detail"] == [f"shared/code.py is {holder}'s"]


def test_the_scripts_of_a_moved_environment_lead_to_where_it_was(store: Project) -> None:
    old = store.folder / ".venv"
    moved: dict[str, Any] = {"UV_PROJECT_ENVIRONMENT": str(store.folder / "moved")}
    old.rename(store.folder / "moved")

    assert deep(store, **moved) == [
        f"DG407 error: scripts: 1 starts {old}/bin/python, which is not there: sixty"
    ]
    assert mended(store, **moved) == []


def test_preflight_holds_files_against_their_records_too(store: Project) -> None:
    edit(store)

    done = store.driftguard("preflight", "--select", "DG1,DG4", "--", "touch", "ran")

    assert done.code == 1
    assert not (store.folder / "ran").exists()
    assert "six.py: recorded 21 bytes, found 35 bytes" in done.out


def test_without_a_cache_an_edit_that_the_cache_believes_in_is_seen(store: Project) -> None:
    assert deep(store) == []
    assert deep(store, "--no-cache") == []
    edit(store)
    assert len(deep(store, "--no-cache")) == 1


@pytest.mark.slow
@pytest.mark.parametrize("compiled", ["--compile", "--no-compile"])
def test_what_pip_installed_is_in_order(store: Project, compiled: str) -> None:
    environment = store.folder / "by-pip"
    assert store.run(sys.executable, "-m", "venv", str(environment)).code == 0
    install = ["-m", "pip", "install", "--no-index", "--find-links", str(store.index), compiled, "pack"]
    done = store.run(str(environment / "bin" / "python"), *install)
    assert done.code == 0, done.err
    assert store.run(str(environment / "bin" / "python"), "-c", "import six, pack.part").code == 0

    assert deep(store, "--python", str(environment)) == []
    site = next((environment / "lib").glob("python*/site-packages"))
    (site / "pack" / "part.py").write_text("PART = 2\n")
    (finding,), _ = judged(store, "--python", str(environment))
    assert finding["mend"].endswith("--reinstall-package pack")


@pytest.mark.slow
def test_what_virtualenv_made_is_in_order(store: Project) -> None:
    done = store.run(sys.executable, "-m", "virtualenv", "--no-download", "by-virtualenv")
    assert done.code == 0, done.err
    store.run(find_uv(), "sync", "--frozen", "--inexact", UV_PROJECT_ENVIRONMENT="by-virtualenv")

    assert deep(store, "--python", "by-virtualenv") == []


def test_what_debian_installed_is_in_order(store: Project) -> None:
    python = Path("/usr/bin/python3")
    if not Path("/usr/lib/python3/dist-packages").is_dir() or not python.exists():
        pytest.skip("no Debian here")

    findings, _ = judged(store, "--python", str(python), "--ignore", "DG1")

    ours = [one for one in findings if one["code"] != "DG405" or not is_debian_s(one["path"])]
    strange = [one for one in ours if one["code"] != "DG405" and one["severity"] != "note"]
    assert strange == []
    assert len(ours) == len(findings)


def is_debian_s(path: str) -> bool:
    return subprocess.run(["dpkg", "--search", path], capture_output=True, check=False).returncode == 0


def test_hashes_of_pinned_requirements_anchor_too(store: Project) -> None:
    lines = []
    for spec in ("six==1.17", "pack==2.0"):
        (wheel,) = store.index.glob(f"{spec.partition('==')[0]}-*.whl")
        lines.append(f"{spec} --hash=sha256:{hashlib.sha256(wheel.read_bytes()).hexdigest()}\n")
    store.write("requirements.txt", "".join(lines))
    words = ("--lock", "requirements.txt", "--python", ".venv", "--wheelhouse", str(store.index))

    assert deep(store, *words) == []
    edit(store)
    rewrite_record(store, "six.py")
    (told,) = deep(store, *words)
    assert told.startswith("DG409 error: six: six.py: recorded sha256 ")


def poison(source: Path, code: str, header: bytes = b"") -> None:
    """Put bytecode of other code beside a source, with a header that fits this source or another."""
    import importlib.util
    import marshal

    status = source.stat()
    fits = b"".join(number.to_bytes(4, "little") for number in (0, int(status.st_mtime), status.st_size))
    path = Path(importlib.util.cache_from_source(str(source)))
    path.parent.mkdir(exist_ok=True)
    body = marshal.dumps(compile(code, str(source), "exec"))
    path.write_bytes(importlib.util.MAGIC_NUMBER + (header or fits) + body)


def says(store: Project) -> str:
    """Import what was installed, and return what it prints."""
    done = store.run(str(store.folder / ".venv" / "bin" / "python"), "-c", "import six, pack.part")
    assert done.code == 0, done.err
    return done.out


def test_poisoned_bytecode_runs_and_is_told_by_the_code_that_its_source_compiles_to(store: Project) -> None:
    with_hashes(store)
    poison(store.site / "six.py", "print('poison')")
    poison(store.site / "pack" / "part.py", "print('also')\n")

    assert says(store) == "poison\nalso\n"
    assert is_green_to_uv(store)
    assert deep(store) == []
    told = deep(store, "--anchor")
    assert [one[:18] for one in told] == ["DG411 error: pack:", "DG411 error: six.p"]
    for finding in judged(store, "--anchor")[0]:
        assert store.run("sh", "-c", finding["mend"]).code == 0
    assert deep(store, "--anchor") == []
    assert says(store) == ""


def test_poisoned_bytecode_whose_source_is_not_looked_at_is_told_by_its_header(store: Project) -> None:
    poison(store.site / "six.py", "print('poison')", b"\1\0\0\0another.")

    assert says(store) == "poison\n"
    (told,) = deep(store)
    assert told.startswith("DG411 error: six.py: __pycache__/six.cpython-")
    assert "made of a source of hash 616e6f746865722e, the source has " in told
    assert mended(store) == []
    assert says(store) == ""


def test_bytecode_that_cannot_be_compared_is_not_green(store: Project) -> None:
    with_hashes(store)
    poison(store.site / "six.py", "print('poison')")

    findings, code = judged(store, "--anchor", "--no-exec", "--ignore", "DG110,DG112,DG410")

    assert code == 3
    assert [one["code"] for one in findings if one["unknown"]] == ["DG411"]


def test_a_module_in_a_bytecode_folder_is_told_and_deleted(store: Project) -> None:
    folder = store.site / "pack" / "__pycache__"
    folder.mkdir(exist_ok=True)
    (folder / "rogue.py").write_text("print('rogue')\n")

    assert store.run(str(store.folder / ".venv/bin/python"), "-c", "import pack.__pycache__.rogue").out == (
        "rogue\n"
    )
    name = "pack: 1 of its files belongs to no installed distribution: __pycache__/rogue.py"
    assert deep(store) == [f"DG404 warning: {name}"]
    assert mended(store) == []


@pytest.mark.parametrize(
    "words",
    [
        ("-m", "compileall", "-q", "-f"),
        ("-m", "compileall", "-q", "-f", "-o", "0", "-o", "1", "-o", "2"),
        ("-m", "compileall", "-q", "-f", "--invalidation-mode", "unchecked-hash"),
        ("-m", "compileall", "-q", "-f", "--invalidation-mode", "checked-hash"),
        ("-X", "no_debug_ranges", "-m", "compileall", "-q", "-f"),
        ("-OO", "-m", "compileall", "-q", "-f"),
    ],
)
def test_bytecode_that_python_made_is_in_order(store: Project, words: tuple[str, ...]) -> None:
    with_hashes(store)
    store.run(str(store.folder / ".venv" / "bin" / "python"), *words, str(store.site))

    assert deep(store) == []
    assert deep(store, "--anchor") == []
