"""The thirty teams, by the facts that come with nba_api."""

from dataclasses import dataclass

from nba_api.stats.static import teams as static

_EAST = frozenset(
    {"ATL", "BOS", "BKN", "CHA", "CHI", "CLE", "DET", "IND", "MIA", "MIL", "NYK", "ORL", "PHI", "TOR"}
    | {"WAS"}
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Team:
    """A team; `east` is its conference."""

    id: int
    abbreviation: str
    city: str
    nickname: str
    name: str
    east: bool

    @property
    def slug(self) -> str:
        """Return the nickname as in an address."""
        return "sixers" if self.abbreviation == "PHI" else self.nickname.lower().replace(" ", "")


TEAMS = tuple(
    Team(
        id=each["id"],
        abbreviation=each["abbreviation"],
        city=each["city"],
        nickname=each["nickname"],
        name=each["full_name"],
        east=each["abbreviation"] in _EAST,
    )
    for each in sorted(static.get_teams(), key=lambda each: each["id"])
)

HAWKS = next(index for index, team in enumerate(TEAMS) if team.abbreviation == "ATL")
"""The index of the team for which the awkward cases are written."""
