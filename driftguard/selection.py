"""Which part of a lock is selected: extras, groups and members, as uv's options name them."""

from collections.abc import Iterable, Iterator

from driftguard.errors import UsageError
from driftguard.model import ConflictItem, Lock, Locked, Selection
from driftguard.record import NamedTuple

DEFAULT_GROUPS = ("dev",)
"""What uv selects unasked where `tool.uv.default-groups` does not say."""


class Label(NamedTuple):
    """An extra or a group of a member, or that member's own dependencies when both are empty."""

    package: str
    extra: str = ""
    group: str = ""

    def __str__(self) -> str:
        if self.extra:
            return f"extra `{self.extra}`"
        return f"group `{self.group}`" if self.group else self.package


def selected(lock: Lock, selection: Selection) -> tuple[Label, ...]:
    """Return the selected labels in the order of the lock's members.

    Raises UsageError when the selection names what the lock does not have, or joins what the
    lock declares to be in conflict.
    """
    members = _members(lock, selection)
    _refuse_unknown(lock, members, selection)
    groups = _Groups(lock, selection)
    labels: list[Label] = []
    for member in members:
        if not selection.only_groups:
            labels.append(Label(package=member.name))
            extras = (name for name in member.extras if _wants_extra(selection, name))
            labels += (Label(package=member.name, extra=name) for name in extras)
        labels += (Label(package=member.name, group=name) for name in member.groups if groups.wants(name))
    labels += (
        label
        for label in _root_groups(lock, selection, members)
        if groups.wants(label.group, unasked=len(selection.packages) != 1)
    )
    _refuse_conflicts(lock, labels)
    return tuple(labels)


def available(lock: Lock, selection: Selection) -> Iterator[Label]:
    """Return every extra and group that the selected members have."""
    for member in _members(lock, selection):
        yield from (Label(package=member.name, extra=name) for name in member.extras)
        yield from (Label(package=member.name, group=name) for name in member.groups)


def project(lock: Lock, selection: Selection) -> Locked | None:
    """Return the package whose default groups count: the only one that is named, else the root."""
    name = selection.packages[0] if len(selection.packages) == 1 else lock.root
    return next((package for package in lock.packages if package.name == name), None)


class _Groups:
    """Which groups are wanted, by uv's rule: the current project's defaults hold for all members."""

    def __init__(self, lock: Lock, selection: Selection) -> None:
        current = project(lock, selection)
        defaults = selection.default_groups
        if defaults is None:
            defaults = current.default_groups if current else lock.default_groups
        if defaults is None:
            defaults = DEFAULT_GROUPS
        self.all = selection.all_groups
        self.asked = {*selection.groups, *selection.only_groups}
        self.unasked = set() if selection.only_groups or selection.no_default_groups else set(defaults)
        self.refused = set(selection.no_groups)

    def wants(self, name: str, *, unasked: bool = True) -> bool:
        """Say whether the group is selected; `unasked` also as one of the defaults."""
        wanted = self.all or name in self.asked or (unasked and name in self.unasked)
        return wanted and name not in self.refused


def _root_groups(lock: Lock, selection: Selection, members: tuple[Locked, ...]) -> Iterator[Label]:
    """Return the groups of the root, where it is not selected itself but its groups can be.

    That is so in a workspace without a root project; and, for one named member, with what it does
    not have under that name itself.
    """
    root = next((package for package in lock.packages if package.name == lock.root), None)
    single = len(selection.packages) == 1
    if root in members or (root is not None and not single):
        return
    own = members[0].groups if single else {}
    for name in root.groups if root else lock.loose_groups:
        if name not in own:
            yield Label(package=lock.root or "", group=name)


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
    return tuple(by_name[name] for name in names)


def _refuse_unknown(lock: Lock, members: tuple[Locked, ...], selection: Selection) -> None:
    extras = {name for member in members for name in member.extras}
    groups = {name for member in members for name in member.groups}
    groups |= {label.group for label in _root_groups(lock, selection, members)}
    for name in (*selection.extras, *selection.no_extras):
        if name not in extras:
            raise _unknown("extra", name, extras, lock)
    for name in (*selection.groups, *selection.only_groups, *selection.no_groups):
        if name not in groups and (name != "dev" or selection.dev_by_name):
            raise _unknown("group", name, groups, lock)


def _unknown(kind: str, name: str, known: set[str], lock: Lock) -> UsageError:
    there = ", ".join(f"`{other}`" for other in sorted(known))
    return UsageError(
        f"{kind} `{name}` is not in {lock.path}", hint=f"it has {there}" if there else f"it has no {kind}s"
    )


def _wants_extra(selection: Selection, name: str) -> bool:
    return (selection.all_extras or name in selection.extras) and name not in selection.no_extras


def _refuse_conflicts(lock: Lock, labels: Iterable[Label]) -> None:
    chosen = {ConflictItem(package=label.package, extra=label.extra, group=label.group) for label in labels}
    for group in lock.conflicts:
        both = [item for item in group if item in chosen]
        if len(both) > 1:
            names = " and ".join(str(Label(package=i.package, extra=i.extra, group=i.group)) for i in both)
            raise UsageError(f"{names} are declared to be in conflict", hint="select one of them")
