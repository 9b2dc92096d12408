"""The one place that writes, and the bytes of the table it writes."""

import io
import tempfile
from collections.abc import Mapping
from pathlib import Path

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from hawks_pipeline.errors import UsageError


def parquet(table: pd.DataFrame) -> bytes:
    """Return `table` as Parquet, compressed with zstd."""
    stream = io.BytesIO()
    pq.write_table(pa.Table.from_pandas(table, preserve_index=False), stream, compression="zstd")
    return stream.getvalue()


def write(files: Mapping[Path, bytes]) -> None:
    """Write each file whole or not at all, and none before all have found room. Raises UsageError."""
    staged: list[tuple[Path, Path]] = []
    try:
        for path, data in files.items():
            path.parent.mkdir(parents=True, exist_ok=True)
            with tempfile.NamedTemporaryFile(
                dir=path.parent, prefix=f".{path.name}.", delete=False
            ) as stream:
                staged.append((Path(stream.name), path))
                stream.write(data)
        for temporary, path in staged:
            temporary.chmod(0o644)
            temporary.replace(path)
    except OSError as error:
        raise UsageError(f"cannot write {path}: {error.strerror}") from None
    finally:
        for temporary, _ in staged:
            temporary.unlink(missing_ok=True)
