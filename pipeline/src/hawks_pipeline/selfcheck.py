"""Whether this machine can do the night at all, asked before anybody is troubled."""

import io
import shutil
from pathlib import Path

from hawks_pipeline import files
from hawks_pipeline.errors import UsageError

NEEDED = 300 * 2**20
"""Bytes that have to be free: many times what a night leaves behind."""


def check(folder: Path) -> None:
    """Look at the disk, write a probe into `folder`, and take a table through Parquet and back.

    Raises UsageError for a place that does not do; what a broken pandas or pyarrow raises is let through: it
    is no argument's fault.
    """
    free = shutil.disk_usage(folder).free
    if free < NEEDED:
        raise UsageError(f"{folder}: {free >> 20} MB are free, {NEEDED >> 20} MB are needed")
    _probe(folder / f"{files.ASIDE}probe")
    _round_trip()


def _probe(path: Path) -> None:
    try:
        files.write(path, b"probe")
        path.unlink()
    except OSError as error:
        raise UsageError(f"{path.parent}: cannot be written to: {error.strerror}") from None


def _round_trip() -> None:
    import pandas as pd

    table = pd.DataFrame({"name": ["Krejčí", None], "made": [7, 0], "share": [0.5, float("nan")]})
    stream = io.BytesIO()
    table.to_parquet(stream, compression="zstd", index=False)
    pd.testing.assert_frame_equal(pd.read_parquet(stream), table)
