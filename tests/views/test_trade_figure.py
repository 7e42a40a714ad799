"""The picture of one trade: what is drawn, and that no text stands in another's way."""

from __future__ import annotations

from dataclasses import replace

import pandas as pd
import pytest

from bt_risk import MODERATE
from bt_risk.views.plots import trade_figure
from bt_risk.views.plots.layout import text_width
from bt_risk.views.plots.notes import wrapped
from bt_risk.views.plots.trade import MOST_BARS, MOST_NOTES
from tests.rules.trades import closed, entry, leave
from tests.views.geometry import outside, overlapping, texts
from tests.views.stories import event, story


def collection(axes, label):
    return next(one for one in axes.collections if one.get_label() == label)


def marks(axes, label):
    line = next(line for line in axes.get_lines() if line.get_label() == label)
    return list(zip(line.get_xdata(), line.get_ydata(), strict=True))


def test_the_stop_is_drawn_a_bar_wide_where_it_was_in_force():
    upper, _ = trade_figure(story()).axes
    (line,) = collection(upper, "stop").get_segments()
    assert line.tolist() == [
        [1.5, 94.5], [2.5, 94.5], [2.5, 96.0], [3.5, 96.0], [3.5, 98.0], [4.5, 98.0],
        [4.5, 99.0], [5.5, 99.0], [5.5, 99.0], [6.5, 99.0],
    ]  # fmt: skip
    assert len(collection(upper, "target").get_segments()) == 0


def test_every_fill_is_marked_at_its_bar_and_price():
    upper, _ = trade_figure(story(before=1)).axes
    assert marks(upper, "entries") == [(1, 101.0)]
    assert marks(upper, "exits") == [(5, 92.0)]


def test_the_limit_of_the_heat_is_drawn_where_there_is_one():
    _, lower = trade_figure(story(), profile=MODERATE).axes
    assert lower.get_ylim()[1] > 0.10
    assert [line.get_ydata()[0] for line in lower.get_lines() if line.get_label() == "limit"] == [0.10]
    _, free = trade_figure(story()).axes
    assert [line for line in free.get_lines() if line.get_label() == "limit"] == []


def test_what_happened_is_numbered_above_the_bars_and_told_below():
    said = texts(trade_figure(story()))
    assert {"1", "2", "3", "4", "5"} <= set(said)
    assert any("2024-01-03: filled 100 at 101" in text for text in said)


def test_of_too_many_notes_the_moves_of_the_stop_go_first_and_then_the_middle():
    told = [event(bar, "tier", text=f"number {number}") for number, bar in enumerate([3, 4, 5, 6] * 5)]
    said = " ".join(texts(trade_figure(story(told=told))))
    assert "stop tightened" not in said
    assert f" {MOST_NOTES} " in f" {said} "
    assert f" {MOST_NOTES + 1} " not in f" {said} "
    assert "left 100 at 92" in said


@pytest.mark.parametrize("width", [10.0, 4.0])
@pytest.mark.parametrize("events", [0, 9])
def test_no_text_overlaps_another_or_leaves_the_figure(width, events):
    told = [event(4, "tier", text=f"heat {number} {'and more ' * 12}") for number in range(events)]
    figure = trade_figure(story(told=told), profile=MODERATE, width=width)
    assert overlapping(figure) == []
    assert outside(figure) == []


def test_a_trade_of_one_bar_makes_a_picture():
    record = closed(
        entry(price=101.0, bar=3, decided=99.5, stop=94.5), leave(price=94.5, bar=3, stop=94.5), data="AAA"
    )
    upper, _ = trade_figure(story(record, before=0, after=0)).axes
    assert marks(upper, "exits") == [(0, 94.5)]


def test_of_very_many_bars_the_extreme_ones_are_drawn():
    told = story()
    bars = pd.concat([told.bars] * 500, ignore_index=True).set_axis(
        pd.bdate_range("2000-01-03", periods=4000)
    )
    bars.iloc[1234, bars.columns.get_loc("high")] = 500.0
    upper, lower = trade_figure(replace(told, bars=bars)).axes
    drawn = collection(upper, "bars").get_segments()
    assert len(drawn) <= 2 * MOST_BARS
    assert max(segment[1][1] for segment in drawn) == 500.0
    assert len(lower.patches) == 2  # one shape for the account's heat, one for the position's


def test_lines_break_at_blanks_and_a_word_that_is_too_long_stays_whole():
    lines = wrapped("one two three fourandalongone five", 0.7, 8.5)
    assert " ".join(lines) == "one two three fourandalongone five"
    assert all(text_width(line, 8.5) <= 0.7 or " " not in line for line in lines)
    assert len(lines) >= 4
