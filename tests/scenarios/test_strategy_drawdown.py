"""The run lost 15 % of what it was given: no entries until its loss is back at 12 %. A profit given back is no loss.

1 000 units at 100 on 100 000.
"""

from __future__ import annotations

from tests.edge.market import WIDE, do, each, trade

PROFILE = WIDE.replace(max_strategy_drawdown=0.15, max_heat=0.8, target_heat=(0.5, 0.8), risk_per_trade=0.5)
LONG = do("buy", size=1_000, stop=50)
SHORT = do("sell", data=1, size=10, stop=150)
FLAT = (100.0,) * 4


def path(*closes):
    bars, last = [], 100.0
    for close in closes:
        bars.append((last, max(last, close), min(last, close), close))
        last = close
    return bars


def verdicts(session):
    return [(d.datetime.day, d.rule) for d in session.decisions if d.data == "d1"]


def told(session):
    return [(e.datetime.day, e.text) for e in session.desk.events if e.kind == "strategy_drawdown"]


def test_it_halts_at_its_value_and_ends_at_eighty_percent_of_it():
    # 85 000 on day 3; 87 999 on day 4 is 12.001 %; 88 000 on day 5 is 12 %.
    script = {1: LONG, **dict.fromkeys((3, 4, 5), SHORT)}
    session = trade(path(100, 100, 85, 87.999, 88, 88), [FLAT] * 6, profile=PROFILE, script=script)
    assert verdicts(session) == [(3, "strategy_drawdown"), (4, "strategy_drawdown"), (5, "own_size")]
    assert told(session) == [
        (3, "the strategy lost 15.00% of its capital, the limit is 15.00%: no entries"),
        (5, "the strategy's loss is back at 12.00%: entries are allowed"),
    ]


def test_a_profit_that_is_given_back_is_no_loss():
    # 130 000 on day 3, 100 001 on day 4: 23 % below the peak, and nothing of the capital is gone.
    session = trade(
        path(100, 100, 130, 100.001, 100), [FLAT] * 5, profile=PROFILE, script={1: LONG, 4: SHORT}
    )
    assert verdicts(session) == [(4, "own_size")]


def test_what_is_realised_counts_as_what_is_open():
    # Sold at 85 on day 4: 85 000 in cash, and nothing is there to recover with.
    script = {1: LONG, 3: do("close"), **dict.fromkeys((5, 8), SHORT)}
    session = trade(path(100, 100, 85, *[85] * 6), [FLAT] * 9, profile=PROFILE, script=script)
    assert verdicts(session) == [(5, "strategy_drawdown"), (8, "strategy_drawdown")]


def test_a_deposit_is_more_capital():
    # 15 000 of 100 000 lost and sold on day 4. 60 000 come in: 15 000 of 160 000 is 9.4 %.
    script = {1: LONG, 3: do("close"), 5: lambda s: s.broker.add_cash(60_000), 6: SHORT}
    session = trade(path(100, 100, 85, *[85] * 4), [FLAT] * 7, profile=PROFILE, script=script)
    assert verdicts(session) == [(6, "own_size")]


def test_a_reset_takes_the_loss_as_given():
    script = {1: LONG, 3: do("close"), 5: each(lambda s: s.bt_risk.reset(), SHORT), 6: SHORT}
    session = trade(path(100, 100, 85, *[85] * 4), [FLAT] * 7, profile=PROFILE, script=script)
    assert verdicts(session)[0] == (5, "own_size")
    assert told(session)[-1][0] == 3
