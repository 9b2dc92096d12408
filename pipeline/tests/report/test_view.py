"""What is chosen of a night: the team's own rows, in order, and nobody told to pass to who has left."""

from dataclasses import replace

import frames as made
import night
import pytest

from hawks_pipeline.contracts import Silver, empty
from hawks_pipeline.report.view import LEAST_GAMES, view


@pytest.fixture(scope="module")
def season() -> Silver:
    return night.silver()


def test_zones_run_from_the_hoop_outwards(season: Silver) -> None:
    shown = view(night.shuffled(night.gold()), season, night.meta())

    assert shown.zones["zone"].tolist() == list(made.PLACES)
    assert set(shown.zones["team"]) == {"ATL"}


def test_every_player_of_the_team_has_one_row_and_who_has_left_is_marked(season: Silver) -> None:
    shown = view(night.gold(), season, night.meta())

    assert sorted(shown.players["player_id"]) == list(range(1, 13))
    assert shown.players.loc[shown.players["left"], "player_id"].tolist() == [night.LEFT]


def test_nobody_is_told_to_pass_to_a_player_who_has_left(season: Silver) -> None:
    gold = night.gold()
    stars = replace(gold, shot_making=gold.shot_making.assign(value=0.5, se=0.05))
    name = gold.player_season.query("player_id == @night.LEFT")["player_name"].iloc[0]

    told = [each.headline for each in view(stars, season, night.meta()).statements]

    assert any(each.startswith("Find more shots for ") for each in told)
    assert not [each for each in told if name in each]
    assert night.LEFT not in set(view(gold, season, night.meta()).form["player_id"])


def test_without_a_roster_everybody_is_taken_to_be_there(season: Silver) -> None:
    shown = view(night.gold(), replace(season, roster=empty("roster")), night.meta())

    assert not shown.players["left"].any()
    assert night.LEFT in set(shown.form["player_id"])


def test_no_line_is_drawn_through_the_first_nights(season: Silver) -> None:
    trend = view(night.gold(), season, night.meta()).trend

    games = night.gold().form_line.query("player_id == 0 and metric == 'efg'").set_index("game_id")["games"]
    known = season.team_game.query("team_id == @made.ATL").sort_values("game_date")["game_id"]
    few = [game < LEAST_GAMES for game in known[known.isin(games.index)].map(games)]
    assert trend["rolling"].isna().tolist() == few
    assert trend["efg"].notna().all()


def test_the_last_game_is_told_and_a_night_without_one_says_so(season: Silver) -> None:
    own = season.team_game.query("team_id == @made.ATL").sort_values("game_date").iloc[-1]
    played = view(night.gold(), season, night.meta(date=own["game_date"].date())).last_game
    later = view(night.gold(), season, night.meta(date=own["game_date"].date().replace(day=30))).last_game

    assert played.startswith(f"last game {own['game_date']:%a} {own['game_date'].day} ")
    assert f" {own['wl']} {own['pts']}-" in played
    assert later.startswith("no game on 30 ")
    assert later.endswith(played)
