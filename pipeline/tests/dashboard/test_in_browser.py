"""The page in a real browser: it sorts, filters, turns dark, fits a phone, and complains of nothing."""

import os
from collections.abc import Iterator
from pathlib import Path

import night
import pytest
from playwright.sync_api import Browser, Dialog, Page, expect, sync_playwright

from hawks_pipeline.dashboard import build
from hawks_pipeline.report import text

CHROMIUM = Path(os.environ.get("CHROMIUM", "/usr/bin/chromium"))
QUIET = (
    "--no-sandbox",  # as root in a container there is none
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-default-apps",
    "--disable-sync",
    "--no-first-run",
)
PHONE, DESK = {"width": 390, "height": 844}, {"width": 1280, "height": 900}


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    if not CHROMIUM.exists():
        if os.environ.get("CI") == "true":
            pytest.fail(f"{CHROMIUM} is missing: .ci/run installs it")
        pytest.skip(f"needs Chromium at {CHROMIUM}")
    with sync_playwright() as playwright:
        started = playwright.chromium.launch(executable_path=str(CHROMIUM), args=QUIET)
        yield started
        started.close()


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Write the pages once: plain, stale and simulated, with hostile names, and before the first game."""
    root, season = tmp_path_factory.mktemp("pages"), night.silver()
    pages = {
        "plain": build.page(night.gold(), season, night.meta()),
        "stale": build.page(night.gold(), season, night.meta(stale="no answer since Friday", simulated=True)),
        "hostile": build.page(night.hostile(), season, night.meta(stale='<b>bold</b> & "quoted"')),
        "first": build.page(night.first_night(), night.no_games(season), night.meta()),
    }
    for name, page in pages.items():
        (root / f"{name}.html").write_text(page, encoding="utf-8")
    return root


class Opened:
    """A page opened from its file, and all that the browser had to complain of or to fetch."""

    def __init__(self, browser: Browser, path: Path, **settings: object) -> None:
        self.page: Page = browser.new_page(**{"viewport": DESK} | settings)
        self.complaints: list[str] = []
        self.fetched: list[str] = []
        self.page.on("console", lambda message: self.complaints.append(message.text))
        self.page.on("pageerror", lambda error: self.complaints.append(str(error)))
        self.page.on("dialog", self.asked)
        self.page.on("request", lambda request: self.fetched.append(request.url))
        self.page.goto(path.as_uri())

    def asked(self, dialog: Dialog) -> None:
        self.complaints.append(dialog.message)
        dialog.dismiss()

    def column(self, key: str) -> list[str]:
        place = self.page.eval_on_selector_all(
            "#players thead button", "(all, key) => all.findIndex((each) => each.dataset.key === key)", key
        )
        found: list[str] = self.page.eval_on_selector_all(
            "#players tbody tr:not([hidden])",
            "(rows, place) => rows.map((row) => row.cells[place].dataset.value)",
            place,
        )
        return found

    def press(self, key: str) -> None:
        self.page.click(f"#players thead button[data-key={key}]")

    def width_in(self, window: int) -> int:
        """Return how wide the page is in a window of that width."""
        self.page.set_viewport_size({"width": window, "height": 844})
        return int(self.page.evaluate("document.documentElement.scrollWidth"))

    def colour(self) -> str:
        return str(self.page.evaluate("getComputedStyle(document.body).backgroundColor"))


@pytest.fixture
def plain(browser: Browser, folder: Path) -> Iterator[Opened]:
    opened = Opened(browser, folder / "plain.html")
    yield opened
    opened.page.close()


def test_a_heading_sorts_by_numbers_and_turns_round_when_pressed_again(plain: Opened) -> None:
    plain.press("efg")
    falling = plain.column("efg")
    plain.press("efg")
    rising = plain.column("efg")

    numbers = [float(each) for each in falling if each]
    assert numbers == sorted(numbers, reverse=True)
    assert [float(each) for each in rising if each] == numbers[::-1]
    # Who has no attempt stands last both times.
    assert (falling[-1], rising[-1]) == ("", "")
    states = plain.page.eval_on_selector_all(
        "#players thead th", "all => all.map(th => th.getAttribute('aria-sort'))"
    )
    assert [each for each in states if each != "none"] == ["ascending"]


def test_names_sort_as_words_from_a_to_z(plain: Opened) -> None:
    plain.press("player_name")

    names = plain.column("player_name")
    assert names[0].startswith("a.j.")
    assert names[-1].startswith("vít")


def test_at_first_those_with_most_shots_stand_first_and_the_heading_says_so(plain: Opened) -> None:
    shots = [float(each) for each in plain.column("fga")]

    assert shots == sorted(shots, reverse=True)
    assert plain.page.locator("th[aria-sort=descending] button").inner_text() == "FGA"


@pytest.mark.parametrize(
    ("words", "names"),
    [
        pytest.param("krejci", {"vít krejčí", "vít krejčí 6"}, id="without its marks"),
        pytest.param("ĐURIŠIĆ", {"nikola đurišić", "nikola đurišić 7"}, id="in capitals"),
        pytest.param("nobody of that name", set(), id="nobody"),
    ],
)
def test_the_filter_finds_names(plain: Opened, words: str, names: set[str]) -> None:
    plain.page.fill("#search", words)

    assert set(plain.column("player_name")) == names
    expect(plain.page.locator("#count")).to_have_text(f"{len(names)} of 12 players")


def test_the_filters_work_together_and_survive_sorting(plain: Opened) -> None:
    plain.page.fill("#least", "100")
    plain.page.fill("#search", "rim finishers")
    plain.press("ts")

    shown = plain.column("fga")
    assert 0 < len(shown) < 12
    assert all(float(each) >= 100 for each in shown)
    assert set(plain.column("profile")) == {"rim finishers"}


def test_the_keyboard_alone_sorts_and_opens(plain: Opened) -> None:
    plain.page.focus("#players thead button[data-key=ts]")
    plain.page.keyboard.press("Enter")
    values = [float(each) for each in plain.column("ts") if each]
    plain.page.focus("#players .open >> nth=0")
    plain.page.keyboard.press("Space")

    assert values == sorted(values, reverse=True)
    assert plain.page.locator("#players .open >> nth=0").get_attribute("aria-expanded") == "true"
    assert plain.page.locator(".details caption").count() == 2


def test_everything_that_can_be_pressed_is_reached_by_the_tab_key(plain: Opened) -> None:
    wanted = plain.page.locator("button:visible, input:visible, summary:visible, a").count()
    reached = set()
    for _ in range(wanted + 5):
        plain.page.keyboard.press("Tab")
        reached.add(plain.page.evaluate("document.activeElement.outerHTML"))

    assert len(reached - {plain.page.evaluate("document.body.outerHTML")}) == wanted


def test_a_name_opens_his_figures_and_shuts_them_again(plain: Opened) -> None:
    name = plain.page.locator("#players .open >> nth=0")

    name.click()
    told = plain.page.locator(".details").inner_text()
    name.click()

    assert "at the rim" in told
    assert "eFG%" in told
    assert plain.page.locator(".details").count() == 0


def test_what_is_open_shuts_when_the_table_is_sorted_or_filtered(plain: Opened) -> None:
    plain.page.locator("#players .open >> nth=1").click()
    plain.press("ts")
    after_sorting = plain.page.locator(".details").count()
    plain.page.locator("#players .open >> nth=1").click()
    plain.page.fill("#search", "nobody")

    assert (after_sorting, plain.page.locator(".details").count()) == (0, 0)


@pytest.mark.parametrize("name", ["plain", "stale", "hostile", "first"])
def test_nothing_is_complained_of_and_nothing_is_fetched(browser: Browser, folder: Path, name: str) -> None:
    opened = Opened(browser, folder / f"{name}.html")
    for button in opened.page.locator("#players .open").all():
        button.click()
    opened.press("ts")
    opened.page.fill("#search", "a")
    opened.page.click("#theme")

    assert opened.complaints == []
    assert [url for url in opened.fetched if not url.startswith(("file:", "data:"))] == []
    opened.page.close()


@pytest.mark.parametrize("name", ["plain", "stale", "hostile", "first"])
def test_the_page_never_scrolls_sideways(browser: Browser, folder: Path, name: str) -> None:
    opened = Opened(browser, folder / f"{name}.html")
    widths = [320, 390, 768, 1024, 1025, 1280]

    closed = [opened.width_in(window) for window in widths]
    for button in opened.page.locator("#players .open").all():
        button.click()

    assert closed == widths
    assert [opened.width_in(window) for window in widths] == widths
    opened.page.close()


def test_every_picture_has_a_name_for_who_cannot_see_it(plain: Opened) -> None:
    names = [
        plain.page.evaluate(
            "(each) => each.getAttribute('alt') || (each.getAttribute('aria-labelledby') || '').split(' ')"
            ".map((id) => document.getElementById(id)?.textContent ?? '').join(' ')",
            picture.element_handle(),
        )
        for picture in plain.page.locator("svg, img, canvas").all()
    ]

    assert len(names) == 3
    assert all(name.strip() for name in names)


def test_the_stale_banner_stands_there_only_when_due(browser: Browser, folder: Path, plain: Opened) -> None:
    late = Opened(browser, folder / "stale.html", viewport=PHONE)

    expect(plain.page.locator("#stale")).to_have_count(0)
    expect(plain.page.locator("#simulated")).to_have_count(0)
    expect(late.page.locator("#stale")).to_be_visible()
    expect(late.page.locator("#stale")).to_contain_text("no answer since Friday")
    expect(late.page.locator("#simulated")).to_be_visible()
    expect(late.page.locator("#as-of")).to_have_text("data as of 2026-11-01 09:30 UTC")
    late.page.close()


def test_hostile_names_stay_text(browser: Browser, folder: Path) -> None:
    opened = Opened(browser, folder / "hostile.html")
    names = [each.text_content() for each in opened.page.locator("#players .open").all()]
    for button in opened.page.locator("#players .open").all():
        button.click()
    captions = opened.page.locator(".details caption").all_text_contents()

    wanted = {text.printable(name) for name in night.HOSTILE}
    assert set(names) == wanted
    assert set(captions) == {f"{name}: {what}" for name in wanted for what in ("figures", "zones")}
    assert opened.page.locator("img, #players script, .todo script").count() == 0
    assert opened.page.locator("#stale b").count() == 0
    assert opened.complaints == []
    opened.page.close()


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_it_follows_the_system_and_the_button_says_otherwise(
    browser: Browser, folder: Path, scheme: str
) -> None:
    opened = Opened(browser, folder / "plain.html", color_scheme=scheme)
    at_first = opened.colour()
    opened.page.click("#theme")
    turned = opened.colour()
    opened.page.reload()

    dark = {"light": False, "dark": True}[scheme]
    assert (is_dark(at_first), is_dark(turned), is_dark(opened.colour())) == (dark, not dark, not dark)
    opened.page.close()


def is_dark(colour: str) -> bool:
    return sum(int(each) for each in colour.strip("rgb()").split(",")) < 3 * 128


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_all_words_can_be_read_on_their_ground(browser: Browser, folder: Path, scheme: str) -> None:
    opened = Opened(browser, folder / "stale.html", color_scheme=scheme)
    opened.page.click("#players .open >> nth=0")

    poor = opened.page.evaluate(POOR_CONTRAST)

    assert poor == []
    opened.page.close()


POOR_CONTRAST = """
() => {
  const canvas = document.createElement("canvas").getContext("2d", { willReadFrequently: true });
  const parse = (colour) => {
    canvas.clearRect(0, 0, 1, 1); canvas.fillStyle = colour; canvas.fillRect(0, 0, 1, 1);
    return [...canvas.getImageData(0, 0, 1, 1).data];
  };
  const light = (c) => c.slice(0, 3).map((v) => v / 255)
    .map((v) => v <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4)
    .reduce((sum, v, i) => sum + v * [0.2126, 0.7152, 0.0722][i], 0);
  const ground = (node) => {
    for (let each = node; each; each = each.parentElement) {
      const colour = parse(getComputedStyle(each).backgroundColor);
      if (colour[3] === 255) return colour;
    }
    return [255, 255, 255, 255];
  };
  const poor = [];
  const check = (node, ink, back) => {
    const [a, b] = [light(parse(ink)), light(parse(back))].sort((x, y) => y - x);
    const ratio = (a + 0.05) / (b + 0.05);
    const words = node.textContent.trim().slice(0, 30);
    if (ratio < 4.5) poor.push(`${words}: ${ratio.toFixed(2)} ${ink} on ${back}`);
  };
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (walker.nextNode()) {
    const node = walker.currentNode.parentElement;
    if (!walker.currentNode.textContent.trim() || !node.checkVisibility()) continue;
    if (node.closest("svg, script, .skip")) continue;
    check(node, getComputedStyle(node).color, `rgb(${ground(node).slice(0, 3)})`);
  }
  for (const label of document.querySelectorAll("svg text.on")) {
    const kind = label.classList[1];
    const ground = document.querySelector(`svg path.${kind}`);
    check(label, getComputedStyle(label).fill, getComputedStyle(ground).fill);
  }
  return poor;
}
"""
