"""Backtrader's own chart of a run, without a screen and without pyplot's state. Requires: a run. Gives: figures."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any
from unittest import mock

import matplotlib
import matplotlib.artist
from backtrader import TimeFrame
from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure

from bt_risk.errors import EngineError
from bt_risk.views.plots.save import save_figure
from bt_risk.views.plots.style import PAPER, drawing

WIDTH = 12.0
# Inches for each row of the chart, so that the panels of the observers can be read; prices have several rows.
ROW = 0.75
LEGEND_COLUMNS = 6


def plot_cerebro(
    cerebro: Any,
    path: str | os.PathLike[str] | None = None,
    *,
    width: float = WIDTH,
    height: float | None = None,
    **options: Any,
) -> list[Figure]:
    """Draw what ``cerebro.plot`` would, observers included, and return the figures; nothing is shown.

    It needs no screen, and neither the backend nor the figures nor the settings of matplotlib change: Backtrader's
    own way picks a backend of windows when it is first imported, and fails where there are none.

    Parameters
    ----------
    cerebro
        A `backtrader.Cerebro` whose run is over.
    path
        Where to write the figure, a .png or an .svg; of several, the second ends in ``-2`` and so on.
    width, height
        Inches; by default the more panels, the higher.
    options
        Backtrader's: ``start`` and ``end`` (dates or bars), ``numfigs``, and those of its `PlotScheme`, such as
        ``style="candle"`` or ``volume=False``.

    Raises
    ------
    EngineError
        There is no run to draw: none was made, it kept too few bars (``exactbars``), or it was an optimisation that
        gave back no strategies.
    """
    _refuse_nothing_to_draw(cerebro)
    # Backtrader sets a backend on the first import of its plotting.
    with mock.patch.object(matplotlib, "use", _leave_backend), drawing():
        from backtrader.plot import PlotScheme

        own = {name: options.pop(name) for name in ("start", "end", "numfigs") if name in options}
        # A scheme of our own: Backtrader's is shared by every plot of the process, and keeps their options.
        options.setdefault("fmt_x_ticks", _time_format(cerebro))
        plotter = _plotter(cerebro)(scheme=PlotScheme(), **options)
        drawn = cerebro.plot(plotter=plotter, iplot=False, **own)
        figures = [figure for run in drawn for figure in run or ()]
        for figure in figures:
            _tidy(figure, width, height)
    if path is not None:
        for number, figure in enumerate(figures, start=1):
            save_figure(figure, _numbered(Path(path), number))
    return figures


def _leave_backend(*_: Any, **__: Any) -> None:
    """Stand in for `matplotlib.use`."""


def _refuse_nothing_to_draw(cerebro: Any) -> None:
    runs = getattr(cerebro, "runstrats", None)
    if not runs:
        raise EngineError("plot_cerebro needs a run that is over: call cerebro.run() first")
    if not all(hasattr(strategy, "getobservers") for run in runs for strategy in run):
        raise EngineError("an optimisation gives back no strategies to plot; run it with optreturn=False")
    if cerebro._exactbars > 0:
        raise EngineError("the run kept too few bars to plot; run it with exactbars=False")


def _time_format(cerebro: Any) -> str:
    is_daily = all(data._timeframe >= TimeFrame.Days for data in cerebro.datas)
    return "%Y-%m-%d" if is_daily else "%Y-%m-%d %H:%M"


def _tidy(figure: Figure, width: float, height: float | None) -> None:
    """Give each panel room, its legend one line where that is enough, and the lowest panel its dates."""
    for axes in figure.axes:
        legend = axes.get_legend()
        if legend is not None:
            labels = [text.get_text().replace("\n", ": ") for text in legend.get_texts()]
            columns = min(len(labels), LEGEND_COLUMNS)
            axes.legend(
                [handle for handle in legend.legend_handles if handle is not None],
                labels,
                ncols=columns,
                loc="upper left",
                frameon=True,
                facecolor=PAPER,
                framealpha=0.8,
                edgecolor="none",
            )
    places = {axes: spec for axes in figure.axes if (spec := axes.get_subplotspec()) is not None}
    # A volume laid over prices has no place of its own in the grid's order.
    lowest = max(places, key=lambda axes: places[axes].rowspan.stop)
    for axes in figure.axes:
        axes.tick_params(axis="x", labelbottom=axes is lowest)
    rows = places[lowest].get_gridspec().nrows
    figure.set_size_inches(width, ROW * (rows + 1) if height is None else height)


def _numbered(path: Path, number: int) -> Path:
    return path if number == 1 else path.with_name(f"{path.stem}-{number}{path.suffix}")


def _plotter(cerebro: Any) -> type:
    """Return Backtrader's plotter for this run, drawing on figures of its own instead of pyplot's."""
    from backtrader.plot import Plot, Plot_OldSync

    base: Any = Plot_OldSync if cerebro.p.oldsync else Plot

    class Plotter(base):
        """Backtrader's plotter with another surface than pyplot."""

        _surface: Surface | None = None

        @property
        def mpyplot(self) -> Surface:
            """The surface; made once."""
            if self._surface is None:
                self._surface = Surface()
            return self._surface

        @mpyplot.setter
        def mpyplot(self, module: Any) -> None:
            """Ignore the module that Backtrader would draw on."""

    return Plotter


class Surface:
    """What Backtrader's plotter takes from pyplot, on figures that nobody else sees."""

    setp = staticmethod(matplotlib.artist.setp)

    def __init__(self) -> None:
        self._figure: Figure = Figure()
        self._axes: Axes | None = None

    def figure(self, number: int) -> Figure:
        """Begin a figure; its number is nobody's business."""
        self._figure = Figure()
        FigureCanvasAgg(self._figure)
        return self._figure

    def subplot2grid(
        self, shape: tuple[int, int], place: tuple[int, int], *, rowspan: int, sharex: Axes | None
    ) -> Axes:
        """Add a panel of `rowspan` rows."""
        row, column = place
        grid = self._figure.add_gridspec(*shape)
        self._axes = self._figure.add_subplot(grid[row : row + rowspan, column], sharex=sharex)
        return self._axes

    def autoscale(self, **options: Any) -> None:
        """Fit the panel that was added last."""
        if self._axes is not None:
            self._axes.autoscale(**options)

    def show(self) -> None:
        """Show nothing."""
