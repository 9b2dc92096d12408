"""`commonteamroster`: who is on a team's books, and who coaches it."""

from datetime import date

import numpy as np

from hawks_pipeline.simulated import names
from hawks_pipeline.simulated.bodies.dashboards import age
from hawks_pipeline.simulated.bodies.envelope import Body, Query, RefusedError, old, table
from hawks_pipeline.simulated.rosters import Stint
from hawks_pipeline.simulated.schedule import DAYS
from hawks_pipeline.simulated.season import Season
from hawks_pipeline.simulated.teams import TEAMS

HEADERS = (
    *("TeamID", "SEASON", "LeagueID", "PLAYER", "NICKNAME", "PLAYER_SLUG", "NUM", "POSITION", "HEIGHT"),
    *("WEIGHT", "BIRTH_DATE", "AGE", "EXP", "SCHOOL", "PLAYER_ID", "HOW_ACQUIRED"),
)
COACHES = (
    *("TEAM_ID", "SEASON", "COACH_ID", "FIRST_NAME", "LAST_NAME", "COACH_NAME", "IS_ASSISTANT"),
    *("COACH_TYPE", "SORT_SEQUENCE", "SUB_SORT_SEQUENCE"),
)
_STAFF = ((1, "Head Coach"), (2, "Assistant Coach"), (2, "Assistant Coach"), (3, "Trainer"))
_SCHOOLS = (
    "Riverbend State",
    "Saint Alban's",
    "North Prairie",
    "Calloway Tech",
    "Instituto del Mar",
    "Lakemoor",
)


def answer(season: Season, query: Query) -> Body:
    """Return the roster of TeamID on the last known day. Raises RefusedError."""
    wanted = query.get("TeamID", "")
    index = next((index for index, team in enumerate(TEAMS) if str(team.id) == wanted), None)
    if index is None:
        raise RefusedError(400, "The TeamID property is required.")
    day = min(max(season.last, 0), DAYS - 1)
    stints = [each for each in season.stints if each.team == index and each.first <= day < each.last]
    rows = sorted((_player(season, stint) for stint in stints), key=lambda row: (row[6] or "", row[14]))
    coaches = table("Coaches", COACHES, _coaches(season, index))
    return old("commonteamroster", query, table("CommonTeamRoster", HEADERS, rows), coaches)


def _player(season: Season, stint: Stint) -> list[object]:
    players, player = season.players, stint.player
    first, family = players.name[player]
    inches, born = int(players.inches[player]), players.born[player]
    years = max(0, season.year - born.year - 20)
    return [
        TEAMS[stint.team].id,
        str(season.year),
        "00",
        f"{first} {family}",
        first,
        names.slug(f"{first} {family}"),
        # A man just signed has no number yet.
        str(player % 100) if player % 17 < 16 else None,
        players.position[player],
        f"{inches // 12}-{inches % 12}",
        str(170 + 4 * (inches - 72) + player % 15),
        f"{born:%b %d, %Y}".upper(),
        float(age(season, player)),
        str(years) if years else "R",
        _SCHOOLS[player % len(_SCHOOLS)],
        int(players.id[player]),
        _how(season, stint),
    ]


def _how(season: Season, stint: Stint) -> str:
    if stint.first == 0:
        return f"Signed on {date(season.year, 7, 6):%m/%d/%y}"
    before = next(each for each in season.stints if each.player == stint.player and each.last == stint.first)
    return f"Traded from {TEAMS[before.team].abbreviation} on {season.date_of(stint.first):%m/%d/%y}"


def _coaches(season: Season, index: int) -> list[list[object]]:
    rng = np.random.default_rng([season.seed, index])
    return [
        [
            TEAMS[index].id,
            str(season.year),
            9_900_000 + 10 * index + order,
            first,
            family,
            f"{first} {family}",
            assistant,
            kind,
            None,
            order + 1,
        ]
        for order, ((assistant, kind), (first, family)) in enumerate(
            zip(_STAFF, names.draw(rng, len(_STAFF)), strict=True)
        )
    ]
