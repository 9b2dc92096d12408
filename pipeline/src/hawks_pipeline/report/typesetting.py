"""The style that everything is drawn in, and words that fit their place and have only letters of the font."""

from collections.abc import Callable

from matplotlib import rcParamsDefault
from matplotlib.font_manager import FontProperties, findfont, get_font

from hawks_pipeline.report.colours import INK, QUIET

_STYLE = {
    "axes.facecolor": "none",  # the watermark lies below the charts, so that it does not tint them
    "font.family": "DejaVu Sans",  # comes with matplotlib: the same on every machine
    "axes.edgecolor": QUIET,
    "axes.spines.right": False,
    "axes.spines.top": False,
    "axes.titlelocation": "left",
    "axes.titlesize": 9.5,
    "axes.titleweight": "bold",
    "axes.labelsize": 7,
    "axes.labelcolor": QUIET,
    "xtick.labelsize": 7,
    "ytick.labelsize": 7,
    "xtick.color": QUIET,
    "ytick.color": INK,
    "text.color": INK,
    "text.parse_math": False,  # names may hold a dollar sign
    "pdf.fonttype": 42,
}


def style() -> dict[str, object]:
    """Return the settings to draw under: matplotlib's defaults, whatever the machine says, and ours."""
    return {
        **{name: rcParamsDefault[name] for name in rcParamsDefault if name not in _OF_A_PROCESS},
        **_STYLE,
    }


def wrapped(words: str, *, width: float, size: float, weight: str = "normal", most: int = 3) -> list[str]:
    """Break `words` into at most so many lines that are no wider than `width`, both in points."""
    font = get_font(findfont(FontProperties(family=_STYLE["font.family"], weight=weight)))
    font.set_size(size, 72)

    def fits(line: str) -> bool:
        font.set_text(line)
        return bool(font.get_width_height()[0] / 64 <= width)

    lines = [""]
    for word in words.split():
        longer = f"{lines[-1]} {word}".strip()
        if fits(longer):
            lines[-1] = longer
        else:
            lines.append(word)
    lines = [line if fits(line) else _cut(line, fits) for line in lines if line]
    return lines if len(lines) <= most else [*lines[: most - 1], _cut(f"{lines[most - 1]} …", fits)]


def _cut(line: str, fits: Callable[[str], bool]) -> str:
    while len(line) > 1 and not fits(f"{line}…"):
        line = line[:-1]
    return f"{line.rstrip(' …')}…"


def drawable(words: str) -> str:
    """Return `words` with a box for each letter that the font does not have, where it would warn."""
    font = get_font(findfont(_STYLE["font.family"]))
    return "".join(each if font.get_char_index(ord(each)) else "\N{WHITE SQUARE}" for each in words)


def short_name(name: str, most: int = 22) -> str:
    """Return a name that fits: whole, else with an initial, else cut."""
    if len(name) > most and " " in name:
        first, rest = name.split(" ", 1)
        name = f"{first[:1]}. {rest}"
    return name if len(name) <= most else f"{name[: most - 1].rstrip()}…"


_OF_A_PROCESS = {"backend", "backend_fallback", "toolbar", "webagg.port", "interactive"}
