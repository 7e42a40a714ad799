"""One trade bar by bar: prices, stop, fills, heat. Requires its story; gives a Figure."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.collections import LineCollection
from matplotlib.figure import Figure
from matplotlib.ticker import FixedFormatter, FixedLocator, FuncFormatter, NullFormatter

from bt_risk.rules.profile import RiskProfile
from bt_risk.rules.trade_record import TradeRecord
from bt_risk.views.decimate import extreme_positions
from bt_risk.views.plots.labels import SideLabel, draw_side_labels
from bt_risk.views.plots.layout import WIDE, Layout, stacked_panels, write_heading
from bt_risk.views.plots.notes import Note, Notes
from bt_risk.views.plots.scales import keep_ticks_inside, use_rate_scale
from bt_risk.views.plots.style import BLUE, GREEN, INK, MUTED, ORANGE, PURPLE, VERMILLION, drawing
from bt_risk.views.story.moments import Moment
from bt_risk.views.story.trade_story import TradeStory
from bt_risk.views.text import exact_rate, rate_text

# More notes than these are a table, not a picture.
MOST_NOTES = 12
# Beyond these a bar is thinner than the gap beside it.
MOST_BARS = 400


def trade_figure(
    story: TradeStory,
    *,
    profile: RiskProfile | None = None,
    has_title: bool = True,
    width: float = WIDE,
) -> Figure:
    """Return price bars with the stop in force, the target and the fills, above the heat; what happened is below.

    One place a bar, so that nights and weekends take no room.

    Parameters
    ----------
    story
        See `trade_story`.
    profile
        Its limit of the heat and target band are drawn.
    has_title
        Leave the heading out for a page that has its own.
    width
        In inches; below 6 the figure is laid out for a phone.
    """
    bars, trade = story.bars, story.trade
    levels, heats = _levels(bars, trade), _heat_labels(bars, profile)
    with drawing():
        prices = [f"{value:,.6g}" for value in (bars["high"].max(), bars["low"].min())]
        beside = [label.text for label in (*levels, *heats)]
        layout = Layout.around([*prices, "0.25 %"], beside, width=width)
        notes = Notes(_notes(story), layout)
        head = (0.6 if has_title else 0.0) + 0.58
        heights = (2.4, 0.9) if layout.is_narrow else (3.2, 1.1)
        figure, (upper, lower) = stacked_panels(
            layout, heights, head=head, gap=0.34, foot=0.55 + notes.height
        )
        if has_title:
            heading, _, rest = story.title.partition(", ")
            write_heading(figure, heading[0].upper() + heading[1:], rest)
        _draw_bars(upper, bars)
        _draw_levels(upper, bars)
        _draw_fills(upper, bars, trade)
        _use_prices(upper, bars)
        _draw_heat(lower, bars, profile)
        _use_bars(lower, bars.index, is_narrow=layout.is_narrow)
        draw_side_labels(upper, levels, size=layout.label_size)
        draw_side_labels(lower, heats, size=layout.label_size)
        notes.mark(upper)
        notes.write(figure)
        _name_panel(upper, f"Price of {trade.data}, and the stop in force", pad=21.0)
        _name_panel(lower, "Heat: of the account, and this position's part", pad=4.0)
    return figure


def _name_panel(axes: Axes, name: str, *, pad: float) -> None:
    axes.set_title(name, loc="left", fontsize=9.0, color=MUTED, pad=pad)


def _notes(story: TradeStory) -> list[Note]:
    """Return the notes: of too many those of the stop go first, then those in the middle."""
    moments: Sequence[Moment] = story.moments
    if len(moments) > MOST_NOTES:
        moments = [one for one in moments if one.kind != "stop"]
    if len(moments) > MOST_NOTES:
        moments = [*moments[: MOST_NOTES // 2], *moments[-MOST_NOTES // 2 :]]
    return [
        Note(
            _place(one.time, story.bars.index),
            np.nan if one.price is None else one.price,
            f"{one.when}: {one.text}",
        )
        for one in moments
    ]


def _place(time: dt.datetime, index: pd.Index) -> int:
    """Return which of the bars a time is at, the one before it where it is between two."""
    zone, stamp = getattr(index, "tz", None), pd.Timestamp(time)
    if zone is None:
        stamp = stamp.tz_localize(None)
    elif stamp.tz is None:
        stamp = stamp.tz_localize(zone)
    return min(max(int(index.searchsorted(stamp, side="right")) - 1, 0), len(index) - 1)


def _draw_bars(axes: Axes, bars: pd.DataFrame) -> None:
    """Draw each bar's range with its opening and close; of very many only the ranges, the extreme ones."""
    low, high, opening, close = (bars[name].tolist() for name in ("low", "high", "open", "close"))
    places: list[int] = list(range(len(bars)))
    is_long = len(bars) > MOST_BARS
    if is_long:
        places = sorted(
            {*extreme_positions(high, MOST_BARS).tolist(), *extreme_positions(low, MOST_BARS).tolist()}
        )
    ranges = [((x, low[x]), (x, high[x])) for x in places]
    thick = 1.1 if len(bars) <= 150 else 0.7
    axes.add_collection(LineCollection(ranges, colors=INK, linewidths=thick, label="bars", zorder=2.5))
    if not is_long:
        ticks = [((x - 0.33, opening[x]), (x + 0.0, opening[x])) for x in places]
        ticks += [((x + 0.0, close[x]), (x + 0.33, close[x])) for x in places]
        axes.add_collection(LineCollection(ticks, colors=INK, linewidths=thick, zorder=2.5))


def _draw_levels(axes: Axes, bars: pd.DataFrame) -> None:
    for name, colour, dash in (("stop", VERMILLION, "-"), ("target", GREEN, (0, (4, 2)))):
        axes.add_collection(
            LineCollection(
                _steps(bars[name].to_numpy(float)),
                colors=colour,
                linewidths=1.6,
                linestyles=[dash],
                label=name,
                zorder=2.8,
            )
        )
    held = np.flatnonzero(bars["units"].to_numpy() != 0.0)
    if held.size:
        axes.axvspan(held[0] - 0.5, held[-1] + 0.5, color=BLUE, alpha=0.06, linewidth=0, zorder=1)


def _steps(levels: np.ndarray) -> list[tuple[tuple[float, float], ...]]:
    """Return a line for every run of known levels: one bar wide at each, joined where it moves."""
    runs: list[list[tuple[float, float]]] = []
    for place, level in enumerate(levels):
        if np.isnan(level):
            continue
        if not runs or runs[-1][-1][0] != place - 0.5:
            runs.append([])
        runs[-1] += [(place - 0.5, float(level)), (place + 0.5, float(level))]
    return [tuple(run) for run in runs]


def _draw_fills(axes: Axes, bars: pd.DataFrame, trade: TradeRecord) -> None:
    before = trade.entries[0].bar - _place(trade.opened, bars.index)
    for fills, colour, is_buy, label in (
        (trade.entries, BLUE, trade.is_long, "entries"),
        (trade.exits, ORANGE, not trade.is_long, "exits"),
    ):
        axes.plot(
            [fill.bar - before for fill in fills],
            [fill.price for fill in fills],
            linestyle="none",
            marker="^" if is_buy else "v",
            markersize=7.0,
            markerfacecolor=colour,
            markeredgecolor=INK,
            markeredgewidth=0.6,
            label=label,
            zorder=4,
        )


def _use_prices(axes: Axes, bars: pd.DataFrame) -> None:
    drawn = bars[["low", "high", "stop", "target"]].to_numpy(float)
    low, high = float(np.nanmin(drawn)), float(np.nanmax(drawn))
    margin = (high - low) * 0.06 or abs(high) * 0.01
    axes.set_ylim(low - margin, high + margin)
    keep_ticks_inside(axes, 6)
    axes.yaxis.set_major_formatter(FuncFormatter(lambda value, _: f"{value:,.6g}"))


def _use_bars(axes: Axes, index: pd.Index, *, is_narrow: bool) -> None:
    count = len(index)
    most = min(count, 2 if is_narrow else 6)
    places = np.unique(np.round((np.arange(most) + 0.5) * count / most - 0.5).astype(int))
    stamps = pd.DatetimeIndex(index)[places]
    is_daily = bool((pd.DatetimeIndex(index) == pd.DatetimeIndex(index).normalize()).all())
    axes.set_xlim(-0.8, count - 0.2)
    axes.xaxis.set_major_locator(FixedLocator(places.tolist()))
    axes.xaxis.set_major_formatter(
        FixedFormatter([f"{one:%Y-%m-%d}" if is_daily else f"{one:%m-%d %H:%M}" for one in stamps])
    )
    axes.xaxis.set_minor_formatter(NullFormatter())


def _levels(bars: pd.DataFrame, trade: TradeRecord) -> list[SideLabel]:
    labels = [SideLabel(trade.entry, f"entry {trade.entry:,.6g}", BLUE)]
    if trade.exits:
        labels.append(SideLabel(trade.exit, f"exit {trade.exit:,.6g}", ORANGE))
    for name, colour in (("stop", VERMILLION), ("target", GREEN)):
        known = bars[name].dropna()
        if len(known):
            labels.append(SideLabel(float(known.iloc[-1]), f"{name} {known.iloc[-1]:,.6g}", colour))
    return labels


def _draw_heat(axes: Axes, bars: pd.DataFrame, profile: RiskProfile | None) -> None:
    edges = np.arange(len(bars) + 1) - 0.5
    for name, label, colour, alpha in (
        ("heat", "account", MUTED, 0.35),
        ("own_heat", "this position", PURPLE, 1.0),
    ):
        heat = bars[name].fillna(0.0).to_numpy()
        axes.stairs(heat, edges, fill=True, color=colour, alpha=alpha, linewidth=0, label=label, zorder=2.5)
    top = max(_peak(bars["heat"]), 0.001)
    if profile is not None and profile.max_heat is not None:
        top = max(top, profile.max_heat)
        axes.axhline(profile.max_heat, color=VERMILLION, linewidth=0.9, zorder=2.8, label="limit")
    axes.set_ylim(0.0, top * 1.12)
    use_rate_scale(axes, ticks=3)


def _heat_labels(bars: pd.DataFrame, profile: RiskProfile | None) -> list[SideLabel]:
    peak, own = _peak(bars["heat"]), _peak(bars["own_heat"])
    labels = [
        SideLabel(peak, f"peak {rate_text(peak)}", MUTED),
        SideLabel(own, f"own {rate_text(own)}", PURPLE),
    ]
    if profile is not None and profile.max_heat is not None:
        labels.append(SideLabel(profile.max_heat, f"limit {exact_rate(profile.max_heat)}", VERMILLION))
    return labels


def _peak(heat: pd.Series) -> float:
    return float(heat.fillna(0.0).max())
