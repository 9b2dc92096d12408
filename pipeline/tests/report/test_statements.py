"""What the staff is told to do: only what chance does not explain, with attempts, the weightiest first."""

from dataclasses import replace
from math import isfinite
from typing import Any

import frames as made
import pandas as pd
import pytest

from hawks_pipeline.metrics import Gold, frames
from hawks_pipeline.report import statements
from hawks_pipeline.report.statements import Statement

SHARES = {
    "Restricted Area": (0.28, 0.66),
    "In The Paint (Non-RA)": (0.20, 0.44),
    "Mid-Range": (0.10, 0.42),
    "Left Corner 3": (0.055, 0.39),
    "Right Corner 3": (0.055, 0.39),
    "Above the Break 3": (0.31, 0.35),
}
SHOTS, GAMES = 4000, 50


def zone_row(zone: str, **changed: object) -> dict[str, object]:
    """Return a zone in which all is as in the league, but for `fields`."""
    fields: dict[str, Any] = dict(changed)
    share, accuracy = SHARES[zone]
    worth = 3 if zone.endswith("3") else 2
    frequency = fields.get("frequency", share)
    n = round(SHOTS * frequency)
    value = fields.get("value", accuracy)
    return {
        "zone": zone,
        "fgm": round(n * value) if isfinite(value) else 0,
        "fga": n,
        "raw": value,
        "frequency": frequency,
        "league_frequency": share,
        "pps": worth * value,
        "league_pps": worth * accuracy,
        "heaves_made": 0,
        "heaves_missed": float("nan"),
        "comparable": value,
        "n": float(n),
        "value": value,
        "low": value - 0.02,
        "high": value + 0.02,
        "league": accuracy,
        "percentile": 50.0,
    } | fields


def team(**changed: dict[str, Any]) -> list[dict[str, object]]:
    """Return a team's zones as the league's, but for the fields in `changed`."""
    short = {
        "rim": "Restricted Area",
        "mid": "Mid-Range",
        "left": "Left Corner 3",
        "above": "Above the Break 3",
    }
    changes = {short[name]: fields for name, fields in changed.items()}
    who = {"team_id": made.ATL, "team": "ATL"}
    return [who | zone_row(zone, **changes.get(zone, {})) for zone in SHARES]


def season() -> list[dict[str, object]]:
    sums = dict.fromkeys(("min", "fgm", "fga", "fg3m", "fg3a", "ftm", "fta", "tov", "pts"), 0)
    figure = {"n": 4000.0, "low": 0.0, "high": 2.0, "percentile": 50.0}
    return [
        {"team_id": made.ATL, "team": "ATL", "gp": GAMES, "metric": metric, "value": value, "league": value}
        | sums
        | figure
        for metric, value in (("efg", 0.54), ("pps", 1.08))
    ]


def gold(**tables: list[dict[str, object]]) -> Gold:
    """Return a team in which nothing is remarkable, with the rows of `tables` in place of none."""
    rows = {"team_season": season(), "team_zone": team(), "opponent_zone": team()} | tables
    found = {name: frames.empty(name) for name in frames.CONTRACTS}
    return Gold(**found | {name: made.typed(frames.CONTRACTS[name], each) for name, each in rows.items()})


def said(night: Gold) -> list[Statement]:
    return list(statements.statements(night, made.ATL))


WHO = {"team_id": made.ATL, "player_id": 7, "player_name": "Vít Krejčí"}


def test_a_team_like_the_league_is_told_to_change_nothing() -> None:
    assert [(each.rule, each.n) for each in said(gold())] == [("nothing", SHOTS)]


def test_a_season_without_a_shot_is_told_to_change_nothing() -> None:
    assert [(each.rule, each.n) for each in said(gold(team_zone=[], opponent_zone=[]))] == [("nothing", 0)]


def making(value: float, se: float, n: float = 300.0) -> dict[str, list[dict[str, object]]]:
    rates = {"pps": 1.1, "xpps": 1.08, "league_xpps": 1.08, "se": se, "points_added": n * value}
    interval = {"n": n, "value": value, "low": value - 1.645 * se, "high": value + 1.645 * se}
    return {"shot_making": [WHO | rates | interval | {"league": 0.0, "percentile": 90.0}]}


def form(state: str, value: float) -> dict[str, list[dict[str, object]]]:
    figure = {"n": 120.0, "value": value, "low": value - 0.05, "high": value + 0.05}
    about = {"metric": "efg", "window": 10, "games": 10, "season": 0.54, "p": 0.01, "q": 0.05, "ewma": 0.5}
    return {"player_form": [WHO | figure | about | {"league": 0.54, "percentile": 50.0, "state": state}]}


def rest(value: float) -> dict[str, list[dict[str, object]]]:
    who = {"team_id": made.ATL, "player_id": frames.TEAM_ROW, "player_name": "ATL", "side": "own"}
    figure = {"n": 700.0, "value": value, "low": value - 0.02, "high": value + 0.02, "league": 0.54}
    about = {"split": "rest", "key": "0", "games": 8, "metric": "efg", "percentile": 50.0}
    return {"splits": [who | figure | about]}


def player_zones(**mid: object) -> dict[str, list[dict[str, object]]]:
    """Return a player who takes three in ten shots from mid-range, makes 36 %, and else lives at the rim."""
    fields = {"n": 150.0, "fga": 150, "frequency": 0.30, "value": 0.36, "low": 0.30, "high": 0.42} | mid
    rim = {"n": 350.0, "fga": 350, "frequency": 0.70}
    return {"player_zone": [WHO | zone_row("Mid-Range", **fields), WHO | zone_row("Restricted Area", **rim)]}


def average_threes() -> dict[str, list[dict[str, object]]]:
    """Return a player whose threes are worth 1.02 points, his other shots, all at the rim, 1.32."""
    three = {"n": 300.0, "fga": 300, "frequency": 0.6, "value": 0.34, "low": 0.30, "high": 0.38}
    rim = zone_row("Restricted Area", n=200.0, fga=200, frequency=0.4)
    return {"player_zone": [WHO | zone_row("Above the Break 3", **three), WHO | rim]}


@pytest.mark.parametrize(
    ("tables", "headline", "n"),
    [
        pytest.param(
            {"team_zone": team(above={"value": 0.39})},
            "Keep taking shots from above the break",
            1240,
            id="better than the league from a zone",
        ),
        pytest.param(
            {"team_zone": team(rim={"value": 0.60})}, "Work on shots at the rim", 1120, id="worse at the rim"
        ),
        pytest.param(
            {"team_zone": team(mid={"frequency": 0.15})},
            "Take fewer shots from mid-range",
            600,
            id="too many from where little comes of them",
        ),
        pytest.param(
            {"team_zone": team(left={"frequency": 0.03})},
            "Take more shots from the left corner",
            120,
            id="too few from a good corner",
        ),
        pytest.param(
            {"opponent_zone": team(left={"frequency": 0.08})},
            "Take away shots from the left corner",
            320,
            id="opponents get the corner",
        ),
        pytest.param(
            {"opponent_zone": team(rim={"value": 0.70})},
            "Contest shots at the rim better",
            1120,
            id="opponents finish",
        ),
        pytest.param(form("hot", 0.66), "Ride Vít Krejčí while he is hot", 120, id="hot"),
        pytest.param(form("cold", 0.40), "Get Vít Krejčí easier shots: he is cold", 120, id="cold"),
        pytest.param(making(0.20, 0.07), "Find more shots for Vít Krejčí", 300, id="makes more"),
        pytest.param(
            making(-0.20, 0.07), "Look at Vít Krejčí's shot quality and contest", 300, id="makes less"
        ),
        pytest.param(
            player_zones(), "Fewer shots from mid-range for Vít Krejčí", 150, id="player's poor habit"
        ),
        pytest.param(rest(0.50), "Shorten stints on the second night in a row", 700, id="tired"),
    ],
)
def test_it_speaks_of(tables: dict[str, list[dict[str, object]]], headline: str, n: int) -> None:
    found = said(gold(**tables))

    assert [(each.headline, each.n) for each in found] == [(headline, n)]
    assert f"{n:,} shots" in found[0].evidence
    assert found[0].weight > 0


@pytest.mark.parametrize(
    "tables",
    [
        pytest.param({"team_zone": team(above={"value": 0.365})}, id="the league lies in the interval"),
        pytest.param({"team_zone": team(above={"value": 0.9, "n": 99.0})}, id="few shots from there"),
        pytest.param({"team_zone": team(mid={"frequency": 0.11})}, id="a share that nobody would notice"),
        pytest.param(
            {"team_zone": team(above={"frequency": 0.25, "value": 0.37, "low": 0.34, "high": 0.40})},
            id="a share of shots that are worth as much as the others",
        ),
        pytest.param({"team_zone": team(mid={"frequency": 0.05})}, id="few shots from a poor zone"),
        pytest.param({"opponent_zone": team(left={"value": 0.45})}, id="opponents' luck with threes"),
        pytest.param({"opponent_zone": team(mid={"frequency": 0.2})}, id="opponents settle for mid-range"),
        pytest.param(form("", 0.60), id="form within chance"),
        pytest.param(making(0.13, 0.07), id="making that one player in a roster has by luck"),
        pytest.param(making(0.50, 0.07, n=59.0), id="making on few shots"),
        pytest.param(player_zones(high=0.70), id="a habit that may be good"),
        pytest.param(player_zones(n=59.0), id="a habit on few shots"),
        pytest.param(player_zones(value=0.43, low=0.38, high=0.48), id="a habit as good as the league's"),
        pytest.param(average_threes(), id="a three is not poor because his layups are better"),
        pytest.param(player_zones(frequency=0.08), id="a poor zone that he avoids"),
        pytest.param(rest(0.53), id="tired within chance"),
    ],
)
def test_it_is_quiet_on(tables: dict[str, list[dict[str, object]]]) -> None:
    assert [each.rule for each in said(gold(**tables))] == ["nothing"]


def test_what_is_drawn_towards_the_league_is_called_an_estimate() -> None:
    (found,) = said(gold(**player_zones()))

    assert "he makes an estimated 36.0% (90% interval 30 to 42)" in found.evidence


def corners(left: dict[str, Any], right: dict[str, Any]) -> dict[str, list[dict[str, object]]]:
    rows = [row for row in team() if not str(row["zone"]).endswith("Corner 3")]
    who = {"team_id": made.ATL, "team": "ATL"}
    both = [zone_row("Left Corner 3", **left), zone_row("Right Corner 3", **right)]
    return {"team_zone": rows + [who | row for row in both]}


FEW = {"value": 0.5, "frequency": 0.02, "league_frequency": 0.02, "low": 0.41, "high": 0.59}


def test_two_corners_of_few_shots_each_are_spoken_of_as_one() -> None:
    (found,) = said(gold(**corners(FEW, FEW | {"value": 0.54})))

    assert (found.headline, found.n) == ("Keep taking shots from the corners", 160)
    # 83 of 160, after Wilson; the league's .39 of both.
    assert found.evidence.startswith("We make 51.9% (90% interval 45 to 58); league 39.0%. 160 shots.")
    assert found.weight == pytest.approx((83 / 160 - 0.39) * 3 * 160 / GAMES)


def test_two_corners_of_too_few_shots_together_are_not() -> None:
    fewer = FEW | {"frequency": 0.012}

    assert [each.rule for each in said(gold(**corners(fewer, fewer)))] == ["nothing"]


def test_corners_of_enough_shots_are_spoken_of_apart() -> None:
    good = {"value": 0.5, "low": 0.45, "high": 0.55}
    found = said(gold(**corners(good, {})))

    assert [(each.headline, each.n) for each in found] == [("Keep taking shots from the left corner", 220)]


def test_a_share_of_both_corners_is_held_against_the_leagues_of_both() -> None:
    rare = {"frequency": 0.02, "value": 0.42, "low": 0.36, "high": 0.48}
    (found,) = said(gold(**corners(rare, rare)))

    assert found.headline == "Take more shots from the corners"
    assert found.evidence.startswith("4.0% of our shots, league 11.0%; they bring ")
    assert found.n == 160


def test_a_corner_without_a_shot_has_no_part_in_it() -> None:
    nothing = {"frequency": 0.0, "value": float("nan"), "pps": float("nan"), "fgm": 0}
    wide = {"frequency": 0.04, "value": 0.55, "low": 0.5, "high": 0.6}
    found = said(gold(**corners(nothing, wide)))

    assert ("own zones", "Keep taking shots from the corners", 160) in [
        (each.rule, each.headline, each.n) for each in found
    ]


def test_another_team_is_not_spoken_of() -> None:
    rows = [row | {"team_id": made.BOS, "team": "BOS"} for row in team(rim={"value": 0.5})]

    assert [each.rule for each in said(gold(team_zone=team() + rows))] == ["nothing"]


def test_the_weightiest_comes_first() -> None:
    zones = team(rim={"value": 0.60}, mid={"value": 0.36})

    weights = [each.weight for each in said(gold(team_zone=zones))]

    # Six hundredths of 1,120 shots for two points, and of 400, in fifty games.
    assert weights == pytest.approx([0.06 * 1120 * 2 / GAMES, 0.06 * 400 * 2 / GAMES])


def test_no_rule_fills_the_page_alone_and_there_are_never_more_than_seven() -> None:
    all_bad = team(
        rim={"value": 0.5, "frequency": 0.2},
        mid={"value": 0.3, "frequency": 0.2},
        left={"value": 0.2, "frequency": 0.03},
        above={"value": 0.2, "frequency": 0.5},
    )
    night = gold(
        team_zone=all_bad,
        opponent_zone=team(rim={"value": 0.8, "frequency": 0.4}, left={"frequency": 0.1}),
        **form("hot", 0.7) | making(0.3, 0.05) | player_zones() | rest(0.4),
    )

    found = said(night)

    assert len(found) == statements.MOST
    assert pd.Series([each.rule for each in found]).value_counts().max() <= statements.MOST_PER_RULE


def test_the_order_of_the_rows_does_not_matter() -> None:
    night = made.gold()
    turned = {name: getattr(night, name).iloc[::-1] for name in frames.CONTRACTS}

    assert said(replace(night, **turned)) == said(night)
