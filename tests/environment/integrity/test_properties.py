"""Laws of the check of files, whatever is installed and whatever becomes of it."""

import csv
import io
import os
import tempfile
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from driftguard.environment.integrity import records
from tests.environment.integrity.builders import Folder, digest

NAMES = st.from_regex(r"[a-z]{1,6}( [a-z]{1,3})?(,[a-z]{1,3})?(\"x)?(\r?\ny)?\.(py|txt|so)", fullmatch=True)
PARTS = st.lists(
    st.sampled_from(("..", ".", "a", "b", "", "\0", "__pycache__", "é", '"', ",")), min_size=1, max_size=6
)


@given(rows=st.lists(st.tuples(PARTS.map("/".join), st.text(max_size=8), st.text(max_size=4)), max_size=8))
@settings(max_examples=300, deadline=None)
def test_no_row_of_a_record_leads_out_of_the_environment(rows: list[tuple[str, str, str]]) -> None:
    with tempfile.TemporaryDirectory() as root:
        there = Folder(Path(root) / "env")
        record = there.install("six==1.0")
        text = io.StringIO()
        csv.writer(text, lineterminator="\n").writerows(rows)
        record.write_bytes(record.read_bytes() + text.getvalue().encode("utf-8", "surrogatepass"))

        inside = f"{there.root}{os.sep}"
        found = records.read(str(record.parent), (inside,))

        assert all(path.startswith(inside) and os.path.normpath(path) == path for path in found.paths)
        assert len(set(found.paths)) == len(found.paths) == len(found.digests)


@given(text=st.text(st.sampled_from("ab,/\n\r é"), max_size=30))
@settings(max_examples=500, deadline=None)
def test_the_columns_of_a_record_are_those_of_its_rows(text: str) -> None:
    data = text.encode()
    try:
        rows = records.rows(data)
    except csv.Error:
        with pytest.raises(csv.Error):
            records.columns(data)
        return

    assert [*zip(*records.columns(data), strict=True)] == [*map(tuple, rows)]


@given(
    files=st.dictionaries(NAMES, st.binary(max_size=20), min_size=1, max_size=6),
    data=st.data(),
)
@settings(max_examples=60, deadline=None)
def test_exactly_what_was_changed_deleted_or_added_is_told(
    files: dict[str, bytes], data: st.DataObject
) -> None:
    fates = {name: data.draw(st.sampled_from(("kept", "changed", "deleted"))) for name in files}
    with tempfile.TemporaryDirectory() as root:
        there = Folder(Path(root) / "env")
        text = io.StringIO()
        csv.writer(text, lineterminator="\n").writerows(
            (f"pack/{name}", digest(content), len(content)) for name, content in files.items()
        )
        there.install("six==1.0", {}, rows=text.getvalue())
        (there.site / "pack").mkdir()
        for name, content in files.items():
            if fates[name] != "deleted":
                (there.site / "pack" / name).write_bytes(content + b"!" * (fates[name] == "changed"))
        (there.site / "pack" / "added").write_bytes(b"")

        found = there.read()

        told = found.verified[0]
        assert {Path(one.path).name for one in told.changed} == {
            name for name in files if fates[name] == "changed"
        }
        assert {Path(path).name for path in told.missing} == {
            name for name in files if fates[name] == "deleted"
        }
        assert [Path(path).name for one in found.strangers for path in one.paths] == ["added"]
