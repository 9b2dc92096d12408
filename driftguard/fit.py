"""Find the selection that an environment answers to, when it is not the one that was asked for."""

from collections.abc import Mapping

from driftguard.compare import Comparison, Elsewhere, compare, same_version
from driftguard.errors import UsageError
from driftguard.expect import expected, reached
from driftguard.model import Environment, Installed, Lock, Locked, Selection
from driftguard.selection import Label, available, selected

FEWEST = 3
"""Findings that one hint is worth more than."""


def placed(comparison: Comparison, lock: Lock, selection: Selection, environment: Environment) -> Comparison:
    """Say of each extraneous package that the lock knows what asks for it, and which selection would fit."""
    locked_names = {package.name for package in lock.packages}
    known = [one for one in comparison.extraneous if one.name in locked_names]
    if not known and not comparison.missing:
        return comparison
    asked = _asked_by(lock, selection, environment.interpreter.markers)
    fits = ""
    if len(known) + len(comparison.missing) >= FEWEST:
        candidate = _candidate(lock, selection, environment, asked)
        allowed = frozenset(one.name for one in comparison.allowed)
        if candidate and _answers(lock, candidate, environment, allowed):
            fits = _in_words(candidate)
    return comparison._replace(
        extraneous=tuple(one for one in comparison.extraneous if one.name not in locked_names),
        elsewhere=tuple(Elsewhere(installed=one, where=_where(one.name, asked)) for one in known),
        fits=fits,
    )


def _asked_by(lock: Lock, selection: Selection, markers: Mapping[str, str]) -> dict[Label, dict[str, Locked]]:
    """Return, for every extra and group of the selected members, what it alone brings."""
    base = tuple(label for label in selected(lock, selection) if not label.extra and not label.group)
    own = reached(lock, base, markers)
    brought: dict[Label, dict[str, Locked]] = {}
    for label in available(lock, selection):
        found = reached(lock, (*base, label), markers)
        brought[label] = {name: package for name, package in found.items() if name not in own}
    return brought


def _where(name: str, asked: Mapping[Label, Mapping[str, Locked]]) -> str:
    labels = [str(label) for label, packages in asked.items() if name in packages]
    if not labels:
        return "only for another platform, Python or workspace member"
    more = f" and {len(labels) - 3} more" if len(labels) > 3 else ""
    return f"only for {', '.join(labels[:3])}{more}"


def _candidate(
    lock: Lock, selection: Selection, environment: Environment, asked: Mapping[Label, Mapping[str, Locked]]
) -> Selection | None:
    """Return the selection of all extras and groups that are there whole; None if it is the one asked."""
    there = {one.name: one for one in environment.installed}
    chosen = _needed({label: set(brought) for label, brought in asked.items() if _all_there(brought, there)})
    if set(chosen) == {label for label in selected(lock, selection) if asked.get(label)}:
        return None
    nothing: tuple[str, ...] = ()
    plain = selection._replace(
        extras=nothing, no_extras=nothing, all_extras=False,
        groups=nothing, no_groups=nothing, all_groups=False, no_default_groups=False,
    )  # fmt: skip
    defaults = {label.group for label in selected(lock, plain) if label.group}
    groups = {label.group for label in chosen if label.group}
    return plain._replace(
        extras=tuple(label.extra for label in chosen if label.extra),
        groups=tuple(sorted(groups - defaults if defaults <= groups else groups)),
        no_default_groups=not defaults <= groups,
    )


def _needed(there: Mapping[Label, set[str]]) -> list[Label]:
    """Drop the labels that bring nothing which the others do not bring as well, small ones first."""
    kept = dict(there)
    for label in sorted(there, key=lambda label: len(there[label])):
        others = set().union(*(names for other, names in kept.items() if other != label))
        if kept[label] <= others:
            del kept[label]
    return list(kept)


def _all_there(brought: Mapping[str, Locked], there: Mapping[str, Installed]) -> bool:
    return all(name in there and _agrees(package, there[name]) for name, package in brought.items())


def _agrees(package: Locked, installed: Installed) -> bool:
    return package.version is None or same_version(package.version, installed.version or "")


def _answers(lock: Lock, selection: Selection, environment: Environment, allowed: frozenset[str]) -> bool:
    """Say whether `selection` leaves nothing missing and nothing over that the lock knows."""
    try:
        wanted = expected(lock, selection, environment.interpreter.markers)
    except UsageError:
        return False
    locked_names = {package.name for package in lock.packages}
    other = compare(wanted, environment, allowed)
    return (
        not other.missing
        and not other.undecided
        and all(one.name not in locked_names for one in other.extraneous)
    )


def _in_words(selection: Selection) -> str:
    words = [f"--extra {name}" for name in selection.extras] + [
        f"--group {name}" for name in selection.groups
    ]
    return " ".join((["--no-default-groups"] if selection.no_default_groups else []) + words) or "no options"
