"""Returns against the value at risk that was forecast for them. Requires both series; gives a Figure."""

from __future__ import annotations

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from bt_risk.views.decimate import extreme_positions
from bt_risk.views.plots.labels import SideLabel, draw_side_labels
from bt_risk.views.plots.layout import WIDE, Layout, stacked_panels, write_heading
from bt_risk.views.plots.scales import times_of, use_rate_scale, use_time_scale
from bt_risk.views.plots.style import BLUE, GREEN, MUTED, VERMILLION, drawing
from bt_risk.views.text import exact_rate, rate_text


def exceptions_of(returns: pd.Series, var: pd.Series) -> pd.Series:
    """Return where a loss exceeds its forecast; a bar without return or forecast is none."""
    return returns < -var


def var_figure(
    returns: pd.Series,
    var: pd.Series,
    *,
    confidence: float,
    shortfall: pd.Series | None = None,
    title: str | None = "Returns against the value at risk",
    subtitle: str = "",
    width: float = WIDE,
    max_points: int | None = None,
) -> Figure:
    """Return each bar's return, the loss that should be exceeded on 1 - confidence of the bars, and where it was.

    Parameters
    ----------
    returns
        Indexed by time, fractions.
    var
        Value at risk forecast for each of these bars, a positive fraction; NaN where there was none.
    confidence
        Of the forecast, e.g. 0.95.
    shortfall
        Expected shortfall for the same bars, a positive fraction.
    title, subtitle
        ``title=None`` leaves out the heading.
    width, max_points
        As in `equity_figure`.
    """
    forecast = var.reindex(returns.index)
    hit = exceptions_of(returns, forecast)
    rated = int((forecast.notna() & returns.notna()).sum())
    labels = _labels(forecast, shortfall)
    with drawing():
        layout = Layout.around(["-10.5 %"], [label.text for label in labels], width=width)
        head = (0.62 if title else 0.04) + 0.26
        figure, (axes,) = stacked_panels(layout, [2.1 if layout.is_narrow else 2.8], head=head, gap=0.0)
        if title:
            write_heading(figure, title, subtitle)
        times, values = times_of(returns.index), returns.to_numpy(float)
        kept = extreme_positions(values, max_points) if max_points else np.arange(values.size)
        axes.plot(times[kept], values[kept], color=MUTED, linewidth=0.6, alpha=0.8, label="returns", zorder=2)
        for series, colour, name in ((forecast, BLUE, "value at risk"), (shortfall, GREEN, "shortfall")):
            if series is not None:
                line = -series.reindex(returns.index).to_numpy(float)
                some = extreme_positions(line, max_points) if max_points else np.arange(line.size)
                axes.plot(times[some], line[some], color=colour, linewidth=1.3, label=name, zorder=3)
        axes.plot(
            times[hit.to_numpy()],
            values[hit.to_numpy()],
            linestyle="none",
            marker="o",
            markersize=3.6,
            color=VERMILLION,
            markeredgewidth=0.0,
            label="exceptions",
            zorder=4,
        )
        axes.axhline(0.0, color=MUTED, linewidth=0.7, zorder=1.5)
        _set_limits(axes, values, forecast, shortfall)
        use_rate_scale(axes, ticks=5)
        use_time_scale(axes, times, is_narrow=layout.is_narrow)
        expected = rated * (1.0 - confidence)
        text = f"{exact_rate(confidence)}: {int(hit.sum())} exception{'' if hit.sum() == 1 else 's'} in {rated:,} bars"
        text += f", {expected:,.1f} expected" if not layout.is_narrow else f" ({expected:,.0f} expected)"
        axes.set_title(text, loc="left", fontsize=9.0, color=MUTED, pad=5)
        draw_side_labels(axes, labels, size=layout.label_size)
    return figure


def _set_limits(axes: Axes, values: np.ndarray, forecast: pd.Series, shortfall: pd.Series | None) -> None:
    parts = [values, -forecast.to_numpy(float)]
    parts += [] if shortfall is None else [-shortfall.to_numpy(float)]
    drawn = np.concatenate(parts)
    drawn = drawn[np.isfinite(drawn)]
    largest = float(np.abs(drawn).max()) if drawn.any() else 0.01  # a run that never traded returns nothing
    axes.set_ylim(-largest * 1.08, largest * 1.08)


def _labels(forecast: pd.Series, shortfall: pd.Series | None) -> list[SideLabel]:
    labels = []
    for series, colour, name in ((forecast, BLUE, "VaR"), (shortfall, GREEN, "ES")):
        known = pd.Series(dtype=float) if series is None else series.dropna()
        if len(known):
            last = float(known.iloc[-1])
            labels.append(SideLabel(-last, f"{name} {rate_text(last)}", colour))
    return labels
