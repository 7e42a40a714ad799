"""Decisions as lines of a log."""

from __future__ import annotations

from bt_risk.views.log_lines import log_lines
from tests.edge.market import ROUND, calm, do, each, trade


def test_what_was_accepted_and_what_was_rejected_is_a_line_each():
    script = {2: each(do("buy", data=0), do("buy", data=1)), 4: do("close", data=0)}
    session = trade(calm(6), calm(6), script=script, profile=ROUND.replace(max_positions=1))
    account = "| portfolio 100,000.00, heat 1.00 %"
    assert list(log_lines(session.decisions)) == [
        f"2024-01-02 d0 entry accepted: buy 200 at 100.00, stop 95.00 (risk_per_trade) {account}",
        "2024-01-02 d1 entry rejected: buy at 100.00: "
        f"1 positions are open or on their way, the limit is 1 {account}",
        f"2024-01-04 d0 exit accepted: sell 200 at 100.00: the strategy closes {account}",
    ]


def test_a_position_without_a_stop_says_so():
    session = trade(calm(3), script={1: do("buy")}, profile="uncontrolled")
    (line,) = log_lines(session.decisions)
    assert ", no stop (" in line
    assert line.endswith("portfolio 100,000.00, heat 95.00 %")


def test_nothing_to_close_is_told_without_units():
    session = trade(calm(3), script={1: do("close")})
    (line,) = log_lines(session.decisions)
    assert line.startswith("2024-01-01 d0 exit nothing: at 100.00: nothing to close")
