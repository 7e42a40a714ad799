"""From planned to realised: each bar begins where the one above it ends."""

from __future__ import annotations

import pytest
from matplotlib.colors import to_hex

from bt_risk.errors import BtRiskError
from bt_risk.views.plots import waterfall_figure
from bt_risk.views.plots.style import BLUE, GREEN, INK, VERMILLION
from tests.rules.trades import closed, entry, leave
from tests.views.geometry import outside, overlapping, texts

# 500 planned, 1 200 gained by trailing to 107, jumped to 104, 100 of commissions.
TRAILED = closed(
    entry(commission=50.0),
    leave(price=104, stop=107, reason="trail", pnl=400.0, commission=50.0),
    data="MSFT",
)
JUMPED = closed(
    entry(stop=105), leave(price=111, stop=105, pnl=-1_100.0, bar=9), is_long=False, data="AAPL", number=2
)


def bars(axes):
    """Return (from, to, colour) of each bar, from above."""
    return [(bar.get_x(), bar.get_x() + bar.get_width(), to_hex(bar.get_facecolor())) for bar in axes.patches]


def test_the_bars_lead_from_planned_to_realised():
    (axes,) = waterfall_figure([TRAILED]).axes
    assert bars(axes) == [
        (0, -500, BLUE),
        (-500, 700, GREEN),
        (700, 400, VERMILLION),
        (400, 300, VERMILLION),
        (0, 300, INK),
    ]
    assert [label.get_text() for label in axes.get_yticklabels()] == [
        "planned",
        "stop moves",
        "exit gap",
        "costs",
        "realised",
    ]


def test_each_trade_has_a_panel_and_a_scale_of_its_own():
    figure = waterfall_figure([TRAILED, JUMPED])
    upper, lower = figure.axes
    assert [len(axes.patches) for axes in (upper, lower)] == [5, 3]
    assert upper.get_xlim() != lower.get_xlim()
    assert bars(lower) == [(0, -500, BLUE), (-500, -1_100, VERMILLION), (0, -1_100, INK)]


def test_every_bar_says_its_money_and_its_r():
    said = texts(waterfall_figure([JUMPED]))
    assert {"-500.00", "-1.00 R", "-600.00", "-1.20 R", "-1,100.00", "-2.20 R"} <= set(said)
    assert "AAPL, short 100, 2024-01-01 to 2024-01-09: left by stop" in said


def test_an_axis_names_its_currency():
    upper, lower = waterfall_figure([TRAILED, JUMPED], units=["USD"]).axes
    assert upper.get_xlabel() == "profit and loss, USD"
    assert lower.get_xlabel() == "profit and loss, account currency"


def test_without_an_r_the_money_stands_alone():
    free = closed(entry(stop=100.0), leave(price=99, stop=100.0, pnl=-100.0))
    assert {"-100.00", "n/a R"} <= set(texts(waterfall_figure([free])))


def test_no_trades_are_one_clear_error():
    with pytest.raises(BtRiskError, match="trades must be closed trades"):
        waterfall_figure([])


def test_numbers_stand_in_columns_that_end_together():
    figure = waterfall_figure([TRAILED, JUMPED])
    figure.canvas.draw()
    ends = {
        text.get_text(): round(text.get_window_extent().x1) for axes in figure.axes for text in axes.texts
    }
    assert abs(ends["-500.00"] - ends["-1,100.00"]) <= 1
    assert abs(ends["-1.00 R"] - ends["2.40 R"]) <= 1


@pytest.mark.parametrize("width", [10.0, 6.0, 4.0])
@pytest.mark.parametrize("title", ["Planned against realised", None])
def test_no_text_overlaps_another_or_leaves_the_figure(width, title):
    figure = waterfall_figure([TRAILED, JUMPED], title=title, units=["USD", "USD"], width=width)
    assert overlapping(figure) == []
    assert outside(figure) == []
