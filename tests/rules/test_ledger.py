from __future__ import annotations

from bt_risk.rules.ledger import Ledger


def test_an_empty_ledger_holds_exactly_nothing():
    ledger = Ledger()
    assert (ledger.open_risk, ledger.reserved_risk, ledger.locked_in, ledger.open_risks()) == (0, 0, 0, {})


def test_open_reserved_and_locked_in_are_three_sums():
    ledger = Ledger()
    ledger.set_position("A", 600.0, 0.0)
    ledger.set_position("B", 0.0, 250.0)
    ledger.reserve(1, 500.0)
    ledger.reserve(2, 300.0)
    assert (ledger.open_risk, ledger.reserved_risk, ledger.locked_in) == (600, 800, 250)
    assert ledger.open_risks() == {"A": 600, "B": 0}


def test_a_position_entered_again_replaces_itself():
    ledger = Ledger()
    ledger.set_position("A", 600.0, 0.0)
    ledger.set_position("A", 0.0, 100.0)
    assert (ledger.open_risk, ledger.locked_in) == (0, 100)


def test_a_dropped_position_leaves_nothing_and_may_be_dropped_again():
    ledger = Ledger()
    ledger.set_position("A", 0.1, 0.0)
    ledger.set_position("B", 0.2, 7.0)
    for _ in range(2):
        ledger.drop_position("A")
        ledger.drop_position("B")
    assert (ledger.open_risk, ledger.locked_in) == (0, 0)


def test_what_is_reserved_is_released_once():
    ledger = Ledger()
    ledger.reserve(7, 500.0)
    ledger.reserve(8, 100.0)
    ledger.release(7)
    ledger.release(7)
    assert ledger.reserved_risk == 100


def test_a_reservation_shrinks_as_its_entry_fills():
    ledger = Ledger()
    ledger.reserve(7, 500.0)
    ledger.reserve(7, 200.0)
    assert ledger.reserved_risk == 200


def test_the_risks_handed_out_are_a_copy():
    ledger = Ledger()
    ledger.set_position("A", 600.0, 0.0)
    ledger.open_risks().clear()
    assert ledger.open_risk == 600
