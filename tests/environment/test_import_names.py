"""Under which names distributions are imported, as their lists of files tell it."""

from pathlib import Path

import pytest

from driftguard.environment import distributions, import_names
from driftguard.model import Installed, Unavailable
from tests.environment.builders import dist, tree


def installed(folder: Path, spec: str, *rows: str) -> Installed:
    record = "".join(f"{row},sha256=x,1\n" for row in rows)
    tree(folder, dist(spec, RECORD=record))
    return next(one for one in distributions.read([folder]).installed if one.name == spec.partition("==")[0])


@pytest.mark.parametrize(
    ("name", "rows", "names"),
    [
        pytest.param("pandas", ["pandas/__init__.py", "pandas/core/__init__.py"], ["pandas"], id="package"),
        pytest.param("six", ["six.py"], ["six"], id="module"),
        pytest.param("x", ["x.cpython-311-x86_64-linux-gnu.so"], ["x"], id="extension"),
        pytest.param("x", ["x/__init__.abi3.so"], ["x"], id="package-of-native-code"),
        pytest.param("scikit-learn", ["sklearn/__init__.py"], ["sklearn"], id="other-name"),
        pytest.param("pyyaml", ["yaml/__init__.py", "_yaml/__init__.py"], ["yaml"], id="private"),
        pytest.param(
            "matplotlib",
            ["matplotlib/__init__.py", "pylab.py", "mpl_toolkits/mplot3d/__init__.py"],
            ["matplotlib"],
            id="its-own-name-is-enough",
        ),
        pytest.param("attrs", ["attr/__init__.py", "attrs/__init__.py"], ["attrs"], id="the-newer-of-two"),
        pytest.param("pillow", ["PIL/__init__.py"], ["PIL"], id="capitals"),
        pytest.param("python-dotenv", ["dotenv/__init__.py", "dotenv_extra.py"], ["dotenv"], id="by-table"),
        pytest.param("two", ["a/__init__.py", "b/__init__.py", "c.py"], ["a", "b"], id="several"),
        pytest.param("x", ["other.py", "tests/__init__.py", "docs/conf.py"], ["other"], id="by-accident"),
        pytest.param(
            "google-cloud-storage",
            [
                "google/cloud/storage/__init__.py",
                "google/cloud/storage/a/__init__.py",
                "google/cloud/storage/b.py",
            ],
            ["google.cloud.storage"],
            id="namespace",
        ),
        pytest.param("ns", ["spaced/a.py", "spaced/b/c.py"], ["spaced"], id="without-any-init"),
        pytest.param("types-requests", ["requests-stubs/__init__.pyi"], [], id="stubs"),
        pytest.param("tool", ["../../../bin/tool", "tool-1.data/x.py"], [], id="program"),
        pytest.param("odd", ['"a\nb.py"', "a b.py", "1.py", "a;import os.py", "../up.py"], [], id="no-names"),
        pytest.param("editable", ["_editable_impl_x.pth", "__editable___x_finder.py"], [], id="editable"),
    ],
)
def test_names(tmp_path: Path, name: str, rows: list[str], names: list[str]) -> None:
    found = import_names.of(installed(tmp_path, f"{name}==1", *rows))

    assert found == tuple(names)


def test_there_is_an_end_to_them(tmp_path: Path) -> None:
    found = import_names.of(installed(tmp_path, "many==1", *(f"m{number}.py" for number in range(100))))

    assert isinstance(found, tuple)
    assert len(found) == import_names.MOST


def test_without_a_list_nobody_knows(tmp_path: Path) -> None:
    tree(tmp_path, dist("a==1"))
    (one,) = distributions.read([tmp_path]).installed

    assert isinstance(import_names.of(one), Unavailable)


def test_whose_a_file_is(tmp_path: Path) -> None:
    a = installed(tmp_path, "a==1", "a/x.py", '"b,c.py"')
    b = installed(tmp_path, "b==1", "b/x.py")

    assert import_names.owner(str(tmp_path / "b/x.py"), [a, b]) == "b"
    assert import_names.owner(str(tmp_path / "c/x.py"), [a, b]) == ""
    assert import_names.owner("/elsewhere/a/x.py", [a, b]) == ""
