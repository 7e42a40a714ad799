"""Axes a trader reads at a glance: money on a log scale, percent, dates."""

from __future__ import annotations

import math

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.dates import (
    DAILY,
    HOURLY,
    MINUTELY,
    MONTHLY,
    YEARLY,
    AutoDateLocator,
    ConciseDateFormatter,
    date2num,
)
from matplotlib.ticker import FixedLocator, FuncFormatter, MaxNLocator, NullLocator

from bt_risk.views.text import as_money, exact_rate

_LADDERS = (
    (1,),
    (1, 3),
    (1, 2, 5),
    (1, 1.5, 2, 3, 5, 7),
    (1, 1.2, 1.4, 1.6, 1.8, 2, 2.5, 3, 3.5, 4, 5, 6, 7, 8, 9),
)
_FEWEST_TICKS = 4


def log_ticks(low: float, high: float) -> list[float]:
    """Return round amounts in [low, high] for a log scale: the coarsest ladder with at least four of them."""
    decades = range(math.floor(math.log10(low)), math.ceil(math.log10(high)) + 1)
    for ladder in _LADDERS:
        ticks = [step * 10.0**decade for decade in decades for step in ladder]
        inside = [tick for tick in ticks if low <= tick <= high]
        if len(inside) >= _FEWEST_TICKS:
            return inside
    linear = MaxNLocator(nbins=6, steps=[1, 2, 2.5, 5, 10]).tick_values(low, high)
    return [float(tick) for tick in linear if low <= tick <= high]


def use_money_log_scale(axes: Axes, low: float, high: float) -> None:
    """Make the y axis logarithmic over [low, high] plus a margin, with amounts as ticks."""
    margin = (high / low) ** 0.05 if high > low else 1.05
    bottom, top = low / margin, high * margin
    axes.set_yscale("log")
    axes.set_ylim(bottom, top)
    ticks = log_ticks(bottom, top)
    digits = 0 if all(tick == round(tick) for tick in ticks) else 2
    axes.yaxis.set_major_locator(FixedLocator(ticks))
    axes.yaxis.set_minor_locator(NullLocator())
    axes.yaxis.set_major_formatter(FuncFormatter(lambda value, _: as_money(value, digits)))


def use_rate_scale(axes: Axes, *, ticks: int = 5) -> None:
    """Show the fractions of the y axis as percent; call after its limits are set."""
    keep_ticks_inside(axes, ticks)
    axes.yaxis.set_major_formatter(FuncFormatter(lambda value, _: exact_rate(value)))


def keep_ticks_inside(axes: Axes, ticks: int) -> None:
    """Fix the ticks of a linear y axis to round values inside its limits; call after they are set."""
    low, high = sorted(axes.get_ylim())
    axes.yaxis.set_major_locator(FixedLocator(round_ticks(low, high, ticks)))


def round_ticks(low: float, high: float, most: int) -> list[float]:
    """Return round values from `low` to `high`.

    A tick beyond the limits is not drawn, but the label that it keeps would count as one in the way of others.
    """
    found = MaxNLocator(nbins=most, steps=[1, 2, 2.5, 5, 10]).tick_values(low, high)
    return [float(tick) for tick in found if low <= tick <= high]


def times_of(index: pd.Index) -> np.ndarray:
    """Return the times of a frame as matplotlib's day numbers; aware ones as UTC."""
    stamps = pd.DatetimeIndex(index)
    if stamps.tz is not None:
        stamps = stamps.tz_convert(None)
    return np.asarray(date2num(stamps.to_numpy()))


def use_time_scale(axes: Axes, times: np.ndarray, *, is_narrow: bool) -> None:
    """Show the x axis from the first to the last bar as dates."""
    axes.xaxis_date()
    # Seven is the fewest for which the locator has an interval at every length of time below years.
    most = {rate: 7 if is_narrow else 9 for rate in (MONTHLY, DAILY, HOURLY, MINUTELY)}
    locator = AutoDateLocator(minticks=3, maxticks={**most, YEARLY: 5 if is_narrow else 9})
    axes.xaxis.set_major_locator(locator)
    axes.xaxis.set_major_formatter(ConciseDateFormatter(locator, show_offset=True))
    if times.size > 1:
        axes.set_xlim(times[0], times[-1])
