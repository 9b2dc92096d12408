"""Read pip-audit's JSON, beside what it was asked."""

from collections.abc import Iterable, Iterator

from driftguard.adapters.pip_audit.pins import Pin
from driftguard.model import Vulnerability, normalized
from driftguard.untrusted import printable

LONGEST_SUMMARY = 200


def read(answer: object, pins: Iterable[Pin]) -> Iterator[Vulnerability]:
    """Lay pip-audit's JSON beside what was asked; a pin that is not answered is not audited.

    Raises ValueError for an answer of another shape.
    """
    told: dict[str, dict[str, object]] = {}
    for one in map(_table, _list(_table(answer).get("dependencies"))):
        name = normalized(_text(one.get("name")))
        if name in told:
            raise ValueError("not an answer for each package")
        told[name] = one
    for pin in pins:
        yield from _of(pin, told.get(pin.name))


def _of(pin: Pin, told: dict[str, object] | None) -> Iterator[Vulnerability]:
    if told is None:
        yield _not_audited(pin, "pip-audit does not mention it")
    elif "skip_reason" in told:
        # "Dependency not found … and could not be audited: NAME (VERSION)": the finding says the rest itself.
        reason = _first_line(told["skip_reason"]).removeprefix("Dependency ")
        yield _not_audited(pin, reason.partition(" and could not be audited")[0] or "no reason given")
    elif told.get("version") != pin.version:
        said = printable(str(told.get("version")))
        yield _not_audited(pin, f"pip-audit looked at {said} instead of {pin.version}")
    else:
        for one in _list(told.get("vulns")):
            yield _advisory(pin, _table(one))


def _not_audited(pin: Pin, why: str) -> Vulnerability:
    return Vulnerability(name=pin.name, version=pin.version, skipped=why)


def _advisory(pin: Pin, told: dict[str, object]) -> Vulnerability:
    return Vulnerability(
        name=pin.name,
        version=pin.version,
        identifier=_text(told.get("id")),
        aliases=tuple(sorted(_text(one) for one in _list(told.get("aliases", [])))),
        fixed_in=tuple(_text(one) for one in _list(told.get("fix_versions", []))),
        summary=_first_line(told.get("description") or ""),
    )


def _table(value: object) -> dict[str, object]:
    if not isinstance(value, dict):
        raise ValueError("not an object")  # noqa: TRY004 - one error for every shape that is not the promised one
    return value


def _list(value: object) -> list[object]:
    if not isinstance(value, list):
        raise ValueError("not an array")  # noqa: TRY004
    return value


def _text(value: object) -> str:
    if not isinstance(value, str) or not value.strip():
        raise ValueError("not a text")
    return value.strip()


def _first_line(text: object) -> str:
    """Return the beginning of a description, which may be pages of Markdown."""
    words = " ".join(str(text).strip().partition("\n")[0].split())
    return words if len(words) <= LONGEST_SUMMARY else f"{words[:LONGEST_SUMMARY].rpartition(' ')[0]} …"
