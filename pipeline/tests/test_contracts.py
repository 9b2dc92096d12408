"""The contracts: what is right passes, what is not is told by table, column and value."""

from collections.abc import Callable
from dataclasses import replace

import frames as made
import pandas as pd
import pytest

from hawks_pipeline import contracts
from hawks_pipeline.errors import ContractError
from hawks_pipeline.metrics import frames


def test_hand_made_tables_are_under_contract() -> None:
    contracts.check(made.silver())
    frames.check(made.gold())


@pytest.mark.parametrize("name", list(contracts.CONTRACTS))
def test_an_empty_table_is_under_contract(name: str) -> None:
    assert contracts.faults_of(contracts.empty(name), contracts.CONTRACTS[name], name=name) == []


@pytest.mark.parametrize("name", list(frames.CONTRACTS))
def test_an_empty_figure_table_is_under_contract(name: str) -> None:
    assert contracts.faults_of(frames.empty(name), frames.CONTRACTS[name], name=name) == []


@pytest.mark.parametrize(
    ("change", "fault"),
    [
        pytest.param(lambda t: t.drop(columns="fga"), "player_game", id="missing"),
        pytest.param(lambda t: t.assign(more=1), "player_game", id="unknown"),
        pytest.param(lambda t: t.assign(fga=t["fga"].astype(float)), "player_game.fga", id="retyped"),
        pytest.param(lambda t: t.assign(venue="X"), "player_game.venue", id="value"),
        pytest.param(lambda t: t.assign(game_id="22600001"), "player_game.game_id", id="game id"),
        pytest.param(lambda t: pd.concat([t, t.head(1)]), "player_game", id="twice"),
    ],
)
def test_a_broken_table_is_named(change: Callable[[pd.DataFrame], pd.DataFrame], fault: str) -> None:
    silver = made.silver(rounds=1)

    with pytest.raises(ContractError, match=fault):
        contracts.check(replace(silver, player_game=change(silver.player_game)))
