"""`driftguard lint`: what is not pinned, where, and with which pin."""

import json
import re
from pathlib import Path

import pytest

from tests.projects import Project

LOOSE = "pandas\nnumpy>=1.20\nplots[fast]==1.*\npinned==1.0\n"


def steady(text: str) -> str:
    return re.sub(r"in \d+\.\d\d s", "in T s", text)


def test_loose_lines_are_named_with_the_pin_of_the_lock(shop: Project) -> None:
    shop.write("requirements.txt", LOOSE)

    done = shop.driftguard("lint", "requirements.txt")

    assert done.code == 1
    assert steady(done.out) == (
        "requirements.txt:1:1: DG201 error: pandas: has no version, pin it as `pandas==3.1.1`\n"
        "requirements.txt:2:1: DG201 error: numpy: is a range (>=1.20), pin it as `numpy==2.4.6`\n"
        "requirements.txt:3:1: DG201 error: plots: is a wildcard (==1.*), pin it as `plots[fast]==1.0`\n"
        "1 file judged in T s: 3 errors, 0 warnings, 0 notes, 0 unknown\n"
    )


def test_without_a_lock_the_environment_gives_the_pin(shop: Project) -> None:
    shop.sync()
    (shop.folder / "uv.lock").unlink()
    shop.write("requirements.txt", "pandas\nsklearn\n")

    done = shop.driftguard("lint", "requirements.txt")

    assert "pandas: has no version, pin it as `pandas==3.1.1`" in done.out
    assert "sklearn: is what `scikit-learn` is imported as, and has no version\n" in done.out


def test_without_either_the_line_is_named_without_a_pin(tmp_path: Path) -> None:
    folder = tmp_path / "bare"
    folder.mkdir()
    project = Project(folder)
    project.write("requirements.txt", "pandas\n")

    done = project.driftguard("lint", "requirements.txt")

    assert done.code == 1
    assert "DG201 error: pandas: has no version\n" in done.out


@pytest.mark.parametrize(
    "text",
    [
        "",
        "# nothing\n",
        "pandas==3.1.1\n",
        "pandas==3.1.1 ; python_version < '3.12'\n",
        "-e .\n",
        "--no-index\n",
    ],
)
def test_pinned_files_pass(shop: Project, text: str) -> None:
    shop.write("requirements.txt", text)

    done = shop.driftguard("lint", "requirements.txt")

    assert done.code == 0, done


def test_an_excuse_in_the_line_needs_a_reason_and_stays_counted(shop: Project) -> None:
    shop.write(
        "requirements.txt",
        """
        pandas  # driftguard: ignore[DG201] the image holds it
        numpy  # driftguard: ignore[DG201]
        """,
    )

    done = shop.driftguard("lint", "--format", "json", "requirements.txt")

    report = json.loads(done.out)
    assert done.code == 1
    assert [(entry["subject"], entry["message"]) for entry in report["findings"]] == [
        ("numpy", "has an ignore without a reason: write `# driftguard: ignore[DG201] reason`"),
        ("numpy", "has no version, pin it as `numpy==2.4.6`"),
    ]
    assert [(entry["subject"], entry["reason"]) for entry in report["ignored"]] == [
        ("pandas", "the image holds it")
    ]


def test_hook_configurations_are_read_too(shop: Project) -> None:
    shop.write(
        ".pre-commit-config.yaml",
        """
        repos:
          - repo: https://index.example/mirrors-mypy
            rev: v1.18.2
            hooks:
              - id: mypy
                additional_dependencies: [types-pyyaml, "pandas==3.1.1"]
        """,
    )

    done = shop.driftguard("lint", ".pre-commit-config.yaml")

    assert done.code == 1
    assert ".pre-commit-config.yaml:6:35: DG201 error: types-pyyaml: has no version\n" in done.out
    assert "1 error," in done.out


@pytest.mark.parametrize(
    ("name", "content", "message"),
    [
        ("absent.txt", None, "absent.txt: no such file"),
        ("pyproject.toml", None, "`pyproject.toml` is not linted"),
        ("merge.txt", b"<<<<<<< HEAD\npandas\n=======\n>>>>>>> x\n", "merge.txt:1"),
        ("binary.txt", b"pandas\x00\n", "binary.txt:1"),
        ("loop.txt", b"-r loop.txt\n", "loop.txt:1"),
        ("gone.txt", b"\n-r nowhere.txt\n", "gone.txt:2"),
        ("bad.yaml", b"additional_dependencies: [\n", "bad.yaml:"),
        ("environment.yml", b"dependencies:\n- pandas\n", "`environment.yml` is not linted"),
        (".pre-commit-config.yaml", b"Repos: []\n", ".pre-commit-config.yaml:1: has no `repos`"),
    ],
)
def test_what_cannot_be_read_is_one_line_and_exit_code_3(
    shop: Project, name: str, content: bytes | None, message: str
) -> None:
    if content is not None:
        (shop.folder / name).write_bytes(content)

    done = shop.driftguard("lint", name)

    assert (done.code, done.out) == (3, "")
    assert message in done.err
    assert "Traceback" not in done.err


SECRET = """machine h.example
  login me
  password = hunter2
hunter2: x
[remote "hunter2"]
--hunter2
/hunter2
https://hooks.example/services/hunter2
export TOKEN=hunter2
"""


@pytest.mark.parametrize("output", ["text", "json", "markdown", "github"])
@pytest.mark.parametrize("include", ["-r ../netrc", "-c ../netrc", "-r more.txt"])
def test_an_included_file_of_secrets_is_not_shown(shop: Project, include: str, output: str) -> None:
    (shop.folder.parent / "netrc").write_text(SECRET)
    shop.write("more.txt", "-r ../netrc\n")
    shop.write("requirements.txt", f"{include}\n")

    done = shop.driftguard("lint", "--format", output, "requirements.txt")

    assert done.code == 1
    assert "hunter2" not in done.out + done.err
    assert "line 3" in done.out
    assert "netrc" in done.out


def test_an_excuse_that_hides_nothing_is_told(shop: Project) -> None:
    shop.write(
        "requirements.txt",
        """
        pandas==1.0  # driftguard: ignore[DG201] old
        numpy==1.0  # driftguard: ignore[DG103] built here, which lint does not judge
        plots  # driftguard: ignore[DG201] needed
        """,
    )

    done = shop.driftguard("lint", "--format", "json", "requirements.txt")

    report = json.loads(done.out)
    assert done.code == 0
    assert [(entry["code"], entry["message"]) for entry in report["findings"]] == [
        ("DG902", "ignored, but there is nothing to hide: old")
    ]
    assert [entry["reason"] for entry in report["ignored"]] == ["needed"]


def test_one_excuse_covers_every_problem_of_its_line_however_often_it_is_read(shop: Project) -> None:
    shop.write("inner.txt", "numpy  # driftguard: ignore[DG201] image\n")
    shop.write(
        "requirements.txt",
        """
        -r inner.txt
        -r inner.txt
        pandas>=1 scipy --pre plots  # driftguard: ignore[DG201] two problems
        plots>=1 --pre torch  # driftguard: ignore[DG201] two problems
        """,
    )

    done = shop.driftguard("lint", "requirements.txt", "inner.txt", "requirements.txt")

    assert (done.code, "DG902" in done.out) == (0, False), done
    assert "2 files judged" in done.out
    assert "5 ignored" in done.out


@pytest.mark.parametrize(
    ("words", "code", "told"),
    [
        pytest.param(["--select", "DG2"], 1, "pandas: has no version", id="its-family"),
        pytest.param(["--select", "DG1,DG201"], 1, "pandas: has no version", id="among-others"),
        pytest.param(["--select", "DG"], 1, "pandas: has no version", id="everything"),
        pytest.param(
            ["--select", "DG1"], 3, "judges requirements only: none of `DG1…` applies", id="another"
        ),
        pytest.param(["--select", "DG202,DG10"], 3, "none of `DG202…`, `DG10…` applies", id="several-others"),
        pytest.param(["--select", "DG2", "--ignore", "DG201"], 3, "none of `DG2…` applies", id="left-out"),
    ],
)
def test_lint_runs_the_rules_on_requirements_alone(
    shop: Project, words: list[str], code: int, told: str
) -> None:
    shop.write("requirements.txt", "pandas\n")

    done = shop.driftguard("lint", *words, "requirements.txt")

    assert done.code == code
    assert told in done.out + done.err
    assert "it needs this fact" not in done.out
    assert ("`driftguard check`" in done.err) is (code == 3)
