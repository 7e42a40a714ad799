from __future__ import annotations

import matplotlib
import numpy as np
import pandas as pd
import pytest
from matplotlib.dates import num2date

from bt_risk.views.plots import equity_figure
from bt_risk.views.plots.style import FONT_SIZE, GRID, MUTED
from tests.views.frames import PROFILES, curves, days
from tests.views.geometry import outside, overlapping, texts

NAMES = [profile.name for profile in PROFILES]


def lines_of(axes):
    return {line.get_label(): line for line in axes.get_lines() if line.get_label() in NAMES}


@pytest.fixture(scope="module")
def frames():
    return curves()


def test_every_profile_has_its_equity_above_and_its_drawdown_below(frames):
    equity, drawdown, _ = frames
    upper, lower = equity_figure(equity, drawdown).axes
    for name in NAMES:
        assert lines_of(upper)[name].get_ydata().tolist() == equity[name].tolist()
        assert lines_of(lower)[name].get_ydata().tolist() == drawdown[name].tolist()


def test_both_panels_share_the_time_of_the_bars(frames):
    equity, drawdown, _ = frames
    upper, lower = equity_figure(equity, drawdown).axes
    first, last = (num2date(edge).replace(tzinfo=None) for edge in lower.get_xlim())
    assert (first, last) == (equity.index[0], equity.index[-1])
    assert upper.get_xlim() == lower.get_xlim()


def test_equity_is_on_a_log_scale_and_drawdown_hangs_from_zero(frames):
    upper, lower = equity_figure(*frames[:2]).axes
    assert upper.get_yscale() == "log"
    bottom, top = lower.get_ylim()
    assert bottom > frames[1].max().max()
    assert top == 0.0


def test_each_profile_has_a_colour_of_its_own_in_both_panels(frames):
    upper, lower = equity_figure(*frames[:2]).axes
    colours = {name: line.get_color() for name, line in lines_of(upper).items()}
    assert len(set(colours.values())) == len(NAMES)
    assert colours == {name: line.get_color() for name, line in lines_of(lower).items()}


@pytest.mark.parametrize("width", [10.0, 4.0])
@pytest.mark.parametrize("start", [100_000.0, 99_999_999.0])
def test_no_text_overlaps_another_or_leaves_the_figure(frames, width, start):
    equity, drawdown, _ = frames
    figure = equity_figure(equity * start / 100_000.0, drawdown, subtitle="AAPL, IBM, MSFT", width=width)
    if width < 6:
        figure = equity_figure(equity * start / 100_000.0, drawdown, title=None, width=width)
    assert overlapping(figure) == []
    assert outside(figure) == []


def test_labels_beside_the_panels_say_the_last_equity_and_the_deepest_drawdown():
    equity = pd.DataFrame({"moderate": [100_000.0, 120_000.0, 90_000.0, 126_000.0]}, index=days(4))
    drawdown = pd.DataFrame({"moderate": [0.0, 0.0, 0.25, 0.0]}, index=days(4))
    said = texts(equity_figure(equity, drawdown))
    assert "moderate 126,000" in said
    assert "moderate 25.0 %" in said


def test_thinning_keeps_the_worst_day(frames):
    equity, drawdown, _ = (frame.copy() for frame in frames)
    drawdown.iloc[137, 1] = 0.77
    _, lower = equity_figure(equity, drawdown, max_points=40).axes
    thin = lines_of(lower)["moderate"].get_ydata()
    assert len(thin) <= 40
    assert thin.max() == 0.77


def test_a_ruined_account_ends_its_line_instead_of_breaking_the_log_scale(frames):
    equity, drawdown, _ = (frame.copy() for frame in frames)
    equity.loc[equity.index[200:], "uncontrolled"] = -5.0
    upper, _ = equity_figure(equity, drawdown).axes
    assert np.isnan(lines_of(upper)["uncontrolled"].get_ydata()[200:]).all()
    assert upper.get_ylim()[0] > 0


def test_an_account_that_is_never_positive_still_gives_a_figure():
    frame = pd.DataFrame({"moderate": [0.0, -1.0]}, index=days(2))
    assert len(equity_figure(frame, frame * np.nan).axes) == 2


def test_hostile_names_are_drawn_as_they_are():
    names = ["_hidden", "cost $5 and $6", "x" * 80]
    frame = pd.DataFrame({name: [100.0, 110.0, 105.0] for name in names}, index=days(3))
    figure = equity_figure(frame, frame * 0)
    figure.canvas.draw()
    legend = [text.get_text() for text in figure.legends[0].get_texts()]
    assert legend[:2] == [" _hidden", "cost $5 and $6"]
    assert legend[2].endswith("…")
    written = [*figure.legends[0].get_texts(), *figure.axes[0].texts, *figure.axes[1].texts]
    assert not any(text.get_parse_math() for text in written)


def test_a_figure_that_is_drawn_later_does_not_take_the_settings_of_that_time(frames):
    upper, lower = equity_figure(*frames[:2]).axes
    with matplotlib.rc_context(
        {"xtick.color": "red", "ytick.color": "red", "grid.color": "red", "xtick.labelsize": 20}
    ):
        upper.figure.canvas.draw()
    for label in [*upper.get_yticklabels(), *lower.get_xticklabels()]:
        assert label.get_color() == MUTED
        assert label.get_fontsize() == FONT_SIZE
    assert {line.get_color() for line in upper.get_ygridlines()} == {GRID}


def test_the_users_settings_and_backend_stay_as_they_are(frames):
    before = {key: value for key, value in matplotlib.rcParams.items() if key != "backend"}
    backend = matplotlib.rcParams._get("backend")
    with matplotlib.rc_context({"lines.linewidth": 9.0, "axes.facecolor": "red"}):
        upper, _ = equity_figure(*frames[:2]).axes
        assert matplotlib.rcParams["lines.linewidth"] == 9.0
    assert upper.get_facecolor() != (1.0, 0.0, 0.0, 1.0)
    assert {key: value for key, value in matplotlib.rcParams.items() if key != "backend"} == before
    assert matplotlib.rcParams._get("backend") is backend


@pytest.mark.parametrize("width", [10.0, 4.0])
@pytest.mark.parametrize(
    ("bars", "frequency"),
    [
        (2, "B"),
        (10, "B"),
        (60, "B"),
        (130, "B"),
        (400, "B"),
        (712, "B"),
        (1300, "B"),
        (7000, "B"),
        (300, "min"),
        (500, "h"),
    ],
)
def test_dates_never_overlap_whatever_the_length_of_the_run(bars, frequency, width):
    index = pd.date_range("2000-03-01 09:30", periods=bars, freq=frequency)
    frame = pd.DataFrame({"moderate": np.linspace(100.0, 110.0, bars)}, index=index)
    figure = equity_figure(frame, frame * 0, title=None, width=width)
    assert overlapping(figure) == []
    assert outside(figure) == []


def test_a_single_bar_is_enough_for_a_figure():
    frame = pd.DataFrame({"moderate": [100.0]}, index=days(1))
    equity_figure(frame, frame * 0).canvas.draw()
