"""The simulated league as a host: a query in, a body out."""

import json
from datetime import UTC, date, datetime, timedelta

from hawks_pipeline.simulated.bodies import box_score, dashboards, logs, roster, scoreboard, shot_chart
from hawks_pipeline.simulated.bodies.envelope import Body, Query, RefusedError, parsed
from hawks_pipeline.simulated.season import Season, season, year_of

_OF_A_SEASON = {
    "commonteamroster": roster.answer,
    "leaguedashplayerstats": dashboards.players,
    "leaguedashteamstats": dashboards.teams,
    "leaguegamelog": logs.answer,
    "shotchartdetail": shot_chart.detail,
    "shotchartleaguewide": shot_chart.league_wide,
}
ENDPOINTS = frozenset({*_OF_A_SEASON, "boxscoretraditionalv3", "scoreboardv3"})


class League:
    """Answers as the league's host would at the end of the day `as_of`; with None, when all is over.

    On a given day the games to come are unknown, and a basket that the league corrects two days after a game
    stands under the name of the man who was first thought to have made it. The same seed, day and query make
    the same bytes.
    """

    def __init__(self, seed: int, *, as_of: date | None = None) -> None:
        self._seed, self._as_of = seed, as_of
        self._known: dict[int, Season] = {}

    def answer(self, endpoint: str, query: Query) -> bytes:
        """Return the body. Raises RefusedError for what the host would refuse."""
        return json.dumps(self.body(endpoint, query), ensure_ascii=False, separators=(",", ":")).encode()

    def body(self, endpoint: str, query: Query) -> Body:
        """Return the body before it is written. Raises RefusedError."""
        if endpoint == "scoreboardv3":
            day = parsed(query.get("GameDate", ""))
            return scoreboard.answer(self._season(_year(day)), day, self._moment(day))
        if endpoint == "boxscoretraditionalv3":
            known = self._season(_year_of_game(query.get("GameID", "")))
            game = box_score.game_of(known, query["GameID"])
            moment = self._moment(known.date_of(known.schedule.day[game]))
            return box_score.answer(known, query, moment)
        answer = _OF_A_SEASON.get(endpoint)
        if answer is None:
            raise RefusedError(404, f"No such endpoint: {endpoint}.")
        return answer(self._season(_year_asked(query)), query)

    def _season(self, year: int) -> Season:
        if year not in self._known:
            self._known[year] = season(self._seed, year).known(self._as_of)
        return self._known[year]

    def _moment(self, day: date) -> datetime:
        """Return when the host wrote what it knows of `day`: the same for every run."""
        return datetime.combine(self._as_of or day, datetime.min.time(), UTC) + timedelta(days=1, hours=9)


def _year(day: date) -> int:
    return day.year if day.month >= 10 else day.year - 1


def _year_of_game(game_id: str) -> int:
    if not (game_id.isdecimal() and len(game_id) == 10 and game_id.startswith("002")):
        raise RefusedError(400, "The GameID property is required.")
    return 2000 + int(game_id[3:5])


def _year_asked(query: Query) -> int:
    try:
        return year_of(query.get("Season", ""))
    except ValueError:
        raise RefusedError(400, "The Season property is required.") from None
