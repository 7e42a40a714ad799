"""plot_cerebro: Backtrader's chart without a screen, and without a trace in matplotlib."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import backtrader as bt
import matplotlib as mpl
import pytest

from bt_risk import EngineError, plot_cerebro
from bt_risk.observers import BreakerObserver, DrawdownObserver, HeatObserver, StopObserver
from tests.bench.feed import RowFeed, rows_of
from tests.edge.market import ROUND, calm
from tests.edge.test_optimising import OneTrade


def chart_of(bars=30, *, strategy=OneTrade, run=True, exactbars=False, datas=2):
    cerebro = bt.Cerebro(stdstats=False, exactbars=exactbars)
    cerebro.broker.setcash(100_000)
    for number in range(datas):
        cerebro.adddata(RowFeed(rows=rows_of(calm(bars))), name=f"d{number}")
    for observer in (HeatObserver, DrawdownObserver, BreakerObserver):
        cerebro.addobserver(observer)
    cerebro.addobservermulti(StopObserver)
    cerebro.addstrategy(strategy, profile=ROUND)
    if run:
        cerebro.run()
    return cerebro


def legends(figure):
    return [
        " ".join(text.get_text() for text in axes.get_legend().get_texts())
        for axes in figure.axes
        if axes.get_legend() is not None
    ]


def test_the_chart_has_a_panel_for_each_observer_and_each_data(tmp_path):
    (figure,) = plot_cerebro(chart_of(), tmp_path / "run.png", volume=False)
    told = legends(figure)
    assert len(figure.axes) == 5
    assert told[0].startswith("Portfolio heat: heat 0.00 limit warning critical band from to")
    assert told[1].startswith("Drawdown: drawdown 0.00")
    assert told[2].startswith("Breaker")
    assert told[3].startswith("d0 (1 Day)")
    assert "Stop: stop" in told[4]
    assert (tmp_path / "run.png").read_bytes().startswith(b"\x89PNG")


def test_the_stop_is_drawn_where_it_stood(tmp_path):
    (figure,) = plot_cerebro(chart_of(datas=1), volume=False)
    lines = {line.get_label().split("\n")[-1]: line for axes in figure.axes for line in axes.lines}
    heights = {height for height in lines["stop"].get_ydata() if height == height}
    assert heights == {95.0}


def test_the_same_run_gives_the_same_bytes(tmp_path):
    for name in ("one.png", "two.png"):
        plot_cerebro(chart_of(), tmp_path / name)
    assert (tmp_path / "one.png").read_bytes() == (tmp_path / "two.png").read_bytes()


def test_several_figures_have_numbered_files(tmp_path):
    figures = plot_cerebro(chart_of(), tmp_path / "run.svg", numfigs=2)
    assert len(figures) == 2
    assert sorted(path.name for path in tmp_path.iterdir()) == ["run-2.svg", "run.svg"]


def test_the_height_grows_with_the_panels_unless_it_is_given():
    (few,), (many,) = plot_cerebro(chart_of(datas=1)), plot_cerebro(chart_of(datas=3))
    assert few.get_size_inches()[1] < many.get_size_inches()[1]
    (given,) = plot_cerebro(chart_of(), width=5, height=4)
    assert list(given.get_size_inches()) == [5, 4]


def test_settings_and_options_do_not_leak():
    before = dict.copy(mpl.rcParams)
    plot_cerebro(chart_of(), volume=False, style="candle")
    assert dict.copy(mpl.rcParams) == before
    from backtrader.plot import Plot

    assert (Plot.params.scheme.volume, Plot.params.scheme.style) == (True, "line")


SCRIPT = """
import sys
import matplotlib
before = dict.__getitem__(matplotlib.rcParams, "backend")
from tests.studies.test_plot_cerebro import chart_of
from bt_risk import plot_cerebro
assert "backtrader.plot" not in sys.modules
plot_cerebro(chart_of())
assert dict.__getitem__(matplotlib.rcParams, "backend") is before
import matplotlib.pyplot as plt
assert plt.get_fignums() == []
print("untouched")
"""


def test_in_a_fresh_process_no_backend_is_chosen_and_pyplot_has_no_figure():
    root = Path(__file__).parents[2]
    done = subprocess.run([sys.executable, "-c", SCRIPT], capture_output=True, text=True, cwd=root)
    assert done.stdout.split() == ["untouched"], done.stderr


def test_what_cannot_be_drawn_is_refused():
    with pytest.raises(EngineError, match=r"call cerebro.run\(\) first"):
        plot_cerebro(chart_of(run=False))
    with pytest.raises(EngineError, match="run it with exactbars=False"):
        plot_cerebro(chart_of(exactbars=1))
    cerebro = bt.Cerebro(stdstats=False, maxcpus=1)
    cerebro.adddata(RowFeed(rows=rows_of(calm(8))))
    cerebro.optstrategy(OneTrade, size=[10, 20])
    cerebro.run()
    with pytest.raises(EngineError, match="optreturn=False"):
        plot_cerebro(cerebro)
