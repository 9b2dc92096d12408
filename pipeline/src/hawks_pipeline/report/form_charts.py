"""The charts of form, each drawn into axes that it is given: the team's season, players side by side."""

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.ticker import MaxNLocator, MultipleLocator, PercentFormatter

from hawks_pipeline.report.colours import BRAND, FAINT, INK, QUIET
from hawks_pipeline.report.typesetting import drawable, short_name


def trend_chart(axes: Axes, trend: pd.DataFrame, *, league: float, window: int) -> None:
    """Draw the team's rolling eFG% over the season; `trend` as `view.View.trend`."""
    axes.axhline(league, color=QUIET, linewidth=0.9, linestyle="--", zorder=1)
    axes.scatter(trend["game"], trend["efg"], s=7, color="#b9bdc2", linewidths=0, zorder=2)
    axes.plot(trend["game"], trend["rolling"], color=BRAND, linewidth=1.8, zorder=3)
    axes.set_title(f"Form of the team: eFG%, last {window} games")
    axes.set_xlabel("game of the season   (dots: single games; dashed: league)")
    axes.yaxis.set_major_formatter(PercentFormatter(xmax=1, decimals=0))
    axes.yaxis.set_major_locator(MultipleLocator(0.05))
    axes.xaxis.set_major_locator(MaxNLocator("auto", integer=True, steps=[1, 2, 5, 10]))
    axes.update_datalim([(1, league - 0.06), (1, league + 0.06)])
    axes.autoscale_view(scalex=False)
    axes.set_xlim(0.5, max(2, len(trend)) + 0.5)
    axes.grid(visible=True, axis="y", color=FAINT, linewidth=0.6)
    axes.set_axisbelow(True)
    axes.spines["left"].set_visible(False)
    axes.tick_params(length=0)


def form_chart(axes: Axes, form: pd.DataFrame, *, window: int) -> None:
    """Draw each player's eFG% of the last games with its interval beside his season; as `view.View.form`."""
    rows = range(len(form))
    axes.hlines(rows, form["low"], form["high"], color="#b9bdc2", linewidth=3.5, zorder=2)
    axes.scatter(form["season"], rows, s=46, marker="|", color=INK, linewidths=1.4, zorder=3)
    axes.scatter(form["value"], rows, s=24, color=[_FORM_COLOURS[each] for each in form["state"]], zorder=4)
    names = [short_name(drawable(name)) for name in form["player_name"]]
    axes.set_yticks(list(rows), names)
    axes.set_ylim(len(form) - 0.4, -0.6)
    for row, n in enumerate(form["n"]):
        axes.text(
            1.01, row, f"{n:,.0f}", transform=axes.get_yaxis_transform(), size=6.5, va="center", color=QUIET
        )
    axes.text(1.01, 1.02, "FGA", transform=axes.transAxes, size=6.5, va="bottom", color=QUIET)
    axes.set_title(f"Form of the players: eFG%, last {window} games")
    axes.set_xlabel(
        "dot: last games    bar: 90% interval    tick: season    red, blue: hot, cold beyond chance",
        loc="right",
    )
    axes.xaxis.set_major_formatter(PercentFormatter(xmax=1, decimals=0))
    axes.xaxis.set_major_locator(MultipleLocator(0.1))
    axes.grid(visible=True, axis="x", color=FAINT, linewidth=0.6)
    axes.set_axisbelow(True)
    axes.spines["left"].set_visible(False)
    axes.tick_params(length=0)


_FORM_COLOURS = {"hot": "#b8122b", "cold": "#174a7e", "": "#7c8288"}
