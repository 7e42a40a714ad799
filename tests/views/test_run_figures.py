"""The figures of a run: what is drawn at which number, and that no text stands in another's way."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from matplotlib.dates import date2num

from bt_risk import MODERATE
from bt_risk.rules.profile import AGGRESSIVE, UNCONTROLLED
from bt_risk.views.monthly import monthly_returns
from bt_risk.views.plots import (
    composition_figure,
    correlation_figure,
    monthly_figure,
    overview_figure,
    r_figure,
    var_figure,
)
from bt_risk.views.plots.composition import OTHERS
from bt_risk.views.plots.grid import cell_colour, ink_on
from bt_risk.views.plots.value_at_risk import exceptions_of
from tests.views.frames import curves, days, decisions, emergencies
from tests.views.geometry import outside, overlapping, texts

PROFILES = [MODERATE, AGGRESSIVE]


def line(axes, label):
    return next(line for line in axes.get_lines() if line.get_label() == label)


def shares(instruments=3, bars=200):
    """Return heat by instrument: each holds 1 % a position for ten bars in turn."""
    frame = pd.DataFrame(0.0, index=days(bars), columns=[f"D{number}" for number in range(instruments)])
    for number in range(instruments):
        frame.iloc[number * 10 : number * 10 + 25, number] = 0.01
    return frame


def returns(bars=300):
    random = np.random.default_rng(3)
    return pd.Series(random.normal(0.0, 0.01, bars), index=days(bars))


def matrix(count):
    names = [f"INSTRUMENT{number}" for number in range(count)]
    values = np.fromfunction(lambda row, column: 0.8 ** abs(row - column), (count, count))
    return pd.DataFrame(values, index=names, columns=names)


def overview(profiles=PROFILES, **options):
    equity, drawdown, heat = curves(profiles=profiles)
    names = [profile.name for profile in profiles]
    asked = decisions(60, names)
    asked.loc[asked.index[::3], "outcome"] = "denied"
    return overview_figure(equity, drawdown, heat, profiles, asked, emergencies((names[0], 20)), **options)


FIGURES = {
    "overview": lambda width: overview(width=width),
    "one profile": lambda width: overview([UNCONTROLLED], width=width),
    "composition": lambda width: composition_figure(shares(8), profile=MODERATE, width=width),
    "monthly": lambda width: monthly_figure(monthly_returns(curves(600)[0]["moderate"]), width=width),
    "correlation": lambda width: correlation_figure(matrix(3), width=width),
    "many correlations": lambda width: correlation_figure(matrix(12), width=width),
    "trades": lambda width: r_figure(np.linspace(-1.3, 6.2, 70), interval=(0.1, 0.6), width=width),
    "no trade": lambda width: r_figure([], width=width),
    "value at risk": lambda width: var_figure(
        returns(), returns() * 0 + 0.016, confidence=0.95, shortfall=returns() * 0 + 0.02, width=width
    ),
}


@pytest.mark.parametrize("width", [10.0, 4.0])
@pytest.mark.parametrize("name", FIGURES)
def test_no_text_overlaps_another_or_leaves_the_figure(name, width):
    figure = FIGURES[name](width)
    assert overlapping(figure) == []
    assert outside(figure) == []


def test_the_panels_of_an_overview_share_their_time():
    panels = overview().axes
    assert len(panels) == 2 + 2 * len(PROFILES)
    assert len({axes.get_xlim() for axes in panels}) == 1


def test_profiles_with_a_limit_share_the_scale_of_their_heat():
    panels = overview([MODERATE, AGGRESSIVE, UNCONTROLLED]).axes
    tops = [panels[number].get_ylim()[1] for number in (2, 4, 6)]
    assert tops[0] == tops[1] == pytest.approx(0.12 * 1.18)
    assert tops[2] > 0.9


def test_entries_are_counted_and_marked_by_their_outcome():
    figure = overview()
    marked = {one.get_label(): len(one.get_segments()) for one in figure.axes[3].collections}
    assert marked == {"accepted": 40, "denied": 20}
    assert {"40 accepted", "0 reduced", "20 denied"} <= set(texts(figure))


def test_the_decisions_of_one_run_need_no_profile():
    equity, drawdown, heat = curves(profiles=[MODERATE])
    asked = decisions(5).drop(columns="profile")
    told = emergencies(("moderate", 3)).drop(columns="profile")
    said = texts(overview_figure(equity, drawdown, heat, [MODERATE], asked, told))
    assert "5 accepted" in said


def test_the_positions_are_stacked_to_the_heat_of_the_book():
    figure = composition_figure(shares(2), profile=MODERATE)
    tops = [area.get_paths()[0].vertices[:, 1].max() for area in figure.axes[0].collections]
    assert tops == pytest.approx([0.01, 0.02])


def test_the_heat_of_many_instruments_is_that_of_the_largest_and_the_others():
    said = texts(composition_figure(shares(8)))
    assert OTHERS in said
    assert [name for name in said if name.startswith("D")] == ["D0", "D1", "D2", "D3"]


def test_months_are_counted_from_the_end_of_the_one_before():
    equity = pd.Series(
        [100.0, 110.0, 99.0, 99.0, 118.8],
        index=pd.to_datetime(["2020-11-30", "2020-12-15", "2020-12-31", "2021-01-29", "2021-02-26"]),
    )
    table = monthly_returns(equity, 80.0)
    assert table.loc[2020, 11] == pytest.approx(0.25)  # 80 -> 100
    assert table.loc[2020, 12] == pytest.approx(-0.01)  # 100 -> 99
    assert table.loc[2021, 1] == 0.0
    assert table.loc[2021, 2] == pytest.approx(0.2)  # 99 -> 118.8
    assert table["year"].tolist() == pytest.approx([99 / 80 - 1, 0.2])
    assert table.loc[2020, list(range(1, 11))].isna().all()
    assert monthly_returns(equity).loc[2020, 11] == 0.0
    assert monthly_returns(equity * np.nan).empty


def test_a_month_that_loses_is_vermillion_and_one_that_gains_is_blue():
    assert cell_colour(0.0, 0.1) == cell_colour(0.05, 0.0) == "#eef0f3"
    assert cell_colour(0.1, 0.1) == cell_colour(0.5, 0.1)
    red, _, blue = (int(cell_colour(-0.1, 0.1)[start : start + 2], 16) for start in (1, 3, 5))
    assert red > blue


@pytest.mark.parametrize("value", np.linspace(-1.0, 1.0, 21))
def test_the_number_of_a_cell_has_a_contrast_of_at_least_four_and_a_half(value):
    def luminance(colour):
        parts = [int(colour[start : start + 2], 16) / 255 for start in (1, 3, 5)]
        linear = [part / 12.92 if part <= 0.03928 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
        return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]

    colour = cell_colour(float(value), 1.0)
    light, dark = sorted((luminance(colour), luminance(ink_on(colour))), reverse=True)
    assert (light + 0.05) / (dark + 0.05) >= 4.5


def test_a_pair_without_a_correlation_has_no_cell():
    holed = matrix(3)
    holed.iloc[0, 1] = np.nan
    assert len(correlation_figure(holed).axes[0].patches) == 8


def test_trades_are_counted_in_quarters_of_r_and_zero_parts_losers_from_winners():
    axes = r_figure([-1.0, -0.9, -0.1, 0.0, 0.1, 2.0, float("nan")]).axes[0]
    bars = {patch.get_x(): patch.get_height() for patch in axes.containers[0]}
    assert bars[-1.0] == 2
    assert bars[-0.25] == 1
    assert bars[0.0] == 2
    assert bars[2.0] == 1
    assert line(axes, "mean").get_xdata()[0] == pytest.approx(0.1 / 6)
    assert line(axes, "planned loss").get_xdata()[0] == -1.0


def test_an_exception_is_a_loss_beyond_its_forecast_and_not_at_it():
    daily = pd.Series([-0.02, -0.021, 0.05, np.nan, -0.5], index=days(5))
    var = pd.Series([0.02, 0.02, 0.02, 0.02, np.nan], index=days(5))
    assert exceptions_of(daily, var).tolist() == [False, True, False, False, False]
    figure = var_figure(daily, var, confidence=0.95)
    marks = line(figure.axes[0], "exceptions")
    assert marks.get_xdata().tolist() == [date2num(days(2)[1])]
    assert "95 %: 1 exception in 3 bars, 0.2 expected" in texts(figure)


def test_a_run_that_never_traded_has_a_scale_and_no_negative_zero():
    nothing = pd.Series(0.0, index=days(5))
    figure = var_figure(nothing, -nothing, confidence=0.95)
    low, high = figure.axes[0].get_ylim()
    assert -low == high == pytest.approx(0.0108)
    assert "VaR 0.0 %" in texts(figure)


def test_thinning_keeps_the_largest_loss_and_every_exception():
    daily = returns()
    daily.iloc[137] = -0.2
    figure = var_figure(daily, daily * 0 + 0.015, confidence=0.95, max_points=40)
    drawn = line(figure.axes[0], "returns").get_ydata()
    assert len(drawn) <= 40
    assert drawn.min() == -0.2
    assert len(line(figure.axes[0], "exceptions").get_xdata()) == int((daily < -0.015).sum())
