"""Each gate alone: at its value, on either side of it, and where its number is not known."""

import datetime as dt
import math

import pytest

from bt_risk.rules.tiers import Tier
from tests.rules.entries import book, decide, finding, request


def denied_by(ruling):
    return ruling.rule if ruling.outcome == "denied" else None


def test_a_bar_without_a_usable_price_opens_nothing():
    for wish in (
        request(has_fresh_bar=False),
        request(price=math.nan, terms=None),
        request(price=0.0, terms=None),
    ):
        ruling = decide(wish)
        assert denied_by(ruling) == "fresh_bar"
        assert "price" in ruling.text


def test_a_halt_goes_by_the_name_of_the_rule_that_ordered_it():
    ruling = decide(held=book(halted="the day lost 5.00%"))
    assert (denied_by(ruling), ruling.text) == ("halt", "the day lost 5.00%")
    assert denied_by(decide(held=book(halted="so", halted_by="daily_loss"))) == "daily_loss"


@pytest.mark.parametrize("equity", [0.0, -1.0, math.nan, math.inf])
def test_no_equity_no_entry(equity):
    ruling = decide(held=book(equity=equity))
    assert denied_by(ruling) == "halt"
    assert ruling.candidates == ()


def test_an_open_breaker_denies():
    ruling = decide(held=book(is_breaker_open=True))
    assert (denied_by(ruling), ruling.text) == ("breaker", "the circuit breaker is open")
    assert finding(decide(), "breaker") is None


@pytest.mark.parametrize("tier", list(Tier))
def test_from_critical_heat_on_entries_wait(tier):
    assert denied_by(decide(held=book(tier=tier))) == ("heat_tier" if tier >= Tier.CRITICAL else None)


WINDOWS = {"entry_windows": (("09:30", "11:00"), ("14:00", "15:30"))}


@pytest.mark.parametrize(
    ("time", "passes"),
    [("09:29", False), ("09:30", True), ("11:00", True), ("11:01", False), ("14:15", True), ("15:31", False)],
)
def test_entries_are_allowed_in_their_windows(time, passes):
    ruling = decide(request(time=dt.time.fromisoformat(time)), **WINDOWS)
    assert denied_by(ruling) == (None if passes else "entry_windows")


def test_a_window_is_named_in_the_denial():
    text = "entries are allowed at 09:30-11:00, 14:00-15:30, the bar is of "
    assert decide(request(time=dt.time(12)), **WINDOWS).text == text + "12:00:00"
    assert decide(**WINDOWS).text == text + "an unknown time"
    assert finding(decide(request(time=dt.time(12))), "entry_windows") is None


def test_no_entry_when_the_day_ends():
    end = {"end_of_day": "15:55"}
    assert decide(request(time=dt.time(15, 54)), **end).units == 200.0
    ruling = decide(request(time=dt.time(15, 55)), **end)
    assert (denied_by(ruling), ruling.text) == (
        "end_of_day",
        "the day ends with 15:55, the bar is of 15:55:00",
    )
    assert denied_by(decide(request(time=dt.time(13), is_last_bar=True), **end)) == "end_of_day"
    assert decide(**end).text == "the bar is of an unknown time"


def test_the_end_of_a_day_that_crosses_midnight_is_counted_from_its_start():
    overnight = request(time=dt.time(19), session_start=dt.time(18))
    assert decide(overnight, end_of_day="16:55").units == 200.0


def test_no_entry_on_the_last_bar_of_a_session():
    last = {"end_of_day": "last_bar"}
    assert decide(request(time=dt.time(12)), **last).units == 200.0
    assert denied_by(decide(request(time=dt.time(12), is_last_bar=True), **last)) == "end_of_day"


def test_a_day_has_a_number_of_entries():
    assert decide(held=book(entries_today=2), max_trades_per_day=3).units == 200.0
    ruling = decide(held=book(entries_today=3), max_trades_per_day=3)
    assert (denied_by(ruling), ruling.text) == (
        "max_trades_per_day",
        "3 entries were accepted today, the limit is 3",
    )


@pytest.mark.parametrize(
    ("held", "state"), [({"holds_data": True}, "a position"), ({"awaits_data": True}, "an entry on its way")]
)
def test_one_position_an_instrument(held, state):
    ruling = decide(held=book(**held))
    assert (denied_by(ruling), ruling.text) == ("one_position", f"A has {state} already")


@pytest.mark.parametrize(
    ("held", "limit", "found", "text"),
    [
        ({}, 2, 0, ""),
        ({"holds_data": True}, 0, 1, "A has a position already"),
        ({"holds_data": True}, 1, 1, ""),
        ({"holds_data": True, "adds": 1}, 2, 2, ""),
        ({"holds_data": True, "adds": 2}, 2, 3, "adds to A so far: 2, the limit is 2"),
        ({"holds_data": True, "adds": 1}, 1, 2, "adds to A so far: 1, the limit is 1"),
        ({"awaits_data": True}, 2, 1, "A has an entry on its way already"),
        ({"holds_data": True, "awaits_data": True}, 3, 2, "A has an entry on its way already"),
        ({"holds_data": True, "leaves_data": True}, 3, 1, "A has an exit on its way"),
        ({"leaves_data": True}, 3, 0, ""),
    ],
)
def test_a_position_is_added_to_as_often_as_the_profile_says(held, limit, found, text):
    ruling = decide(held=book(**held), max_adds=limit)
    gate = finding(ruling, "one_position")
    assert (gate.limit, gate.found, gate.text, gate.passed) == (limit, found, text, not text)
    assert denied_by(ruling) == ("one_position" if text else None)


@pytest.mark.parametrize(("positions", "pending", "passes"), [(3, 0, True), (2, 1, True), (3, 1, False)])
def test_an_add_takes_no_place_of_its_own(positions, pending, passes):
    held = book(positions=positions, pending=pending, holds_data=True)
    ruling = decide(held=held, max_adds=1, max_positions=3)
    assert finding(ruling, "max_positions").found == positions + pending
    assert denied_by(ruling) == (None if passes else "max_positions")


def test_positions_and_entries_on_their_way_are_counted():
    assert decide(held=book(positions=1, pending=1), max_positions=3).units == 200.0
    ruling = decide(held=book(positions=2, pending=1), max_positions=3)
    assert (denied_by(ruling), ruling.text) == (
        "max_positions",
        "3 positions are open or on their way, the limit is 3",
    )
    unlimited = finding(decide(held=book(positions=99)), "max_positions")
    assert (unlimited.passed, unlimited.limit, unlimited.found) == (True, math.inf, 100.0)


@pytest.mark.parametrize("wanted", [0.0, -5.0, math.nan, math.inf])
def test_an_own_size_must_be_one(wanted):
    ruling = decide(request(wanted=wanted))
    assert (denied_by(ruling), ruling.text) == (
        "valid_size",
        f"size must be a positive number; received {wanted!r}",
    )


@pytest.mark.parametrize(
    ("is_long", "stop", "target", "rule"),
    [
        (True, 95.0, None, None),
        (True, 100.0, None, "valid_stop"),
        (True, 105.0, None, "valid_stop"),
        (True, 0.0, None, "valid_stop"),
        (True, math.nan, None, "valid_stop"),
        (True, None, None, "valid_stop"),
        (False, 105.0, None, None),
        (False, 95.0, None, "valid_stop"),
        (True, 95.0, 110.0, None),
        (True, 95.0, 100.0, "valid_target"),
        (True, 95.0, math.inf, "valid_target"),
        (False, 105.0, 90.0, None),
        (False, 105.0, 0.0, "valid_target"),
        (False, 105.0, 110.0, "valid_target"),
    ],
)
def test_stop_and_target_lie_on_their_sides(is_long, stop, target, rule):
    assert denied_by(decide(request(is_long=is_long, stop=stop, target=target))) == rule


def test_no_stop_is_needed_where_the_profile_uses_none():
    assert decide(request(stop=None), sizing=("fixed_fraction",), stop="none", trail="none").units == 20.0


@pytest.mark.parametrize(
    ("is_long", "target", "passes"),
    [(True, 110.0, True), (True, 109.9, False), (False, 90.0, True), (False, 90.1, False)],
)
def test_a_target_pays_for_its_risk(is_long, target, passes):
    wish = request(is_long=is_long, stop=95.0 if is_long else 105.0, target=target)
    ruling = decide(wish, min_reward_to_risk=2.0)
    assert denied_by(ruling) == (None if passes else "min_reward_to_risk")
    assert finding(ruling, "min_reward_to_risk").found == pytest.approx(abs(target - 100.0) / 5.0)


def test_without_a_target_there_is_no_reward_to_judge():
    assert finding(decide(min_reward_to_risk=2.0), "min_reward_to_risk") is None


@pytest.mark.parametrize(("liquidity", "passes"), [(10_000.0, True), (9_999.0, False), (math.nan, False)])
def test_a_market_that_trades_too_little_is_left_alone(liquidity, passes):
    ruling = decide(request(liquidity=liquidity), min_liquidity=10_000.0)
    assert denied_by(ruling) == (None if passes else "min_liquidity")


def test_an_unknown_liquidity_is_named():
    assert decide(min_liquidity=1.0).text == "A does not tell its volume, the least is 1"
    assert decide(request(liquidity=0.5), min_liquidity=1.0).text == "A trades 0.5 a bar, the least is 1"


@pytest.mark.parametrize(
    ("correlation", "passes"), [(0.70, True), (0.71, False), (-0.95, True), (math.nan, False)]
)
def test_a_position_that_repeats_another_is_denied(correlation, passes):
    ruling = decide(held=book(positions=1, correlation=correlation), max_correlation=0.70)
    assert denied_by(ruling) == (None if passes else "max_correlation")


def test_the_first_position_repeats_nothing():
    assert finding(decide(max_correlation=0.70), "max_correlation") is None


@pytest.mark.parametrize(("positions", "judged"), [(1, False), (2, True)])
def test_an_add_repeats_its_own_position_by_design(positions, judged):
    ruling = decide(held=book(positions=positions, holds_data=True), max_adds=1, max_correlation=0.70)
    assert denied_by(ruling) == ("max_correlation" if judged else None)


def test_an_unknown_correlation_is_named():
    text = "the correlation of A with the book {}, the limit is 0.7"
    held = book(positions=1)
    assert decide(held=held, max_correlation=0.70).text == text.format("is not known yet")
    held = book(positions=1, correlation=0.9)
    assert decide(held=held, max_correlation=0.70).text == text.format("is 0.9")


def test_the_single_position_gate_denies_what_the_cap_would_cut():
    assert decide(single_position_gate=0.20).units == 200.0
    ruling = decide(single_position_gate=0.19)
    assert (denied_by(ruling), ruling.text) == (
        "single_position_gate",
        "the position would be 0.2 of equity, the limit is 0.19",
    )
    assert decide(single_position_gate=0.19, max_position=0.19).units == 190.0


@pytest.mark.parametrize(("gate", "passes"), [(0.25, True), (0.24, False)])
def test_the_single_position_gate_counts_what_is_added_to(gate, passes):
    # 5 000 are held, 20 000 come
    held = book(positions=1, holds_data=True, held_notional=5_000.0)
    assert decide(held=held, max_adds=1, single_position_gate=gate).units == (200.0 if passes else 0.0)


def test_a_dry_run_names_the_units_that_would_have_been_traded():
    ruling = decide(dry_run=True)
    assert (ruling.units, ruling.rule, ruling.outcome) == (0.0, "dry_run", "denied")
    assert (ruling.text, ruling.asked) == ("dry run: 200 units would have been traded", 200.0)
    assert finding(ruling, "dry_run").found == 200.0
    assert finding(decide(), "dry_run") is None


def test_a_dry_run_looks_at_the_size_that_every_other_rule_leaves():
    held = book(size_factor=0.25)
    assert decide(held=held, max_position=0.10, dry_run=True).text.startswith("dry run: 25 units")
    assert denied_by(decide(held=book(holds_data=True), dry_run=True)) == "one_position"
    assert denied_by(decide(min_position=0.21, dry_run=True)) == "min_position"
    assert denied_by(decide(single_position_gate=0.19, dry_run=True)) == "single_position_gate"
    assert decide(risk_money=4.0, dry_run=True).rule == "risk_per_trade"
