"""One trade told: the bars with the stop in force, and what happened on them."""

from __future__ import annotations

import numpy as np

from bt_risk.views.story import DecisionStory
from tests.rules.trades import closed, entry, leave
from tests.views.stories import DAYS, decision, event, story


def test_the_stop_of_a_bar_is_the_one_that_was_in_force_while_it_traded():
    bars = story().bars
    known = bars["stop"].dropna()
    assert known.index.tolist() == DAYS[2:7].tolist()
    assert known.tolist() == [94.5, 96.0, 98.0, 99.0, 99.0]  # decided, anchored, trailed, trailed, jumped


def test_the_position_has_its_own_part_of_the_heat():
    bars = story().bars
    assert bars["own_heat"].tolist() == [0, 0, 0.05, 0.03, 0.02, 0.02, 0, 0]
    assert bars["heat"].tolist() == [0, 0.05, 0.055, 0.03, 0.02, 0.02, 0, 0]
    assert bars["units"].tolist() == [0, 0, 100, 100, 100, 100, 0, 0]


def test_a_story_shows_some_bars_before_and_after_and_no_more():
    assert story(before=1, after=0).bars.index.tolist() == DAYS[1:7].tolist()
    assert len(story().bars) == len(DAYS)


def test_an_entry_without_a_working_stop_shows_none_on_its_bar():
    record = closed(
        entry(price=101.0, bar=3, decided=99.5, stop=94.5, unprotected_close=102.0),
        leave(price=92.0, bar=7, stop=99.0),
        data="AAA",
    )
    assert np.isnan(story(record).bars["stop"].iloc[2])


def test_everything_that_happened_is_told_in_order():
    told = [(one.when, one.kind, one.text) for one in story().moments]
    assert told == [
        (
            "2024-01-02",
            "decision",
            "buy entry reduced, 100 of 120 units, stop 94.5, heat 0.0 % to 5.0 %: max_position binds at 100 units",
        ),
        ("2024-01-03", "fill", "filled 100 at 101, decided at 99.5, 1.5 worse a unit"),
        ("2024-01-04", "stop", "stop anchored to the fill, from 94.5 to 96"),
        ("2024-01-05 to 2024-01-06", "stop", "stop tightened in 2 steps from 96 to 99"),
        ("2024-01-07", "exit", "left 100 at 92 by trail, stop in force 99, the price jumped it by 7"),
    ]


def test_a_short_is_told_from_its_side():
    record = closed(
        entry(price=101.0, bar=3, decided=102.0, stop=107.0),
        leave(price=105.0, bar=7, stop=104.0, quote=105.0),
        data="AAA",
        is_long=False,
    )
    told = [one.text for one in story(record, decisions=[]).moments]
    assert told[0] == "filled 100 at 101, decided at 102, 1 worse a unit"
    assert told[-1] == "left 100 at 105 by stop, stop in force 104, the price jumped it by 1"


def test_parts_that_left_together_are_told_as_one():
    record = closed(
        entry(price=101.0, bar=3, decided=99.5, stop=94.5),
        leave(20.0, price=104.0, bar=5, reason="ladder", stop=98.0),
        leave(50.0, price=99.0, bar=7, stop=99.0),
        leave(30.0, price=99.0, bar=7, stop=99.0),
        data="AAA",
    )
    told = [one.text for one in story(record).moments if one.kind == "exit"]
    assert told == [
        "left 20 at 104 by ladder, stop in force 98",
        "left 80 in 2 parts at 99 by stop, stop in force 99",
    ]


def test_other_requests_for_the_instrument_are_told_and_those_of_others_are_not():
    asked = [
        decision(1),
        decision(2, bar=3, data="BBB"),
        decision(3, bar=4, outcome="denied", rule="one_position", given=0.0, text="a position is open"),
        decision(4, bar=5, kind="exit", side="sell", outcome="nothing"),
        decision(5, bar=8),
    ]
    told = [one.text for one in story(decisions=asked).moments if one.kind == "decision"]
    assert len(told) == 2
    assert told[1].endswith("a position is open")


def test_a_request_on_the_last_bar_counts_while_the_position_is_held():
    asked = [
        decision(1),
        decision(2, bar=7, kind="exit", side="sell", held=100.0, text="the strategy closes"),
        decision(3, bar=7, held=0.0, text="for the next trade"),
    ]
    told = [one.text for one in story(decisions=asked).moments if one.kind == "decision"]
    assert [text.rpartition(": ")[2] for text in told[1:]] == ["the strategy closes"]


def test_events_of_the_instrument_and_grave_ones_of_the_account_are_told():
    told = [
        event(4, "tier", text="heat above its limit"),
        event(4, "alert", level="info", text="position count"),
        event(5, "data_quality", level="info", data="AAA", text="AAA: no volume"),
        event(5, "data_quality", data="BBB"),
        event(7, "stop_hit", data="AAA", text="told by the fill"),
        event(8, "tier", text="after the trade"),
    ]
    shown = [one.text for one in story(told=told).moments if one.kind == "event"]
    assert shown == ["tier: heat above its limit", "data quality: AAA: no volume"]


def test_a_trade_that_no_request_opened_is_told_without_one():
    record = closed(entry(bar=3, decision=None), leave(bar=7), data="AAA")
    text = str(story(record, decisions=[]))
    assert "no request of the strategy's is kept" in text


def test_the_text_ends_with_what_was_planned_and_what_was_made():
    lines = str(story()).splitlines()
    assert lines[0] == "trade 1: AAA long 100, 2024-01-03 to 2024-01-07, left by trail, -1.80 R"
    assert lines[2:4] == [
        "the request",
        "1 2024-01-02 AAA buy entry: reduced, 100 units of 120: max_position binds at 100 units",
    ]
    start = lines.index("planned against realised")
    parts = {line[:20].strip(): line[20:].split() for line in lines[start + 2 : start + 11]}
    assert parts["planned"] == ["-500.00", "-1.00"]
    assert parts["entry gap"] == ["-150.00", "-0.30"]
    assert parts["stop moves"] == ["450.00", "0.90"]
    assert parts["exit gap"] == ["-700.00", "-1.40"]
    assert parts["realised"] == ["-900.00", "-1.80"]
    assert lines[-1] == "  of which 400.00 was never promised"


def test_a_decision_is_told_with_what_came_of_it():
    told = story()
    assert str(DecisionStory(told.decision, told)).startswith("decision 1\n\ntrade 1: AAA long 100")
    denied = str(DecisionStory(decision(7, outcome="denied", given=0.0), None))
    assert denied.startswith("decision 7\n\n7 2024-01-02 AAA buy entry: denied")
    assert denied.endswith("no trade came of it")
    left = str(DecisionStory(decision(3, kind="exit"), told))
    assert "it was an exit of\n\ntrade 1: AAA long" in left
    joined = str(DecisionStory(decision(3, kind="add"), told))
    assert "it joined\n\ntrade 1: AAA long" in joined
