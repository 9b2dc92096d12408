"""From bodies to tables: what the league writes in many ways arrives in one; what it changes is told."""

import json
import logging
from dataclasses import replace

import bodies
import pandas as pd
import pytest
from bodies import ATL, BOS, GAME, LINE, PLAYER_LINE, SHOT, attempt, away, line

from hawks_pipeline import normalize
from hawks_pipeline.errors import ContractError
from hawks_pipeline.sources.request import RawResponse

CHART = (attempt(), attempt(GAME_EVENT_ID=8, TEAM_ID=BOS, PLAYER_ID=8, PLAYER_NAME="Bo Ek"))


def test_a_night_without_anything_is_empty_tables() -> None:
    silver = normalize.tables([])

    assert {name: len(getattr(silver, name)) for name in silver.__slots__} == dict.fromkeys(
        silver.__slots__, 0
    )


def test_a_line_is_typed() -> None:
    silver = normalize.tables([bodies.player_log(), bodies.team_log()])
    row = silver.player_game[silver.player_game["player_id"] == 9].iloc[0]

    assert row[["game_id", "season", "season_type", "team", "venue"]].tolist() == [
        GAME,
        "2026-27",
        "Regular Season",
        "ATL",
        "H",
    ]
    assert row["game_date"] == pd.Timestamp("2026-10-21")
    assert (row["opp_team_id"], row["fgm"], row["fga"], row["pts"]) == (BOS, 5, 9, 11)


@pytest.mark.parametrize("share", [None, 0.0], ids=["null", "0.0"])
def test_a_percentage_of_nothing_is_not_kept(share: float | None) -> None:
    nothing = {"FGM": 0, "FGA": 0, "FG3M": 0, "FG3A": 0, "PTS": 0, "FG_PCT": share, "FG3_PCT": share}
    silver = normalize.tables([bodies.player_log(line(**nothing), away())])

    assert not [name for name in silver.player_game.columns if name.endswith("pct")]
    assert silver.player_game["fga"].tolist() == [0, 9]


def test_ids_in_other_spellings_are_the_same_columns() -> None:
    spelled = {"PLAYER_ID": "Player_ID", "GAME_ID": "Game_ID", "TEAM_ID": "Team_ID"}
    rows = [{spelled.get(name, name): value for name, value in row.items()} for row in (line(), away())]
    other = bodies.player_log(*rows, headers=[spelled.get(name, name) for name in PLAYER_LINE])

    pd.testing.assert_frame_equal(
        normalize.tables([other]).player_game, normalize.tables([bodies.player_log()]).player_game
    )


def test_team_turnovers_are_what_no_player_is_charged_with() -> None:
    silver = normalize.tables([bodies.player_log(line(TOV=2), away(TOV=0)), bodies.team_log()])

    assert silver.team_game[["team", "tov", "tov_team"]].to_numpy().tolist() == [["ATL", 3, 1], ["BOS", 0, 0]]


@pytest.mark.parametrize(
    "answers",
    [
        pytest.param([bodies.player_log(line(MATCHUP="ATL @ BOS"), away())], id="@ on both sides"),
        pytest.param([bodies.player_log(), bodies.scoreboard(neutral=True)], id="said by the scoreboard"),
    ],
)
def test_a_neutral_game_is_nobodys_home(answers: list[RawResponse]) -> None:
    assert normalize.tables(answers).player_game["venue"].tolist() == ["N", "N"]


def test_cup_final_and_play_in_are_kept_apart_by_type() -> None:
    games = {"0062600001": "Cup Final", "0052600001": "PlayIn", "0042600001": "Playoffs"}
    rows = [side(GAME_ID=game) for game in games for side in (line, away)]
    silver = normalize.tables([bodies.player_log(*rows)])

    assert dict(zip(silver.player_game["game_id"], silver.player_game["season_type"], strict=True)) == games


def test_the_home_team_and_the_eastern_day_come_from_the_scoreboard() -> None:
    row = normalize.tables([bodies.scoreboard()]).schedule.iloc[0]

    assert (row["home"], row["away"], row["home_team_id"]) == ("ATL", "BOS", ATL)
    assert row["game_date"] == pd.Timestamp("2026-10-21")


def test_who_did_not_play_stands_in_the_box_score_alone() -> None:
    zero = {"minutes": ""} | dict.fromkeys(
        ["fieldGoalsMade", "fieldGoalsAttempted", "threePointersMade", "threePointersAttempted", "points"], 0
    )
    absent = {"personId": 5, "position": "", "comment": "DNP - Coach's Decision", "statistics": zero}
    silver = normalize.tables([bodies.player_log(), bodies.box_score({}, absent)])
    listed = silver.box_score.set_index("player_id")

    assert listed["minutes"].to_dict() == {5: 0.0, 9: 30.25}
    assert listed["starter"].to_dict() == {5: False, 9: True}
    assert listed.loc[5, "comment"] == "DNP - Coach's Decision"
    assert 5 not in set(silver.player_game["player_id"])


def test_a_shot_is_typed() -> None:
    silver = normalize.tables([bodies.shot_chart(*CHART)])
    row = silver.shot.iloc[0]

    assert (row["clock_s"], row["shot_type"], row["made"], row["zone"]) == (690, 2, False, "Restricted Area")
    assert row["dist_ft"] == pytest.approx(1.2806, abs=1e-4)
    assert silver.shot["opp_team_id"].tolist() == [BOS, ATL]


@pytest.mark.parametrize(
    ("change", "heave"),
    [
        pytest.param({}, True, id="from 40 ft at the buzzer"),
        pytest.param({"PERIOD": 4}, False, id="in the last quarter"),
        pytest.param({"SECONDS_REMAINING": 4}, False, id="with time left"),
        pytest.param({"LOC_Y": 355, "SHOT_ZONE_BASIC": "Above the Break 3"}, False, id="from 35.5 ft"),
    ],
)
def test_a_heave_is_from_far_and_at_the_end_of_the_first_three_quarters(
    change: dict[str, object], *, heave: bool
) -> None:
    far = {"LOC_X": 0, "LOC_Y": 400, "SHOT_ZONE_BASIC": "Above the Break 3", "SHOT_TYPE": "3PT Field Goal"}
    shot = attempt(**(far | {"MINUTES_REMAINING": 0, "SECONDS_REMAINING": 2} | change))

    assert normalize.tables([bodies.shot_chart(shot, CHART[1])]).shot["is_heave"].tolist() == [heave, False]


def test_points_go_by_the_type_of_the_shot_where_it_contradicts_the_zone() -> None:
    shot = attempt(LOC_X=-225, LOC_Y=10, SHOT_ZONE_BASIC="Left Corner 3")
    row = normalize.tables([bodies.shot_chart(shot, CHART[1])]).shot.iloc[0]

    assert (row["zone"], row["shot_type"]) == ("Left Corner 3", 2)


def test_equal_shots_are_two_shots() -> None:
    twin = attempt(GAME_EVENT_ID=9)

    assert len(normalize.tables([bodies.shot_chart(*CHART, twin)]).shot) == 3


def test_a_later_body_corrects_a_game_whole() -> None:
    before = bodies.player_log(line(), line(PLAYER_ID=7, PLAYER_NAME="Al"), away())
    after = bodies.player_log(line(FGM=4, PTS=9), away(), later=5)

    for answers in ([before, after], [after, before]):
        table = normalize.tables(answers).player_game
        assert table[["player_id", "fgm"]].to_numpy().tolist() == [[9, 4], [8, 5]]


@pytest.mark.parametrize(
    ("answer", "fault"),
    [
        pytest.param(
            bodies.player_log(headers=[name for name in PLAYER_LINE if name != "FGA"]),
            "leaguegamelog LeagueGameLog: columns missing: -FGA",
            id="missing",
        ),
        pytest.param(
            bodies.team_log(headers=["FG3_MADE" if name == "FG3M" else name for name in LINE]),
            r"columns missing: -FG3M \+FG3_MADE \(renamed\?\)",
            id="renamed",
        ),
        pytest.param(
            bodies.player_log(line(FGA="9"), away()),
            r"FGA: no whole number: '9' \(str, row 1\)",
            id="retyped",
        ),
        pytest.param(
            bodies.player_log(line(GAME_ID=22600001), away()), "GAME_ID: no game id", id="id retyped"
        ),
        pytest.param(
            bodies.player_log(line(FGA=True), away(FGA=1)), r"whole number: True \(bool, row 1\)", id="truth"
        ),
        pytest.param(bodies.player_log(line(FGA=[9]), away(FGA=[9])), "FGA: no whole number: .9.", id="list"),
        pytest.param(
            bodies.player_log(line(FGA=None), away()), "FGA: no whole number: None", id="null count"
        ),
        pytest.param(
            bodies.player_log(line(FGA=40000), away()), "player_game.fga: 40000", id="would wrap around"
        ),
        pytest.param(bodies.player_log(line(FGA=-1), away()), "player_game.fga", id="negative"),
        pytest.param(
            bodies.player_log(line(GAME_DATE="soon"), away()), "GAME_DATE: no date: 'soon'", id="date"
        ),
        pytest.param(bodies.player_log(line(), line(), away()), "is told twice", id="twice"),
        pytest.param(bodies.player_log(line()), r"game 0022600001 has 1 team\(s\)", id="one team"),
        pytest.param(bodies.player_log(line(MATCHUP="ATL"), away()), "no matchup: 'ATL'", id="matchup"),
        pytest.param(
            bodies.player_log(headers=[*PLAYER_LINE, "Pts"]), "given twice: pts", id="one name twice"
        ),
        pytest.param(
            bodies.shot_chart(attempt(SHOT_TYPE="4PT"), CHART[1]), "no shot type: '4PT'", id="shot type"
        ),
        pytest.param(
            bodies.shot_chart(attempt(LOC_Y=100), CHART[1]),
            r"1 shots out of their zone: \(10, 100\)",
            id="zone",
        ),
        pytest.param(
            bodies.shot_chart(headers=[name for name in SHOT if name != "LOC_X"]), "-LOC_X", id="shot column"
        ),
        pytest.param(
            bodies.shot_chart(*(attempt(GAME_EVENT_ID=n, SHOT_MADE_FLAG=1) for n in range(60))),
            "60 shots and all made",
            id="makes only",
        ),
        pytest.param(
            bodies.box_score({"statistics": {"points": None}}),
            r"PlayerStats: columns missing: -POINTS \(null in every row\)",
            id="box score",
        ),
        pytest.param(
            bodies.response("leaguegamelog", bodies.legacy("Other", LINE, []), PlayerOrTeam="T"),
            "no data set LeagueGameLog, only Other",
            id="other set",
        ),
    ],
)
def test_a_broken_answer_is_told(answer: RawResponse, fault: str) -> None:
    with pytest.raises(ContractError, match=fault):
        normalize.tables([answer])


def test_an_answer_at_the_cap_is_no_whole_answer(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(normalize, "ROW_CAP", 2)

    with pytest.raises(ContractError, match="2 rows is where the league cuts an answer off"):
        normalize.tables([bodies.shot_chart(*CHART)])


def test_a_short_row_is_no_row() -> None:
    answer = bodies.team_log()
    body = json.loads(answer.body)
    body["resultSets"][0]["rowSet"][0].pop()

    with pytest.raises(ContractError, match="a row of 28 values under 29 headers"):
        normalize.tables([replace(answer, body=json.dumps(body).encode())])


def test_an_unknown_column_is_a_warning(caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.WARNING):
        silver = normalize.tables([bodies.player_log(headers=[*PLAYER_LINE, "HUSTLE"])])

    assert caplog.messages == ["leaguegamelog LeagueGameLog: unknown columns: HUSTLE"]
    assert len(silver.player_game) == 2


def test_known_columns_are_no_warning(caplog: pytest.LogCaptureFixture) -> None:
    answers = [bodies.player_log(), bodies.team_log(), bodies.shot_chart(*CHART), bodies.scoreboard()]
    with caplog.at_level(logging.WARNING):
        normalize.tables([*answers, bodies.box_score({})])

    assert caplog.messages == []
