"""Small hand-made tables: a league of four teams for Silver, plausible figures for Gold.

`silver()` holds every identity that `reconcile` asks for. `gold()` is not computed from it: it is for whoever
shows figures, and has the awkward ones too (no attempts, too few for a percentile, letters from elsewhere).
"""

from typing import Any

import numpy as np
import pandas as pd
import pandera.pandas as pa

from hawks_pipeline import contracts
from hawks_pipeline.contracts import COUNTS, ZONES, Silver
from hawks_pipeline.metrics import frames
from hawks_pipeline.metrics.frames import Gold

Row = dict[str, Any]

ATL, BOS, CLE, DEN = 1610612737, 1610612738, 1610612739, 1610612743
TEAMS = {ATL: "ATL", BOS: "BOS", CLE: "CLE", DEN: "DEN"}
NAMES = (
    "Vít Krejčí",
    "Nikola Đurišić",
    "A.J. O'Neal",
    "Jean-Luc Baptiste-Montgomery III",
    "Bo Ek",
    "Sam Lee",
)
PLACES = {
    "Restricted Area": (5, 10),
    "In The Paint (Non-RA)": (30, 90),
    "Mid-Range": (-120, 120),
    "Left Corner 3": (-230, 20),
    "Right Corner 3": (230, 20),
    "Above the Break 3": (40, 260),
    "Backcourt": (0, 600),
}
"""A place in each zone."""


def typed(contract: pa.DataFrameSchema, rows: list[Row]) -> pd.DataFrame:
    """Return `rows` with the columns and dtypes of a contract."""
    columns = contract.columns
    frame = pd.DataFrame(rows, columns=list(columns))
    return frame.astype({name: column.dtype.type for name, column in columns.items()})


def player_game(**fields: object) -> Row:
    """Return one row of a box score: nothing done, but for `fields`. Points follow from the goals."""
    row = dict.fromkeys(contracts.BOX, 0) | {
        "player_id": 1,
        "player_name": "Vít Krejčí",
        "game_id": "0022600001",
        "game_date": pd.Timestamp("2026-10-21"),
        "season": "2026-27",
        "season_type": "Regular Season",
        "team_id": ATL,
        "team": "ATL",
        "opp_team_id": BOS,
        "venue": "H",
        "wl": "W",
        "min": 30,
        "plus_minus": 0,
    }
    row |= fields
    if "pts" not in fields:
        row["pts"] = 2 * row["fgm"] + row["fg3m"] + row["ftm"]
    return row


def shot(zone: str = "Restricted Area", **fields: object) -> Row:
    """Return one shot in a zone, missed but for `fields`."""
    x, y = fields.get("loc_x", PLACES[zone][0]), fields.get("loc_y", PLACES[zone][1])
    return {
        "game_id": "0022600001",
        "game_event_id": 1,
        "game_date": pd.Timestamp("2026-10-21"),
        "player_id": 1,
        "player_name": "Vít Krejčí",
        "team_id": ATL,
        "opp_team_id": BOS,
        "period": 1,
        "clock_s": 300,
        "loc_x": x,
        "loc_y": y,
        "dist_ft": np.hypot(x, y) / 10,
        "shot_type": 3 if zone.endswith("3") or zone == "Backcourt" else 2,
        "zone": zone,
        "action_type": "Jump Shot",
        "made": False,
        "is_heave": False,
    } | fields


def players(rows: list[Row]) -> pd.DataFrame:
    return typed(contracts.CONTRACTS["player_game"], rows)


def shots(rows: list[Row]) -> pd.DataFrame:
    return typed(contracts.CONTRACTS["shot"], rows)


def silver(*, rounds: int = 6, each: int = 6, seed: int = 3) -> Silver:
    """Return a league of four teams with `each` players, who meet `rounds` times round robin."""
    random = np.random.default_rng(seed)
    box: list[Row] = []
    made: list[Row] = []
    schedule: list[Row] = []
    pairs = [((ATL, BOS), (CLE, DEN)), ((CLE, ATL), (DEN, BOS)), ((ATL, DEN), (BOS, CLE))]
    for night in range(rounds):
        for home, away in pairs[night % 3]:
            game = {
                "game_id": f"00226{len(schedule) + 1:05d}",
                "game_date": pd.Timestamp("2026-10-21") + pd.Timedelta(days=2 * night),
            }
            neutral = night == 4
            for team, other, venue in ((home, away, "H"), (away, home, "A")):
                for place in range(each):
                    row, own = _played(random, game, team, other, place, len(made))
                    row["venue"] = "N" if neutral else venue
                    box.append(row)
                    made += own
            schedule.append(_listed(game, home, away, box, neutral=neutral))
    player = players(box)
    return Silver(
        player_game=player,
        box_score=_box_score(player),
        team_game=_teams(player),
        shot=shots(made),
        roster=typed(contracts.CONTRACTS["roster"], _roster(player)),
        schedule=typed(contracts.CONTRACTS["schedule"], schedule),
        official_player=_official(player, ["player_id", "player_name", "team_id"], "official_player"),
        official_team=_official(player, ["team_id"], "official_team"),
        league_zone=_league(shots(made)),
    )


def _played(
    random: np.random.Generator, game: Row, team: int, other: int, place: int, events: int
) -> tuple[Row, list[Row]]:
    # The last of a team plays without shooting, the one before him not at all.
    busy = place < len(NAMES) - 2
    who = {"player_id": 100 * (team - ATL) + place + 1, "player_name": NAMES[place % len(NAMES)]}
    common = game | who | {"team_id": team, "opp_team_id": other}
    own = []
    for number in range(random.integers(8, 17) if busy else 0):
        zone = random.choice(ZONES, p=(0.27, 0.2, 0.1, 0.06, 0.06, 0.3, 0.01))
        good = random.random() < (0.6 if zone == ZONES[0] else 0.38)
        place_of = {
            "game_event_id": events + number + 1,
            "period": 1 + number % 4,
            "clock_s": 600 - 20 * number,
        }
        own.append(shot(zone, **common, **place_of, made=bool(good)))
    threes = [each for each in own if each["shot_type"] == 3]
    tried = int(random.integers(0, 7)) if busy else 0
    row = player_game(
        **common,
        team=TEAMS[team],
        min=int(random.integers(20, 38)) if place != len(NAMES) - 2 else 0,
        fga=len(own),
        fgm=sum(each["made"] for each in own),
        fg3a=len(threes),
        fg3m=sum(each["made"] for each in threes),
        fta=tried,
        ftm=int(random.binomial(tried, 0.78)),
        tov=int(random.integers(0, 4)) if busy else 0,
    )
    return row, own


def _listed(game: Row, home: int, away: int, box: list[Row], *, neutral: bool) -> Row:
    points = {
        team: sum(row["pts"] for row in box if (row["game_id"], row["team_id"]) == (game["game_id"], team))
        for team in (home, away)
    }
    for row in box:
        if row["game_id"] == game["game_id"]:
            row["wl"] = "W" if points[row["team_id"]] >= points[row["opp_team_id"]] else "L"
    teams = {"home_team_id": home, "away_team_id": away, "home": TEAMS[home], "away": TEAMS[away]}
    scores = {"home_pts": points[home], "away_pts": points[away]}
    return game | teams | scores | {"status": 3, "status_text": "Final", "is_neutral": neutral}


def _teams(player: pd.DataFrame) -> pd.DataFrame:
    same = ["game_id", "game_date", "season", "season_type", "team_id", "team", "opp_team_id", "venue", "wl"]
    sums = player.groupby(same, sort=False)[list(contracts.BOX)].sum().reset_index()
    sums = sums.assign(min=240, plus_minus=0, tov=sums["tov"] + 1, tov_team=1)
    return typed(contracts.CONTRACTS["team_game"], sums.to_dict("records"))


def _box_score(player: pd.DataFrame) -> pd.DataFrame:
    # Of the games of the team asked for, both sides.
    own = player[(player["team_id"] == ATL) | (player["opp_team_id"] == ATL)]
    listed = own.assign(starter=own["player_id"] < 6, comment="", minutes=own["min"].astype(float))
    absent = dict.fromkeys(contracts.BOX, 0) | {"player_id": 99, "player_name": "Al Hurt", "minutes": 0.0}
    absent |= {"game_id": own["game_id"].iloc[0], "team_id": ATL, "starter": False}
    rows = [*listed.to_dict("records"), absent | {"comment": "DNP - Coach's Decision"}]
    return typed(contracts.CONTRACTS["box_score"], rows)


def _roster(player: pd.DataFrame) -> list[Row]:
    own = player[player["team_id"] == ATL].drop_duplicates("player_id")
    return [
        {"team_id": ATL, "season": "2026-27", "player_id": row.player_id, "player_name": row.player_name}
        | {"number": str(row.player_id), "position": "G-F", "height": "6-5", "age": 25.0, "experience": "R"}
        for row in own.itertuples()
    ]


def _official(player: pd.DataFrame, keys: list[str], name: str) -> pd.DataFrame:
    sums = player.groupby(keys)[[*COUNTS, "pts"]].sum().reset_index()
    sums["gp"] = player.groupby(keys)["game_id"].nunique().to_numpy()
    efg = (sums["fgm"] + 0.5 * sums["fg3m"]) / sums["fga"]
    ts = sums["pts"] / (2 * (sums["fga"] + 0.44 * sums["fta"]))
    # The league prints three digits, and 0.0 where there was no attempt.
    sums = sums.assign(efg_pct=efg.round(3).fillna(0.0), ts_pct=ts.round(3).fillna(0.0))
    return typed(contracts.CONTRACTS[name], sums.to_dict("records"))


def _league(made: pd.DataFrame) -> pd.DataFrame:
    zones = made.groupby("zone", observed=True)["made"].agg(fgm="sum", fga="count").reset_index()
    rows = zones.assign(area="Center(C)", range="24+ ft.").to_dict("records")
    return typed(contracts.CONTRACTS["league_zone"], rows)


def gold(*, each: int = 12, seed: int = 5) -> Gold:  # noqa: C901 - one table after the other
    """Return plausible figures of four teams with `each` players; ATL is the team asked for."""
    random = np.random.default_rng(seed)
    everybody: list[Row] = [
        {"team_id": team, "player_id": 100 * (team - ATL) + place + 1}
        | {"player_name": NAMES[place % len(NAMES)] + ("" if place < len(NAMES) else f" {place}")}
        for team in TEAMS
        for place in range(each)
    ]
    own = [who for who in everybody if who["team_id"] == ATL]
    all_and_team = [*own, {"team_id": ATL, "player_id": 0, "player_name": "ATL"}]
    teams: list[Row] = [{"team_id": team, "team": name} for team, name in TEAMS.items()]
    levels = {"efg": 0.54, "ts": 0.58, "three_rate": 0.42, "ft_rate": 0.25, "pps": 1.08, "usg": 0.2}
    shooting = frames.SHOOTING

    def figure(n: float, league: float, spread: float, least: float) -> dict[str, float]:
        if not n:
            return dict.fromkeys(frames.FIGURE, np.nan) | {"n": 0.0, "league": league}
        value, half = random.normal(league, spread), 1.2 * spread
        where = round(random.uniform(2, 98)) if n >= least else np.nan
        return {"n": n, "value": value, "low": value - half, "high": value + half, "league": league} | {
            "percentile": where
        }

    def sums(who: Row) -> dict[str, int]:
        fga = 0 if who.get("player_id", 1) % 100 == each else int(random.integers(30, 500))
        made, threes = int(fga * 0.47), int(fga * 0.4)
        line = {"gp": 20, "min": 500, "fgm": made, "fga": fga, "fg3m": int(threes * 0.36), "fg3a": threes}
        return line | {"ftm": fga // 6, "fta": fga // 5, "tov": fga // 10, "pts": 2 * made + fga // 3}

    def season(names: list[Row]) -> list[Row]:
        return [
            who | line | {"metric": metric} | figure(line["fga"], level, level / 12, 100)
            for who in names
            for line in [sums(who)]
            for metric, level in levels.items()
        ]

    def zones(names: list[Row], most: int) -> list[Row]:
        accuracy = dict(zip(ZONES, (0.66, 0.44, 0.42, 0.39, 0.39, 0.35, 0.02), strict=True))
        shares = dict(zip(ZONES, (0.28, 0.2, 0.1, 0.055, 0.055, 0.307, 0.003), strict=True))
        rows = []
        for who in names:
            for zone in ZONES:
                fga = int(random.poisson(most * shares[zone]))
                one = figure(float(fga), accuracy[zone], 0.04, 25)
                worth = 3 if zone.endswith("3") or zone == "Backcourt" else 2
                counts = {"zone": zone, "fgm": round(fga * accuracy[zone]), "fga": fga}
                rates = {
                    "raw": one["value"],
                    "frequency": shares[zone] * random.uniform(0.6, 1.4),
                    "league_frequency": shares[zone],
                    "pps": worth * one["value"],
                    "league_pps": worth * accuracy[zone],
                    "heaves_made": 0,
                    "heaves_missed": np.nan,
                    "comparable": one["value"],
                }
                rows.append(who | counts | rates | one)
        return rows

    def making(n: int) -> dict[str, float]:
        one = figure(float(n), 0.0, 0.08, 100)
        rates = {"pps": 1.08 + one["value"], "xpps": 1.08, "league_xpps": 1.08, "se": 1.2 / n**0.5}
        return rates | {"points_added": n * one["value"]} | one

    def form(who: Row, metric: str, window: int) -> Row:
        one = figure(12.0 * window, levels[metric], 0.08, 1e9)
        state = "hot" if one["low"] > levels[metric] else "cold" if one["high"] < levels[metric] else ""
        tests = {"season": levels[metric], "p": 0.01 if state else 0.4, "q": 0.04 if state else 0.6}
        return (
            who
            | {"metric": metric, "window": window, "games": window}
            | one
            | tests
            | {
                "state": state,
                "ewma": levels[metric],
            }
        )

    def line(who: Row, metric: str) -> list[Row]:
        return [
            who
            | {
                "game_id": f"00226{game:05d}",
                "game_date": pd.Timestamp("2026-10-21") + pd.Timedelta(days=2 * game),
            }
            | {"games": min(game + 1, 10), "metric": metric, "n": 12.0 * min(game + 1, 10)}
            | {"value": random.normal(levels[metric], 0.04), "season": levels[metric]}
            for game in range(20)
        ]

    keys = [("venue", key) for key in "HAN"] + [("opponent", str(BOS)), ("opponent", str(DEN))]
    keys += [("rest", "1"), ("rest", "3+")]

    def split_rows() -> list[Row]:
        return [
            who
            | {"side": side, "split": split, "key": key, "games": 8, "metric": metric}
            | figure(100.0 if who["player_id"] else 700.0, levels[metric], 0.03, 1e9)
            for who in all_and_team
            for side in (("own",) if who["player_id"] else ("own", "allowed"))
            for split, key in keys
            for metric in shooting
        ]

    names = ("rim finishers", "corner spacers", "mid-range creators")
    centres: list[Row] = [
        {"cluster": number, "name": name, "players": 8} | dict.fromkeys(frames.PROFILE, 0.2)
        for number, name in enumerate(names)
    ]
    tables: dict[str, list[Row]] = {
        "player_season": season(everybody),
        "team_season": season(teams),
        "player_form": [form(who, m, w) for who in own for m in shooting for w in frames.WINDOWS],
        "form_line": [row for who in all_and_team for m in shooting for row in line(who, m)],
        "player_zone": zones(everybody, 300),
        "team_zone": zones(teams, 2000),
        "opponent_zone": zones(teams, 2000),
        "shot_making": [who | making(60 if who["player_id"] % 5 == 0 else 300) for who in everybody],
        "team_making": [who | {"side": side} | making(2000) for who in teams for side in ("own", "allowed")],
        "splits": split_rows(),
        "clusters": [
            who
            | {"cluster": place % 3, "name": names[place % 3], "n": 300.0, "silhouette": 0.3}
            | {each: random.uniform(0.05, 0.4) for each in frames.PROFILE}
            for place, who in enumerate(everybody)
        ],
        "cluster_centres": centres,
        "zone_prior": [{"zone": zone, "mean": 0.4, "kappa": 150.0} for zone in ZONES],
    }
    return Gold(**{name: typed(frames.CONTRACTS[name], rows) for name, rows in tables.items()})
