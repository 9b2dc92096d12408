"""The awkward cases that a night's report has to survive are all there, and in the same place for a seed."""

import json
from datetime import date, timedelta
from typing import Any

import numpy as np
import pytest

from hawks_pipeline.simulated import court
from hawks_pipeline.simulated import season as seasons
from hawks_pipeline.simulated.bodies.envelope import RefusedError
from hawks_pipeline.simulated.bodies.scoreboard import CUP_FINAL
from hawks_pipeline.simulated.league import League
from hawks_pipeline.simulated.season import Season
from hawks_pipeline.simulated.teams import HAWKS, TEAMS
from hawks_pipeline.sources import Request, calls

SEED, YEAR, NAME = 7, 2026, "2026-27"
END = date(2027, 6, 1)


@pytest.fixture(scope="module")
def season() -> Season:
    return seasons.season(SEED, YEAR)


def ask(request: Request, *, as_of: date | None = None) -> Any:  # noqa: ANN401 - any JSON
    return json.loads(League(SEED, as_of=as_of).answer(request.endpoint, dict(request.parameters)))


def rows(request: Request, *, as_of: date | None = None, number: int = 0) -> list[dict[str, Any]]:
    table = ask(request, as_of=as_of)["resultSets"][number]
    return [dict(zip(table["headers"], row, strict=True)) for row in table["rowSet"]]


def games(day: date, *, as_of: date | None = None) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = ask(calls.scoreboard(day), as_of=as_of)["scoreboard"]["games"]
    return found


def of_the_hawks(season: Season) -> np.ndarray[Any, Any]:
    return np.flatnonzero((season.schedule.home == HAWKS) | (season.schedule.away == HAWKS))


def test_men_who_did_not_play_are_in_the_box_score_alone(season: Season) -> None:
    comments = set()
    for game in of_the_hawks(season)[:10]:
        game_id, day = season.game_id(game), season.date_of(season.schedule.day[game])
        box = ask(calls.box_score(game_id))["boxScoreTraditional"]
        played = {
            (row["TEAM_ID"], row["PLAYER_ID"])
            for row in rows(calls.player_log(NAME, day, day))
            if row["GAME_ID"] == game_id
        }
        for team in (box["homeTeam"], box["awayTeam"]):
            for player in team["players"]:
                idle = player["statistics"]["minutes"] == ""
                assert idle == bool(player["comment"])
                assert idle != ((team["teamId"], player["personId"]) in played)
                comments.add(player["comment"])
    assert comments == {"", "DNP - Coach's Decision", "DNP - Injury/Illness"}


def test_starters_have_a_position_and_the_bench_has_none(season: Season) -> None:
    box = ask(calls.box_score(season.game_id(0)))["boxScoreTraditional"]
    for team in (box["homeTeam"], box["awayTeam"]):
        positions = [player["position"] for player in team["players"]]
        assert positions[:5] == ["F", "F", "C", "G", "G"]
        assert set(positions[5:]) == {""}


def test_minutes_of_nought_with_and_without_a_shot() -> None:
    nought = [row for row in rows(calls.player_log(NAME, date(2026, 10, 1), END)) if row["MIN"] == 0]

    assert 77 <= len(nought) <= 118
    assert {row["FGA"] > 0 for row in nought} == {True, False}


def test_a_hawk_who_never_shoots(season: Season) -> None:
    lines = season.lines[season.lines["team"] == HAWKS].groupby("player")[["FGA", "FTA", "seconds"]].sum()
    idle = lines[lines["FGA"] == 0]

    assert len(idle) >= 1
    assert (idle["seconds"] > 0).all()
    assert (idle["FTA"] == 0).any()


def test_traded_players(season: Season) -> None:
    teams = season.lines.groupby("player")["team"].nunique()
    lines = season.lines[season.lines["team"] == HAWKS]
    moved = set(lines["player"]) & set(teams[teams > 1].index)
    official = {row["PLAYER_ID"]: row for row in rows(calls.official_players(NAME, END))}
    thrice = official[season.players.id[teams.idxmax()]]

    assert 40 < (teams == 2).sum() < 90
    assert teams.max() == 3
    assert len(moved) >= 2
    assert teams.idxmax() in moved
    assert thrice["TEAM_COUNT"] == 3
    assert thrice["TEAM_ABBREVIATION"] == "ATL"
    # The roster follows: he is on it after the trade and not before.
    before, after = (
        {row["PLAYER"] for row in rows(calls.roster(TEAMS[HAWKS].id, NAME), as_of=day)}
        for day in (date(2026, 11, 1), END)
    )
    assert " ".join(season.players.name[teams.idxmax()]) in after - before


def test_overtime_has_more_minutes_and_a_period_of_its_own(season: Season) -> None:
    game = int(np.flatnonzero(season.periods > 4)[0])
    day = season.date_of(season.schedule.day[game])
    board = next(each for each in games(day) if each["gameId"] == season.game_id(game))
    lines = [row for row in rows(calls.team_log(NAME, day, day)) if row["GAME_ID"] == season.game_id(game)]
    periods = board["homeTeam"]["periods"], board["awayTeam"]["periods"]

    assert board["gameStatusText"].startswith("Final/OT")
    assert [row["MIN"] for row in lines] == [240 + 25 * (season.periods[game] - 4)] * 2
    assert periods[0][4]["periodType"] == "OVERTIME"
    assert sum(each["score"] for each in periods[0][:4]) == sum(each["score"] for each in periods[1][:4])


def test_on_neutral_ground_both_teams_are_away(season: Season) -> None:
    log = rows(calls.team_log(NAME, date(2026, 10, 1), END))
    neutral = {season.game_id(int(game)) for game in season.schedule.neutral}
    signs = {game: [row["MATCHUP"].split()[1] for row in log if row["GAME_ID"] == game] for game in neutral}
    day = season.date_of(season.schedule.day[season.schedule.neutral[0]])
    board = {each["gameId"]: each["isNeutral"] for each in games(day)}

    assert len(neutral) == 5
    assert set(map(tuple, signs.values())) == {("@", "@")}
    assert any("ATL" in row["MATCHUP"] for row in log if row["GAME_ID"] in neutral)
    assert {game for game, is_neutral in board.items() if is_neutral} <= neutral
    assert any(board.values())


def test_a_missed_heave_is_no_attempt_since_2025(season: Season) -> None:
    def heaves(each: Season) -> Any:  # noqa: ANN401 - a table
        shots = each.shots
        return shots[(np.hypot(shots["x"], shots["y"]) >= 360) & (shots["clock"] < 3) & (shots["period"] < 4)]

    now, then = heaves(season), heaves(seasons.season(SEED, 2024))

    backcourt = now[now["zone"] == court.BACKCOURT]

    assert 3 <= len(now) < 60
    assert 1 <= len(backcourt) < 30
    assert now["made"].all()
    assert then["made"].mean() < 0.1
    assert len(then) > 300


def test_names_have_letters_and_suffixes_of_all_kinds(season: Season) -> None:
    names = [" ".join(season.players.name[player]) for player in season.lines["player"].unique()]
    body = League(SEED).answer(
        "leaguegamelog", dict(calls.player_log(NAME, date(2026, 10, 20), END).parameters)
    )

    assert sum(not name.isascii() for name in names) > 100
    assert any(name.endswith((" Jr.", " III")) for name in names)
    assert any("'" in name for name in names)
    assert len(set(names)) == len(names)
    assert all(name.encode() in body for name in names[:50])


def test_nights_without_games() -> None:
    assert games(date(2026, 11, 26)) == games(date(2026, 12, 24)) == []
    assert games(date(2027, 7, 15)) == []
    assert rows(calls.player_log(NAME, date(2026, 12, 24), date(2026, 12, 24))) == []
    assert rows(calls.shots(NAME, date(2026, 12, 24), date(2026, 12, 24))) == []
    assert rows(calls.official_players(NAME, date(2026, 10, 1)), as_of=date(2026, 10, 1)) == []
    assert rows(calls.official_teams(NAME, date(2026, 10, 1)), as_of=date(2026, 10, 1)) == []


def test_a_game_that_is_put_off_and_played_later(season: Season) -> None:
    ((game, left),) = season.schedule.postponed.items()
    announced, played = season.date_of(left), season.date_of(season.schedule.day[game])
    wanted = season.game_id(game)
    off, later = (
        next(each for each in games(day) if each["gameId"] == wanted) for day in (announced, played)
    )

    assert played > announced
    assert (off["gameStatus"], off["gameStatusText"], off["homeTeam"]["score"]) == (1, "PPD", 0)
    assert later["gameStatus"] == 3
    assert wanted not in {row["GAME_ID"] for row in rows(calls.team_log(NAME, announced, announced))}
    assert "ATL" in off["gameCode"]


def test_the_final_of_the_cup_counts_for_nobody(season: Season) -> None:
    day = season.date_of(CUP_FINAL)
    final = next(each for each in games(day) if each["gameId"].startswith("006"))
    log = rows(calls.team_log(NAME, day, day))

    assert (final["gameStatus"], final["isNeutral"]) == (3, True)
    assert {row["GAME_ID"][:3] for row in log} <= {"002"}
    assert {final["homeTeam"]["teamId"], final["awayTeam"]["teamId"]}.isdisjoint(
        row["TEAM_ID"] for row in log
    )


def test_a_basket_is_moved_to_another_man_two_days_later(season: Season) -> None:
    index = next(index for index in season.corrections if season.shots.at[index, "team"] == HAWKS)
    shot = season.shots.loc[index]
    game, day = season.game_id(int(shot["game"])), season.date_of(int(shot["day"]))

    def points(request: Request, as_of: date) -> dict[int, int]:
        return {row["PLAYER_ID"]: row["PTS"] for row in rows(request, as_of=as_of) if row["GAME_ID"] == game}

    def makes(as_of: date) -> list[int]:
        chart = rows(calls.shots(NAME, day, day, team=TEAMS[HAWKS].id), as_of=as_of)
        return [row["PLAYER_ID"] for row in chart if row["GAME_EVENT_ID"] == shot["event"]]

    request = calls.player_log(NAME, day, day)
    first, second = (points(request, day + timedelta(days=days)) for days in (0, 2))
    box = ask(calls.box_score(game), as_of=day)["boxScoreTraditional"]
    side = "homeTeam" if box["homeTeamId"] == TEAMS[HAWKS].id else "awayTeam"
    told = {each["personId"]: each["statistics"]["points"] for each in box[side]["players"]}
    worth = 2 + int(shot["three"])
    right = int(season.players.id[shot["player"]])
    wrong = int(season.players.id[season.corrections[index]])

    assert {who: second[who] - first[who] for who in first if second[who] != first[who]} == {
        right: worth,
        wrong: -worth,
    }
    assert points(request, day + timedelta(days=1)) == first
    assert (makes(day), makes(day + timedelta(days=2))) == ([wrong], [right])
    # What was told first was told everywhere: the box score of that night agrees with its log.
    assert told[wrong] == first[wrong]


def test_what_is_still_to_come_is_not_known() -> None:
    day = date(2026, 12, 1)
    tonight, tomorrow = games(day, as_of=day), games(day + timedelta(days=1), as_of=day)
    log = rows(calls.team_log(NAME, date(2026, 10, 1), END), as_of=day)

    assert {each["gameStatus"] for each in tonight} == {3}
    assert {each["gameStatus"] for each in tomorrow} == {1}
    assert max(row["GAME_DATE"] for row in log) == "2026-12-01"
    with pytest.raises(RefusedError):
        ask(calls.box_score(tomorrow[0]["gameId"]), as_of=day)


def test_the_default_measure_gives_the_makes_alone() -> None:
    day = date(2026, 12, 1)
    chart = calls.shots(NAME, day, day)
    points = Request.of(chart.endpoint, dict(chart.parameters) | {"ContextMeasure": "PTS"})

    assert {row["SHOT_MADE_FLAG"] for row in rows(chart)} == {0, 1}
    assert {row["SHOT_MADE_FLAG"] for row in rows(points)} == {1}
    assert {row["FG_PCT"] for row in rows(points, number=1) if row["FGA"]} == {1.0}


def test_a_season_of_shots_is_cut_off() -> None:
    whole = rows(calls.shots(NAME, date(2026, 10, 1), END))
    team = rows(calls.shots(NAME, date(2026, 10, 1), END, team=TEAMS[HAWKS].id))

    assert len(whole) == 102_400
    assert 6_500 < len(team) < 8_500


@pytest.mark.parametrize(
    ("endpoint", "query", "status"),
    [
        pytest.param("playergamelog", {"Season": NAME}, 404, id="no such endpoint"),
        pytest.param("leaguegamelog", {"PlayerOrTeam": "P"}, 400, id="no season"),
        pytest.param("leaguegamelog", {"Season": NAME}, 400, id="neither players nor teams"),
        pytest.param("leaguegamelog", {"Season": "2026-28", "PlayerOrTeam": "P"}, 400, id="a wrong season"),
        pytest.param("commonteamroster", {"Season": NAME}, 400, id="no team"),
        pytest.param("boxscoretraditionalv3", {"GameID": "22600001"}, 400, id="no leading zeros"),
        pytest.param("boxscoretraditionalv3", {"GameID": "0022699999"}, 404, id="no such game"),
        pytest.param("scoreboardv3", {"GameDate": "tomorrow"}, 400, id="no date"),
    ],
)
def test_what_the_host_refuses(endpoint: str, query: dict[str, str], status: int) -> None:
    with pytest.raises(RefusedError) as caught:
        League(SEED).body(endpoint, query)

    assert caught.value.status == status


def test_the_same_question_has_the_same_answer() -> None:
    request = calls.scoreboard(date(2026, 12, 1))

    answers = {League(SEED, as_of=END).answer(request.endpoint, dict(request.parameters)) for _ in range(2)}
    assert len(answers) == 1
