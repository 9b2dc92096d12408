"""The page as it is written: complete in itself, true to its figures, closed to what names bring along."""

import html
import json
import re
from html.parser import HTMLParser

import night
import pytest

from hawks_pipeline.contracts import Silver
from hawks_pipeline.dashboard import build, svg
from hawks_pipeline.report import text


@pytest.fixture(scope="module")
def season() -> Silver:
    return night.silver()


@pytest.fixture(scope="module")
def page(season: Silver) -> str:
    return build.page(night.gold(), season, night.meta())


class Elements(HTMLParser):
    """The elements of a page with their attributes, and the text of its scripts."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.found: list[tuple[str, dict[str, str | None]]] = []
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found.append((tag, dict(attrs)))


def test_it_asks_for_nothing_outside_itself(page: str) -> None:
    addresses = [
        value
        for _, attributes in Elements(page).found
        for name, value in attributes.items()
        if name in {"src", "href", "action", "srcset", "data", "poster"}
    ]

    assert set(addresses) == {"data:,", "#players-head"}
    assert "@import" not in page
    assert not re.search(r"https?://", page)


def test_its_policy_admits_this_style_and_this_script_and_nothing_else(page: str) -> None:
    policy = next(
        attributes["content"] or "" for _, attributes in Elements(page).found if "http-equiv" in attributes
    )

    assert policy.startswith("default-src 'none'")
    assert "unsafe" not in policy
    # Three elements: the style, the data, the script; no attribute brings its own.
    assert not [
        name for _, attributes in Elements(page).found for name in attributes if name.startswith("on")
    ]
    assert not [attributes for _, attributes in Elements(page).found if "style" in attributes]


def test_the_same_figures_give_the_same_page(season: Silver, page: str) -> None:
    assert build.page(night.shuffled(night.gold()), season, night.meta()) == page


def test_nothing_in_a_name_becomes_an_element_or_ends_the_data(season: Silver) -> None:
    plain = Elements(build.page(night.gold(), season, night.meta()))
    page = build.page(night.hostile(), season, night.meta())

    shape = [tag for tag, _ in Elements(page).found if tag not in {"path", "li", "strong", "span"}]
    assert shape == [tag for tag, _ in plain.found if tag not in {"path", "li", "strong", "span"}]
    data = json.loads(re.findall(r'<script type="application/json" id="details">(.*?)</script>', page)[0])
    assert {each["name"] for each in data.values()} == {text.printable(name) for name in night.HOSTILE}


def test_no_control_character_reaches_the_page(season: Silver) -> None:
    page = build.page(night.hostile(), season, night.meta(stale="bell\x07 turn\u202e nul\x00"))

    assert not set("\x00\x07\u202e") & set(page)
    assert "bell\ufffd turn\ufffd nul\ufffd" in page


def test_every_picture_has_a_name_and_a_description(page: str) -> None:
    found = Elements(page).found
    ids = {attributes.get("id") for _, attributes in found}
    pictures = [attributes for tag, attributes in found if tag in {"svg", "img"}]

    assert len(pictures) == 3
    for each in pictures:
        assert each["role"] == "img"
        assert set((each["aria-labelledby"] or "").split()) <= ids
    described = re.findall(r"<desc [^>]*>(.*?)</desc>", page, flags=re.DOTALL)
    assert "at the rim" in html.unescape(described[0])
    assert all(each.strip() for each in described)


def test_the_stamp_and_the_banners(season: Silver, page: str) -> None:
    late = build.page(night.gold(), season, night.meta(stale="no answer", simulated=True))

    assert "data as of 2026-11-01 09:30 UTC" in page
    assert 'id="stale"' not in page
    assert "SIMULATED" not in page
    assert 'id="stale"' in late
    assert "no answer" in late
    assert "<title>SIMULATED: " in late


def test_a_night_before_the_first_game_has_its_page(season: Silver) -> None:
    page = build.page(night.first_night(), night.no_games(season), night.meta())

    assert "0 of 0 players" in page
    assert "nan" not in re.sub(r"<(style|script).*?</\1>", "", page, flags=re.DOTALL).casefold()


@pytest.mark.parametrize(
    ("difference", "kind"),
    [(-1.0, "b0"), (-0.08, "b0"), (0.0, "b4"), (0.02, "b5"), (0.5, "b8"), (float("nan"), "none")],
)
def test_colours_run_from_far_below_the_league_to_far_above(difference: float, kind: str) -> None:
    assert svg.bin_of(difference, 0.08) == kind


def test_the_shooters_left_is_drawn_on_the_left() -> None:
    left, right = (svg.zone_shapes(view_of(zone))[place].path for zone, place in (("Left", 1), ("Right", 2)))

    assert float(re.findall(r"M(-?[\d.]+)", left)[0]) < 0 < float(re.findall(r"M(-?[\d.]+)", right)[0])


def view_of(_side: str) -> object:
    gold = night.gold()
    return gold.team_zone[gold.team_zone["team"] == "ATL"]
