"""Which part of a lock is selected: extras, groups and members, as uv's options name them."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from driftguard.errors import UsageError
from driftguard.model import ConflictItem, Lock, Locked, Selection


@dataclass(frozen=True, slots=True, kw_only=True)
class Label:
    """An extra or a group of a member, or that member's own dependencies when both are empty."""

    package: str
    extra: str = ""
    group: str = ""

    def __str__(self) -> str:
        return (
            f"extra `{self.extra}`" if self.extra else f"group `{self.group}`" if self.group else self.package
        )


def selected(lock: Lock, selection: Selection) -> tuple[Label, ...]:
    """Return the selected labels in the order of the lock's members.

    Raises UsageError when the selection names what the lock does not have, or joins what the
    lock declares to be in conflict.
    """
    members = _members(lock, selection)
    _refuse_unknown(lock, members, selection)
    labels: list[Label] = []
    for member in members:
        if not selection.only_groups:
            labels.append(Label(package=member.name))
            labels += (
                Label(package=member.name, extra=name)
                for name in member.extras
                if _wants_extra(selection, name)
            )
        wanted = _wanted_groups(member.groups, member.default_groups, selection)
        labels += (Label(package=member.name, group=name) for name in wanted)
    if lock.root is None and not selection.packages:
        wanted = _wanted_groups(lock.loose_groups, None, selection)
        labels += (Label(package="", group=name) for name in wanted)
    _refuse_conflicts(lock, labels)
    return tuple(labels)


def available(lock: Lock, selection: Selection) -> Iterator[Label]:
    """Return every extra and group that the selected members have."""
    for member in _members(lock, selection):
        yield from (Label(package=member.name, extra=name) for name in member.extras)
        yield from (Label(package=member.name, group=name) for name in member.groups)


def _members(lock: Lock, selection: Selection) -> tuple[Locked, ...]:
    if selection.packages:
        names = selection.packages
    elif selection.all_packages or lock.root is None:
        names = lock.members
    else:
        names = (lock.root,)
    by_name = {package.name: package for package in lock.packages}
    for name in names:
        if name not in lock.members:
            known = ", ".join(f"`{member}`" for member in lock.members)
            raise UsageError(
                f"package `{name}` is not a workspace member", hint=f"{lock.path} has {known or 'none'}"
            )
    return tuple(by_name[name] for name in names if name in by_name)


def _refuse_unknown(lock: Lock, members: tuple[Locked, ...], selection: Selection) -> None:
    extras = {name for member in members for name in member.extras}
    groups = {name for member in members for name in member.groups} | set(lock.loose_groups)
    named = {
        "extra": selection.extras + selection.no_extras,
        "group": selection.groups + selection.only_groups,
    }
    for kind, known in (("extra", extras), ("group", groups)):
        for name in named[kind]:
            if name not in known:
                hint = (
                    f"it has {', '.join(f'`{other}`' for other in sorted(known))}"
                    if known
                    else f"it has no {kind}s"
                )
                raise UsageError(f"{kind} `{name}` is not in {lock.path}", hint=hint)


def _wants_extra(selection: Selection, name: str) -> bool:
    return (selection.all_extras or name in selection.extras) and name not in selection.no_extras


def _wanted_groups(
    groups: Mapping[str, object], defaults: tuple[str, ...] | None, selection: Selection
) -> Iterator[str]:
    by_default = ("dev",) if defaults is None else defaults
    if selection.only_groups or selection.no_default_groups:
        by_default = ()
    for name in groups:
        asked = selection.all_groups or name in (*selection.groups, *selection.only_groups, *by_default)
        if asked and name not in selection.no_groups:
            yield name


def _refuse_conflicts(lock: Lock, labels: Iterable[Label]) -> None:
    chosen = {ConflictItem(package=label.package, extra=label.extra, group=label.group) for label in labels}
    for group in lock.conflicts:
        both = [item for item in group if item in chosen]
        if len(both) > 1:
            names = " and ".join(str(Label(package=i.package, extra=i.extra, group=i.group)) for i in both)
            raise UsageError(f"{names} are declared to be in conflict", hint="select one of them")
