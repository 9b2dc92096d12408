"""`driftguard check` on real projects, locked and synced by the real uv."""

import json
import re
import shutil
from pathlib import Path

import pytest

from tests.projects import Done, Project


def steady(text: str) -> str:
    """Replace what differs between machines and runs."""
    text = re.sub(r"\(CPython [\d.a-z+]+\)", "(CPython X)", text)
    return re.sub(r"in \d+\.\d\d s", "in T s", text)


def codes(done: Done) -> list[tuple[str, str]]:
    return [(entry["code"], entry["subject"]) for entry in json.loads(done.out)["findings"]]


def test_an_environment_as_locked_passes(shop: Project) -> None:
    shop.sync()

    done = shop.driftguard("check")

    assert done.code == 0, done
    assert steady(done.out) == (
        "driftguard check\n"
        "  environment  .venv (CPython X), .venv beside the lock\n"
        "  lock         uv.lock\n"
        "\n"
        "3 packages judged in T s: 0 errors, 0 warnings, 0 notes, 0 unknown\n"
    )
    assert done.err == ""


def test_a_moved_package_is_named_with_both_versions_and_the_printed_command_mends_it(shop: Project) -> None:
    shop.sync("--no-dev")
    shop.pip("install", "numpy<2")

    done = shop.driftguard("check", "--no-dev")

    assert done.code == 1
    assert steady(done.out) == (
        "driftguard check\n"
        "  environment  .venv (CPython X), .venv beside the lock\n"
        "  lock         uv.lock (--no-dev)\n"
        "\n"
        "DG102 other version\n"
        "  error   numpy  locked 2.4.6, installed 1.26.4\n"
        "                 pandas was locked with 2.4.6; installed by uv (uv.lock:5)\n"
        "  mend: uv sync --frozen --inexact --no-dev\n"
        "\n"
        "DG111 unmet\n"
        "  error   pandas  needs numpy>=2, installed 1.26.4\n"
        "                  it was never tested with what is there\n"
        f"                  ({shop.site.relative_to(shop.folder)}/pandas-3.1.1.dist-info)\n"
        "  mend: uv sync --frozen --inexact --no-dev\n"
        "\n"
        "2 packages judged in T s: 2 errors, 0 warnings, 0 notes, 0 unknown\n"
    )
    shop.uv("sync", "--frozen", "--inexact", "--no-dev")
    assert shop.driftguard("check", "--no-dev").code == 0


SELECTIONS = [
    (),
    ("--no-dev",),
    ("--no-default-groups",),
    ("--extra", "plot"),
    ("--all-extras",),
    ("--all-extras", "--no-extra", "learn"),
    ("--group", "docs"),
    ("--all-groups",),
    ("--only-group", "docs"),
    ("--no-install-project",),
    ("--no-editable",),
]


@pytest.mark.parametrize("chosen", SELECTIONS, ids=" ".join)
def test_we_agree_with_uv_on_every_selection_of_one_environment(
    shop: Project, chosen: tuple[str, ...]
) -> None:
    """The environment holds the default selection; whoever asks for another must be told."""
    shop.sync()

    uv = shop.uv("sync", "--check", "--frozen", *chosen)
    ours = shop.driftguard("check", *chosen)

    assert ours.code == uv.code, (ours, uv)


@pytest.mark.parametrize("chosen", SELECTIONS, ids=" ".join)
def test_we_agree_with_uv_on_what_it_synced(shop: Project, chosen: tuple[str, ...]) -> None:
    shop.sync(*chosen)

    done = shop.driftguard("check", *chosen)

    assert done.code == 0, done


def test_a_selection_that_fits_better_is_said_once(shop: Project) -> None:
    shop.sync("--extra", "learn", "--group", "docs")

    done = shop.driftguard("check", "--format", "json", "--no-dev")

    (finding,) = json.loads(done.out)["findings"]
    assert finding["code"] == "DG105"
    assert finding["message"] == (
        "this environment is what another selection asks for: --extra learn --group docs"
    )


def test_a_package_of_another_group_names_the_group(shop: Project) -> None:
    shop.sync()
    shop.pip("install", "plots", "colorlog")

    done = shop.driftguard("check", "--format", "json")

    found = {entry["subject"]: entry["message"] for entry in json.loads(done.out)["findings"]}
    assert found == {
        "colorlog": "not in the lock, installed 6.9",
        "plots": "locked only for extra `plot`, extra `learn`, group `docs`, installed 1.0",
    }


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (("--extra", "plto"), "extra `plto` is not in"),
        (("--group", "dosc"), "group `dosc` is not in"),
        (("--package", "shpo"), "package `shpo` is not a workspace member"),
        (("--package", "a", "--all-packages"), "contradict"),
        (
            ("--only-group", "docs", "--extra", "plot"),
            "`--only-group` goes with no other group and no extra",
        ),
        (("--extra", "../x"), "is not a name"),
        (("--select", "DG8"), "no rule begins with `DG8`"),
        (("--ignore", "DG9"), "DG9 cannot be left out"),
        (("--report", "x.pdf"), "no format for `x.pdf`"),
        (("--format", "xml"), "invalid choice"),
        (("--nonsense",), "unrecognized arguments: --nonsense"),
        (("--lock", "absent.lock"), "absent.lock: no such file"),
        (("--python", "absent"), "absent"),
    ],
)
def test_a_wrong_command_line_is_one_line_and_exit_code_3(
    shop: Project, words: tuple[str, ...], message: str
) -> None:
    done = shop.driftguard("check", *words)

    assert (done.code, done.out) == (3, "")
    assert message in done.err.splitlines()[0]
    assert "Traceback" not in done.err
    assert len(done.err.splitlines()) <= 2


def test_no_environment_is_exit_code_3_and_says_what_to_do(shop: Project) -> None:
    done = shop.driftguard("check")

    assert done.code == 3
    assert "hint: " in done.err


def test_the_lock_is_found_from_below_and_the_commands_name_the_project(shop: Project) -> None:
    shop.sync()
    shop.pip("uninstall", "numpy")
    below = shop.folder / "src" / "deep"
    below.mkdir(parents=True)

    done = shop.driftguard("check", "--format", "json", cwd=below)

    (finding,) = json.loads(done.out)["findings"]
    assert finding["mend"] == f"uv sync --frozen --inexact --project {shop.folder}"
    assert shop.uv(*finding["mend"].split()[1:], cwd=below).code == 0
    assert shop.driftguard("check", cwd=below).code == 0


def test_the_same_facts_in_every_format_from_one_run(shop: Project) -> None:
    shop.sync()
    shop.pip("install", "numpy<2")

    done = shop.driftguard(
        "check", "--format", "github", "--report", "r.json", "--report", "r.md", "--report", "r.txt"
    )

    assert done.code == 1
    assert done.out.startswith("::error file=uv.lock,line=5,title=DG102 other-version::numpy: locked 2.4.6")
    assert json.loads((shop.folder / "r.json").read_text())["verdict"] == "fail"
    assert "| error | DG102 | `numpy` |" in (shop.folder / "r.md").read_text()
    assert "DG102 other version" in (shop.folder / "r.txt").read_text()


def test_an_ignore_needs_its_reason_is_counted_and_speaks_when_it_is_of_no_use(shop: Project) -> None:
    shop.sync()
    shop.pip("install", "colorlog")
    shop.write(
        "driftguard.toml",
        """
        [[ignore]]
        rule = "DG104"
        package = "colorlog"
        reason = "until the image is rebuilt"

        [[ignore]]
        rule = "DG102"
        reason = "left over"

        [[ignore]]
        rule = "DG1"
        reason = "long ago"
        until = 2020-01-01
        """,
    )

    done = shop.driftguard("check", "--format", "json")

    report = json.loads(done.out)
    assert done.code == 0
    assert [(entry["subject"], entry["reason"]) for entry in report["ignored"]] == [
        ("colorlog", "until the image is rebuilt")
    ]
    assert codes(done) == [("DG901", "DG1"), ("DG902", "DG102")]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (
            'selct = ["DG1"]',
            "driftguard.toml: selct: is not a key that driftguard knows\nhint: did you mean `select`?",
        ),
        ('[[ignore]]\nrule = "DG1"', "driftguard.toml:1: ignore[0].reason: is missing"),
        ('[[ignore]]\nrule = "DG1"\nreason = " "', "driftguard.toml:1: ignore[0].reason: is empty"),
        ('[[ignore]]\nrule = "X"\nreason = "y"', "ignore[0].rule: `X` is no rule"),
        ('[[ignore]]\nrule = "DG1"\nreason = "y"\nuntil = "soon"', "ignore[0].until: `soon` is not a date"),
        ('fail-on = "all"', "fail-on: `all` is none of"),
        ("allow = 3", "allow: is an integer, not a list"),
        ("allow = [", "driftguard.toml:1: not TOML"),
    ],
)
def test_a_broken_configuration_is_refused_with_its_place(shop: Project, text: str, message: str) -> None:
    shop.write("driftguard.toml", text)

    done = shop.driftguard("check")

    assert done.code == 3
    assert message in done.err


def test_without_asking_the_interpreter_what_is_unknown_is_not_green(shop: Project) -> None:
    shop.sync()

    done = shop.driftguard("check", "--no-exec")

    assert done.code == 3
    assert "DG903 skipped" in done.out
    assert shop.driftguard("check", "--no-exec", "--ignore", "DG110").code == 0


def test_a_dangling_interpreter_is_exit_code_3(shop: Project) -> None:
    shop.sync()
    for link in (shop.folder / ".venv" / "bin").glob("python*"):
        link.unlink()
        link.symlink_to("/nowhere/python")

    done = shop.driftguard("check")

    assert done.code == 3
    assert "/nowhere/python" in done.err


def test_a_workspace_member_is_chosen_by_the_folder_one_stands_in(shop: Project) -> None:
    shop.wheel("tool==1.0")
    shop.write(
        "member/pyproject.toml",
        """
        [project]
        name = "member"
        version = "0.1.0"
        requires-python = ">=3.11"
        dependencies = ["tool"]
        """,
    )
    with (shop.folder / "pyproject.toml").open("a") as manifest:
        manifest.write('\n[tool.uv.workspace]\nmembers = ["member"]\n')
    shop.lock()
    shop.sync("--package", "member")

    assert shop.driftguard("check", cwd=shop.folder / "member").code == 0
    assert shop.driftguard("check", "--package", "member").code == 0
    assert shop.driftguard("check").code == 1
    assert shop.driftguard("check", "--all-packages").code == 1


def test_credentials_never_reach_the_output(shop: Project, tmp_path: Path) -> None:
    lock = tmp_path / "requirements.txt"
    lock.write_text("numpy @ https://ann:s3cret@index.example/numpy-2.4.6.zip?token=t0ken\n")
    shop.sync()

    done = shop.driftguard("check", "--lock", str(lock), "--python", ".venv", "--format", "json")

    assert done.code == 1
    assert "s3cret" not in done.out + done.err
    assert "t0ken" not in done.out + done.err
    assert "https://index.example/numpy-2.4.6.zip?token=***" in done.out


def test_merge_markers_in_the_lock_are_named_with_their_line(shop: Project) -> None:
    lock = shop.folder / "uv.lock"
    lock.write_text(
        lock.read_text().replace('[[package]]\nname = "pandas"', '<<<<<<< HEAD\n[[package]]\nname = "pandas"')
    )

    done = shop.driftguard("check")

    assert done.code == 3
    assert re.fullmatch(r"driftguard: .*uv\.lock:\d+: merge conflict marker\nhint: .*\n", done.err)


def test_a_missing_key_of_the_lock_is_named_with_its_place(shop: Project) -> None:
    lock = shop.folder / "uv.lock"
    lock.write_text(re.sub(r'source = \{ virtual = "\." \}\n', "", lock.read_text()))

    done = shop.driftguard("check")

    assert done.code == 3
    assert re.search(r"uv\.lock:\d+: package\[\d\]\.source: is missing", done.err), done.err


def test_a_copied_environment_is_still_judged(shop: Project) -> None:
    shop.sync()
    shutil.copytree(shop.folder / ".venv", shop.folder / "copy", symlinks=True)

    assert shop.driftguard("check", "--python", "copy").code == 0


def folder_without_record(shop: Project, name: str, metadata: str) -> None:
    info = shop.site / f"{name}.dist-info"
    info.mkdir()
    (info / "METADATA").write_text(metadata)


@pytest.mark.parametrize(
    ("name", "metadata", "code"),
    [
        ("numpy-1.0", "Metadata-Version: 2.1\nName: numpy\nVersion: 1.0\n", "DG106"),
        ("stranger-1.0", "Metadata-Version: 2.1\nName: stranger\nVersion: 1.0\n", "DG104"),
        ("broken-1.0", "", "DG107"),
    ],
)
def test_what_no_installer_can_remove_is_mended_by_the_printed_command(
    shop: Project, name: str, metadata: str, code: str
) -> None:
    shop.sync()
    folder_without_record(shop, name, metadata)

    done = shop.driftguard("check", "--format", "json")
    (finding, *_) = [entry for entry in json.loads(done.out)["findings"] if entry["code"] == code]
    mended = shop.run("bash", "-c", finding["mend"])

    assert (done.code, mended.code) == (1, 0), mended
    assert shop.driftguard("check").code == 0
