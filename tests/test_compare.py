"""The join holds its laws whatever is laid side by side."""

from hypothesis import given
from hypothesis import strategies as st

from driftguard.compare import Comparison, same_version
from driftguard.model import Installed
from tests.builders import environment, installed, joined

NAMES = st.sampled_from([f"p{number}" for number in range(8)])
VERSIONS = st.sampled_from(["1.0", "2.0", "2.0.0", "3.0rc1"])
WANTED = st.dictionaries(NAMES, VERSIONS).map(
    lambda pins: [f"{name}=={version}" for name, version in pins.items()]
)
THERE = st.lists(st.tuples(NAMES, VERSIONS).map(lambda pin: installed(f"{pin[0]}=={pin[1]}")), max_size=12)


def every_installed(comparison: Comparison) -> list[Installed]:
    return [
        *(pair.installed for pair in comparison.pairs),
        *comparison.extraneous,
        *(one for duplicate in comparison.duplicates for one in duplicate.installed),
    ]


def every_wanted(comparison: Comparison) -> list[str]:
    return [
        *(pair.expected.name for pair in comparison.pairs),
        *(entry.name for entry in comparison.missing),
        *(duplicate.name for duplicate in comparison.duplicates if duplicate.expected),
    ]


@given(WANTED, THERE)
def test_every_installed_and_every_wanted_package_stands_in_exactly_one_part(
    wanted: list[str], there: list[Installed]
) -> None:
    comparison = joined(wanted, environment(*there))

    assert sorted(map(id, every_installed(comparison))) == sorted(map(id, there))
    assert sorted(every_wanted(comparison)) == sorted(spec.partition("==")[0] for spec in wanted)


@given(WANTED)
def test_what_is_as_locked_leaves_nothing_missing_and_nothing_over(wanted: list[str]) -> None:
    comparison = joined(wanted, environment(*wanted))

    assert not comparison.missing
    assert not comparison.extraneous
    assert not comparison.duplicates


@given(WANTED, THERE, st.randoms())
def test_the_order_of_what_is_read_does_not_matter(
    wanted: list[str], there: list[Installed], random: object
) -> None:
    shuffled = list(there)
    random.shuffle(shuffled)  # type: ignore[attr-defined]

    first, second = joined(wanted, environment(*there)), joined(wanted, environment(*shuffled))

    assert {one.name for one in first.extraneous} == {one.name for one in second.extraneous}
    assert {pair.expected.name for pair in first.pairs} == {pair.expected.name for pair in second.pairs}
    assert [entry.name for entry in first.missing] == [entry.name for entry in second.missing]


@given(VERSIONS, VERSIONS)
def test_equality_of_versions_is_symmetric(one: str, other: str) -> None:
    assert same_version(one, other) == same_version(other, one)
