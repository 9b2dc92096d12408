"""Make the pictures of docs/pictures/ from one simulated night. Needs no network.

    scripts/uv run --frozen --package hawks-pipeline --group test python tools/pipeline_pictures.py

It asks for Chromium and for pdftoppm, of Debian's poppler-utils. The night is the same every time; another
version of the browser may draw its letters a little differently.
"""

import io
import json
import subprocess
import sys
import tempfile
from dataclasses import fields
from datetime import date, datetime
from pathlib import Path
from typing import Any

from PIL import Image
from playwright.sync_api import Page, sync_playwright

from hawks_pipeline import cli, store
from hawks_pipeline.contracts import Silver
from hawks_pipeline.meta import Meta
from hawks_pipeline.metrics import Gold
from hawks_pipeline.report import pdf
from hawks_pipeline.report.view import view
from hawks_pipeline.root import Root

FOLDER = Path(__file__).parents[1] / "docs" / "pictures"
TEAM, NIGHT = "ATL", date(2026, 2, 6)
CHROMIUM = "/usr/bin/chromium"
QUIET = ("--no-sandbox", "--disable-gpu", "--disable-background-networking", "--no-first-run")
LARGEST = 300_000
"""Bytes that a picture may have: everybody who clones the project fetches them."""


def main() -> int:
    """Run the night in a temporary folder, draw, and replace the pictures."""
    with tempfile.TemporaryDirectory() as folder:
        out = Path(folder)
        cli.main(["run", "--source", "simulated", "--team", TEAM, "--date", f"{NIGHT}", "--out", folder])
        root = Root.of(out, source="simulated", team=TEAM)
        pictures = {
            "report.png": report(next(root.current.glob("*.pdf"))),
            "hexes.png": hexes(root.work(NIGHT), json.loads((root.current / "run.json").read_bytes())),
            **dashboard(root.current / "dashboard" / "index.html"),
        }
    FOLDER.mkdir(parents=True, exist_ok=True)
    for name, data in pictures.items():
        small = reduced(data)
        if len(small) > LARGEST:
            print(f"{name} has {len(small):,} bytes", file=sys.stderr)
            return 1
        (FOLDER / name).write_bytes(small)
        print(f"{FOLDER / name} ({len(small):,} bytes)")
    return 0


def report(path: Path) -> bytes:
    """Return the first page of a PDF."""
    command = ["pdftoppm", "-r", "120", "-png", "-singlefile", str(path)]
    drawn: bytes = subprocess.run(command, check=True, capture_output=True).stdout
    return drawn


def hexes(work: Path, run: dict[str, Any]) -> bytes:
    """Return the hexagon chart alone, from the tables that the night has left."""
    gold = Gold(**{each.name: store.load(work / "gold", each.name) for each in fields(Gold)})
    silver = Silver(**{each.name: store.load(work / "silver", each.name) for each in fields(Silver)})
    meta = Meta(
        team=TEAM,
        season=run["season"],
        date=NIGHT,
        as_of=datetime.fromisoformat(run["as_of"]),
        run_id=run["run_id"],
        source=run["source"],
        simulated=run["simulated"],
    )
    return pdf.hex_picture(view(gold, silver, meta), meta)


def dashboard(path: Path) -> dict[str, bytes]:
    """Return the page on a desk in light, its table in the dark, and the page on a phone."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=QUIET)
        light = browser.new_page(viewport={"width": 1200, "height": 1250}, color_scheme="light")
        dark = browser.new_page(viewport={"width": 1200, "height": 980}, color_scheme="dark")
        phone = browser.new_page(
            viewport={"width": 390, "height": 1400}, color_scheme="light", device_scale_factor=1.5
        )
        pictures = {
            "dashboard-light.png": shown(light, path),
            "dashboard-dark.png": shown(dark, path, at="#players-head", press="#players .open"),
            "dashboard-phone.png": shown(phone, path),
        }
        browser.close()
    return pictures


def shown(page: Page, path: Path, *, at: str = "", press: str = "") -> bytes:
    """Return what a window shows of the page, scrolled to `at`, with `press` pressed."""
    page.goto(path.as_uri())
    if press:
        page.click(press)
    if at:
        page.eval_on_selector(at, "(each) => each.scrollIntoView()")
    taken: bytes = page.screenshot()
    return taken


def reduced(data: bytes) -> bytes:
    """Return a picture with 256 colours: a third of the bytes, and nobody sees it."""
    stream = io.BytesIO()
    picture = Image.open(io.BytesIO(data)).convert("RGB").quantize(256, dither=Image.Dither.NONE)
    picture.save(stream, format="png", optimize=True)
    return stream.getvalue()


if __name__ == "__main__":
    sys.exit(main())
