"""The league's number of a team."""

from hawks_pipeline.errors import UsageError


def team_id(team: str) -> int:
    """Return the NBA's number of the team with that abbreviation. Raises UsageError."""
    from nba_api.stats.static import teams

    found = teams.find_team_by_abbreviation(team)
    if found is None:
        known = " ".join(sorted(each["abbreviation"] for each in teams.get_teams()))
        raise UsageError(f"no team {team}, only {known}")
    return int(found["id"])
