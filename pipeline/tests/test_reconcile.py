"""What must agree, agrees; what does not is named by game, player and column."""

from dataclasses import replace

import frames as made
import pandas as pd
import pytest

from hawks_pipeline import reconcile
from hawks_pipeline.contracts import CONTRACTS, Silver
from hawks_pipeline.errors import ReconciliationError

SILVER = made.silver()


def changed(table: str, column: str, by: float, *, row: int = 0) -> Silver:
    rows = getattr(SILVER, table).copy()
    rows.loc[rows.index[row], column] += by
    return replace(SILVER, **{table: rows})


def test_what_agrees_is_quiet() -> None:
    reconcile.check(SILVER)


def test_nothing_agrees_with_nothing() -> None:
    nothing = Silver(**{name: getattr(SILVER, name).iloc[:0] for name in SILVER.__slots__})

    reconcile.check(nothing)


def test_shots_are_held_against_box_scores() -> None:
    shots = SILVER.shot.drop(index=0)
    row = SILVER.shot.iloc[0]

    with pytest.raises(ReconciliationError) as caught:
        reconcile.check(replace(SILVER, shot=shots))

    assert caught.value.exit_code == 66
    told, game = str(caught.value), row["game_id"]
    assert told.startswith(f"shots against box scores: game {game}, team {row['team_id']}: FGA shots")
    assert f"| game {game}, player {row['player_id']}: FGA shots" in told


def moved(count: int) -> Silver:
    """Give `count` baskets of a player, each in another game, to his mate on the chart alone."""
    shots = SILVER.shot.copy()
    his = shots[(shots["player_id"] == 1) & shots["made"]].drop_duplicates("game_id").head(count)
    shots.loc[his.index, "player_id"] = 2
    assert len(his) == count
    return replace(SILVER, shot=shots)


def test_a_basket_credited_to_a_mate_is_a_late_correction_and_said(caplog: pytest.LogCaptureFixture) -> None:
    reconcile.check(moved(1))

    assert caplog.messages[0].startswith("shots against box scores, taken for late corrections: game 00226")


def test_many_baskets_credited_to_a_mate_are_no_late_correction() -> None:
    with pytest.raises(ReconciliationError, match=r"shots against box scores: .*player 1: FG"):
        reconcile.check(moved(5))


def test_a_game_whose_shots_nobody_fetched_is_left_out() -> None:
    game = SILVER.shot["game_id"].iloc[0]

    reconcile.check(replace(SILVER, shot=SILVER.shot[SILVER.shot["game_id"] != game]))


def test_a_shooter_missing_on_the_chart_is_told() -> None:
    row = SILVER.shot.iloc[0]
    his = (SILVER.shot["game_id"] == row["game_id"]) & (SILVER.shot["player_id"] == row["player_id"])

    with pytest.raises(ReconciliationError, match=f"player {row['player_id']}: only in line"):
        reconcile.check(replace(SILVER, shot=SILVER.shot[~his]))


@pytest.mark.parametrize(
    ("silver", "fault"),
    [
        pytest.param(changed("player_game", "ast", 1), "players against teams: .*AST", id="player sum"),
        pytest.param(changed("player_game", "tov", 9), "TOV players 1?[0-9], team", id="too many turnovers"),
        pytest.param(changed("player_game", "pts", 1), r"PTS != 2 FGM \+ FG3M \+ FTM", id="points"),
        pytest.param(changed("team_game", "ftm", 99), "team lines .* FTM > FTA", id="free throws"),
        pytest.param(changed("box_score", "dreb", 1), "log against box scores: .*DREB log", id="box"),
        pytest.param(changed("schedule", "home_pts", 2), "scores against lines: game 0022600001", id="score"),
        pytest.param(
            changed("official_player", "fga", 1), "players against the league: .*FGA", id="official"
        ),
        pytest.param(changed("official_player", "gp", 1), "GP ours 6, the league's 7", id="games missing"),
        pytest.param(changed("official_team", "efg_pct", 0.002), "teams against .*: efg_pct is", id="eFG%"),
        pytest.param(changed("official_team", "ts_pct", -0.002), "teams against .*: ts_pct is", id="TS%"),
    ],
)
def test_what_disagrees_is_named(silver: Silver, fault: str) -> None:
    with pytest.raises(ReconciliationError, match=fault):
        reconcile.check(silver)


def test_three_digits_are_not_a_disagreement() -> None:
    reconcile.check(changed("official_team", "efg_pct", 0.0))
    with pytest.raises(ReconciliationError):
        reconcile.check(changed("official_team", "efg_pct", 0.0011))


def test_the_leagues_totals_are_left_alone_when_the_season_is_not_whole() -> None:
    silver = changed("official_player", "gp", 1)

    reconcile.check(silver, complete=False)


def test_no_attempts_agree_with_the_leagues_zero() -> None:
    idle = SILVER.official_player[SILVER.official_player["fga"] == 0]

    assert (idle["efg_pct"] == 0.0).all()
    assert len(idle)


def test_the_leagues_totals_are_the_regular_seasons() -> None:
    extra = [
        made.player_game(
            game_id="0062600001",
            season_type="Cup Final",
            player_id=SILVER.player_game["player_id"].iloc[0],
            team_id=team,
            opp_team_id=other,
        )
        for team, other in ((made.ATL, made.BOS),)
    ]
    player = pd.concat([SILVER.player_game, made.players(extra)], ignore_index=True)
    team = made.typed(
        CONTRACTS["team_game"],
        [row | {"min": 240, "tov_team": 0} for row in extra],
    )

    reconcile.check(
        replace(SILVER, player_game=player, team_game=pd.concat([SILVER.team_game, team], ignore_index=True))
    )


def test_many_faults_are_counted() -> None:
    silver = replace(SILVER, player_game=SILVER.player_game.assign(ast=SILVER.player_game["ast"] + 1))

    with pytest.raises(ReconciliationError, match=r"players against teams: .* and 19 more"):
        reconcile.check(silver)


def test_a_made_table_is_not_touched() -> None:
    before = SILVER.player_game.copy()
    reconcile.check(SILVER)

    pd.testing.assert_frame_equal(SILVER.player_game, before)
