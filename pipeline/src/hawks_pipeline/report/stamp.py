"""The words by which every output says what it is and how old."""

from datetime import date

from hawks_pipeline.meta import Meta


def title(meta: Meta) -> str:
    """Name the report: team, season and night."""
    return f"{meta.team} shooting report, {day(meta.date)}"


def day(when: date) -> str:
    """Return a day as it is said."""
    return f"{when.day} {when:%b %Y}"


def data_as_of(meta: Meta) -> str:
    """Say when the newest data were fetched."""
    return f"data as of {meta.as_of:%Y-%m-%d %H:%M} {meta.as_of.tzname() or ''}".strip()


def one_line(meta: Meta) -> str:
    """Say all of it, with SIMULATED in front where it is."""
    parts = (["SIMULATED"] if meta.simulated else []) + [
        title(meta),
        data_as_of(meta),
        meta.source,
        meta.run_id,
    ]
    return " · ".join(parts)
