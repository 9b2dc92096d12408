"""Comments that accept a finding on their line: `# driftguard: ignore[DG201] reason`."""

import re

from driftguard.record import NamedTuple

_ADDRESSED = re.compile(r"#\s*driftguard:(.*)", re.DOTALL)
_IGNORE = re.compile(r"\s*ignore\s*(?:\[([^\]]*)\])?[\s:]*")
_CODE = re.compile(r"DG[0-9]{1,3}")


class Suppression(NamedTuple):
    """What a comment accepts and why; with `problem` it accepts nothing and says what is wrong with it.

    A code may be a prefix: `DG2` accepts the whole family.
    """

    codes: tuple[str, ...] = ()
    reason: str = ""
    problem: str = ""


NONE = Suppression()


def suppression(comment: str) -> Suppression:
    """Read a comment; one that does not address driftguard suppresses nothing."""
    addressed = _ADDRESSED.search(comment)
    if addressed is None:
        return NONE
    rest = addressed[1]
    ignore = _IGNORE.match(rest)
    if ignore is None:
        return Suppression(problem="has a `driftguard:` comment that is not `ignore[CODE] reason`")
    codes = tuple(code.strip() for code in (ignore[1] or "").split(",") if code.strip())
    unknown = [code for code in codes if not _CODE.fullmatch(code)]
    if unknown:
        return Suppression(problem=f"has an ignore of `{unknown[0][:40]}`, which is not a code such as DG201")
    if not codes:
        return Suppression(problem="has an ignore without a code: write `# driftguard: ignore[DG201] reason`")
    reason = rest[ignore.end() :].strip()
    if not reason:
        asked = f"ignore[{','.join(codes)}] reason"
        return Suppression(problem=f"has an ignore without a reason: write `# driftguard: {asked}`")
    return Suppression(codes=codes, reason=reason)
