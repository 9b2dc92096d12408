"""The simulated league under the same contracts and the same bookkeeping as the real one."""

import logging
from datetime import date

import pytest
from simulated_night import night

from hawks_pipeline import reconcile
from hawks_pipeline.simulated.league import League

FIRST = date(2026, 10, 20)


def test_a_season_so_far_is_cleaned_without_a_warning_and_agrees_in_everything(
    caplog: pytest.LogCaptureFixture,
) -> None:
    with caplog.at_level(logging.WARNING):
        silver = night(League(7, as_of=date(2026, 11, 6)), FIRST, date(2026, 11, 6))

    assert caplog.messages == []
    assert {len(getattr(silver, name)) > 0 for name in ("player_game", "shot", "roster", "schedule")} == {
        True
    }
    reconcile.check(silver)
