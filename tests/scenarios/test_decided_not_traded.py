"""A dry run decides and sends nothing; a profile that rejects denies what a cap would have to cut.

200 units at 100 with the stop 5 below are 1 % of 100 000.
"""

from __future__ import annotations

import pytest

from tests.edge.market import LIMIT, ROUND, STOP, calm, do, each, trade

DRY = ROUND.replace(dry_run=True)
STRICT = ROUND.replace(oversized="reject", max_position=0.15)


@pytest.mark.parametrize(
    "call",
    [
        do("buy", name="call"),
        do("sell", name="call"),
        do("buy", exectype=LIMIT, price=99, name="call"),
        do("order_target_percent", target=0.1, name="call"),
        do("buy_bracket", stopprice=95, limitprice=110, name="call"),
    ],
)
def test_a_dry_run_names_what_it_would_have_traded(call):
    session = trade(calm(5), profile=DRY, script={1: call, 3: call})
    assert session.fills == []
    first, second = session.decisions
    assert (first.outcome, first.rule, first.given) == ("denied", "dry_run", 0)
    assert first.text.startswith("dry run: ")
    assert second.text == first.text
    sent = session.strategy.sent["call"]
    assert sent is None or not sent.alive()
    assert session.live == []


def test_a_dry_run_that_is_switched_on_leaves_open_what_is_and_lets_it_out():
    script = {1: do("buy", data=0), 2: lambda s: s.bt_risk.set_limits(dry_run=True), 3: do("buy", data=1)}
    fall = [*calm(4), (100, 100, 94, 95), *calm(2)]
    session = trade(fall, calm(7), profile=ROUND, script=script)
    assert session.fills == [(2, 200, 100), (5, -200, 95)]
    assert session.decisions[-1].rule == "dry_run"


def test_and_takes_in_what_rests_when_it_fills():
    # A dry run is a matter of new requests: what was sent before it is at the broker.
    script = {
        1: do("buy", exectype=STOP, price=101, name="rest"),
        2: lambda s: s.bt_risk.set_limits(dry_run=True),
    }
    bars = [*calm(1), (100, 100.5, 99, 100), (100, 102, 100, 101), *calm(2)]
    session = trade(bars, profile=ROUND, script=script)
    assert [size for _, size, _ in session.fills] == [198]  # 1 000 / (101 * 0.05)
    assert session.is_covered


def test_what_the_desk_sizes_itself_is_rejected_too():
    # 200 units of 100 000 are 20 %: above the 15 % that a position may have.
    session = trade(calm(4), profile=STRICT, script={1: do("buy")})
    assert session.fills == []
    assert (session.decisions[0].outcome, session.decisions[0].rule) == ("denied", "max_position")


@pytest.mark.parametrize(("size", "units"), [(150, 150), (151, 0)])
def test_a_size_that_fits_is_granted_whole_and_one_more_unit_is_none(size, units):
    session = trade(calm(4), profile=STRICT, script={1: do("buy", size=size, stop=98)})
    assert session.decisions[0].given == units
    assert [filled for _, filled, _ in session.fills] == ([units] if units else [])


def test_resized_it_would_have_been_cut():
    session = trade(
        calm(4), profile=STRICT.replace(oversized="resize"), script={1: do("buy", size=151, stop=98)}
    )
    assert (session.decisions[0].outcome, session.decisions[0].given) == ("reduced", 150)


def test_a_part_of_the_size_on_probation_is_no_cut_by_a_cap():
    script = {2: lambda s: s.bt_risk.trip("news"), 3: do("buy", size=100, stop=98)}
    session = trade(calm(6), profile=STRICT, script=script)
    assert (session.decisions[0].outcome, session.decisions[0].rule, session.decisions[0].given) == (
        "reduced",
        "half_open",
        25,
    )


def test_an_exit_is_never_too_large():
    script = {1: do("buy", size=100, stop=98), 2: each(do("sell", size=1_000, stop=102))}
    session = trade(calm(5), profile=STRICT, script=script)
    assert session.fills == [(2, 100, 100), (3, -100, 100)]
    assert session.decisions[-1].rule == "max_position"  # the second half, 900 short, is one too many
