"""The colours of every chart: one scale from below the league to above it, safe for colour-blind eyes."""

from matplotlib.colors import LinearSegmentedColormap, Normalize, to_hex, to_rgb

INK = "#1d2024"
QUIET = "#5b6168"
FAINT = "#d9dcdf"
PAPER = "#ffffff"
BRAND = "#c8102e"
NEUTRAL = "#eceae6"

DIVERGING = LinearSegmentedColormap.from_list(
    "against the league", ["#174a7e", "#4a90c2", "#b5d3e7", NEUTRAL, "#f6c3ab", "#d9644a", "#9c1127"]
)
"""Blue is below the league, red above; the middle is the league itself."""


def symmetric(limit: float) -> Normalize:
    """Return a norm that puts nought in the middle and takes what is beyond `limit` for the ends."""
    return Normalize(vmin=-limit, vmax=limit, clip=True)


def shade(difference: float, limit: float) -> str:
    """Return the colour of a difference from the league as #rrggbb; grey where there is none (NaN)."""
    if difference != difference:  # noqa: PLR0124 - NaN is the one value that is not itself
        return FAINT
    return str(to_hex(DIVERGING(symmetric(limit)(difference))))


def ink_on(colour: str) -> str:
    """Return black or white, whichever reads better on `colour` (relative luminance of sRGB)."""
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in to_rgb(colour)]
    luminance = 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]
    return INK if (luminance + 0.05) / 0.05 > 1.05 / (luminance + 0.05) else PAPER
