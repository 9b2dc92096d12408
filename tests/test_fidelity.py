"""What we expect is what uv exports: real locks, many selections, 24 simulated environments."""

from pathlib import Path

import pytest

from tests.proofs import fidelity


@pytest.mark.slow
@pytest.mark.skipif(not fidelity.CORPUS, reason="no corpus beside the repository")
@pytest.mark.parametrize("folder", fidelity.CORPUS, ids=lambda path: path.name)
def test_every_selection_of_a_real_lock_is_what_uv_exports(folder: Path) -> None:
    result = fidelity.compare(folder)

    assert result.differences == ()
    assert result.comparisons or any("refused" in note for note in result.notes)
