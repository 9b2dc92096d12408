"""The walk holds its laws on any graph: order does not matter, and more is never less."""

from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from driftguard.compare import compare
from driftguard.expect import Expectation, expected
from driftguard.model import Edge, Lock, Locked, LockFormat, Origin, Place, Selection, SourceKind
from tests.builders import INDEX, LINUX, LOCK, environment, installed

NAMES = [f"p{number}" for number in range(7)]
EXTRAS = ["x", "y"]
GROUPS = ["dev", "docs"]
MARKERS = st.sampled_from(
    ["", "", "sys_platform == 'win32'", "python_version >= '3.9'", "os_name == 'nt' or extra == 'x'"]
)
EDGES = st.lists(
    st.builds(
        Edge,
        name=st.sampled_from(NAMES),
        extras=st.lists(st.sampled_from(EXTRAS), unique=True, max_size=2).map(tuple),
        marker=MARKERS,
    ),
    max_size=4,
).map(tuple)
BY_NAME = st.fixed_dictionaries({}, optional=dict.fromkeys(EXTRAS, EDGES))


@st.composite
def locks(draw: Any) -> Lock:
    """A lock with a root, packages that ask for one another at random, loops among them."""
    place = Place(path=LOCK)
    root = Locked(
        name="app",
        version="1",
        origin=Origin(kind=SourceKind.VIRTUAL, location="/app"),
        place=place,
        edges=draw(EDGES),
        extras={extra: draw(EDGES) for extra in EXTRAS},
        groups={group: draw(EDGES) for group in GROUPS},
    )
    others = (
        Locked(name=name, version="1", origin=INDEX, place=place, edges=draw(EDGES), extras=draw(BY_NAME))
        for name in NAMES
    )
    return Lock(path=LOCK, format=LockFormat.UV, packages=(root, *others), members=("app",), root="app")


def shuffled(lock: Lock, random: Any) -> Lock:
    def mixed(edges: tuple[Edge, ...]) -> tuple[Edge, ...]:
        return tuple(random.sample(edges, len(edges)))

    packages = [
        one._replace(
            edges=mixed(one.edges),
            extras={name: mixed(edges) for name, edges in one.extras.items()},
            groups={name: mixed(edges) for name, edges in one.groups.items()},
        )
        for one in lock.packages
    ]
    random.shuffle(packages)
    return lock._replace(packages=tuple(packages))


def names(found: Expectation) -> set[str]:
    return {one.name for one in found.expected}


lawful = settings(deadline=None, derandomize=True, max_examples=200)


@lawful
@given(locks(), st.randoms(use_true_random=False))
def test_the_order_of_packages_and_edges_does_not_matter(lock: Lock, random: Any) -> None:
    assert names(expected(shuffled(lock, random), Selection(), LINUX)) == names(
        expected(lock, Selection(), LINUX)
    )


@lawful
@given(locks(), st.sets(st.sampled_from(EXTRAS)), st.sets(st.sampled_from(GROUPS)))
def test_more_labels_never_expect_less(lock: Lock, extras: set[str], groups: set[str]) -> None:
    some = Selection(extras=tuple(extras), groups=tuple(groups))
    every = Selection(extras=tuple(EXTRAS), groups=tuple(GROUPS))

    assert names(expected(lock, Selection(), LINUX)) <= names(expected(lock, some, LINUX))
    assert names(expected(lock, some, LINUX)) <= names(expected(lock, every, LINUX))


@lawful
@given(locks(), st.sets(st.sampled_from(EXTRAS)))
def test_what_is_installed_as_expected_leaves_nothing_to_say(lock: Lock, extras: set[str]) -> None:
    wanted = expected(lock, Selection(extras=tuple(extras)), LINUX)
    there = environment(*(installed(f"{one.name}==1") for one in wanted.expected))

    joined = compare(wanted, there, frozenset())

    assert (joined.missing, joined.extraneous, joined.duplicates) == ((), (), ())
    assert len(joined.pairs) == len(wanted.expected)
