"""An entry, its stop and its target, bar by bar. One trade is 200 units at 100 with the stop at 95."""

from __future__ import annotations

import pytest

from tests.edge.market import CALM, LIMIT, ROUND, STOP, calm, do, each, trade

CHANDELIER = ROUND.replace(
    stop="atr", atr_period=2, atr_stop=2.5, trail="chandelier", trail_atr=2.5, trail_activation=1.0
)
ALL_CASH = ROUND.replace(
    sizing=("cash_fraction",),
    cash_fraction=1.0,
    max_heat=None,
    target_heat=None,
    allocation="risk_per_trade",
    risk_per_trade_max=None,
)


@pytest.mark.parametrize(
    ("bars", "fills", "cash"),
    [
        # on the entry bar itself, at the decided price
        ([CALM, (100, 101, 94, 96), CALM], [(2, 200, 100), (2, -200, 95)], 99_000),
        # a bar later
        ([CALM, CALM, (100, 101, 94, 96)], [(2, 200, 100), (3, -200, 95)], 99_000),
        # through a gap: at the opening
        ([CALM, CALM, (90, 91, 89, 90)], [(2, 200, 100), (3, -200, 90)], 98_000),
        # touched is hit, a cent above is not
        ([CALM, (100, 101, 95, 96), CALM], [(2, 200, 100), (2, -200, 95)], 99_000),
        ([CALM, (100, 101, 95.01, 96), (96, 97, 95.01, 96)], [(2, 200, 100)], 80_000),
        # an entry that opens beyond its decided stop is over on that bar
        ([CALM, (94, 96, 93, 95), CALM], [(2, 200, 94), (2, -200, 94)], 100_000),
        # a higher opening takes the stop along from the next bar on: 104 - 5 = 99
        ([CALM, (104, 105, 98, 104), (104, 104, 99, 100)], [(2, 200, 104), (3, -200, 99)], 99_000),
    ],
)
def test_a_long_is_stopped(bars, fills, cash):
    session = trade(bars, script={1: do("buy")})
    assert session.fills == fills
    assert session.cash == cash


@pytest.mark.parametrize(
    ("bars", "fills", "cash"),
    [
        ([CALM, (100, 106, 99, 104), CALM], [(2, -200, 100), (2, 200, 105)], 99_000),
        ([CALM, CALM, (110, 111, 109, 110)], [(2, -200, 100), (3, 200, 110)], 98_000),
        ([CALM, (106, 107, 104, 105), CALM], [(2, -200, 106), (2, 200, 106)], 100_000),
        ([CALM, (96, 102, 95, 96), (96, 101, 96, 100)], [(2, -200, 96), (3, 200, 101)], 99_000),
    ],
)
def test_a_short_is_stopped_as_its_mirror(bars, fills, cash):
    session = trade(bars, script={1: do("sell")})
    assert session.fills == fills
    assert session.cash == cash


def test_without_an_entry_bar_stop_the_first_bar_is_unprotected():
    profile = ROUND.replace(entry_bar_stop=False)
    session = trade(
        [CALM, (100, 101, 94, 96), CALM, (100, 101, 94, 96)], script={1: do("buy")}, profile=profile
    )
    assert session.fills == [(2, 200, 100), (4, -200, 95)]


def test_a_stop_anchored_to_the_decision_stays_where_it_was_decided():
    bars = [CALM, (104, 105, 103, 104), (104, 104, 99, 100), (100, 101, 94, 95)]
    session = trade(bars, script={1: do("buy")}, profile=ROUND.replace(stop_anchor="decision"))
    assert session.fills == [(2, 200, 104), (4, -200, 95)]


def test_an_explicit_stop_is_never_anchored_to_the_fill():
    bars = [CALM, (104, 105, 103, 104), (104, 104, 99, 100), (100, 101, 94, 95)]
    session = trade(bars, script={1: do("buy", stop=95)})
    assert session.fills == [(2, 200, 104), (4, -200, 95)]


def test_a_limit_entry_is_protected_from_the_bar_after_its_fill():
    bars = [CALM, (100, 101, 94, 96), (96, 97, 94, 95), CALM]
    session = trade(bars, script={1: do("buy", exectype=LIMIT, price=100)})
    assert session.fills == [(2, 200, 100), (3, -200, 95)]


def test_a_stop_entry_is_protected_from_the_bar_after_its_fill():
    # decided at 110 with the stop at 104.50: 1 000 / 5.50 = 181
    bars = [CALM, (108, 111, 103, 110), (110, 111, 104, 105), CALM]
    session = trade(bars, script={1: do("buy", exectype=STOP, price=110)})
    assert session.fills == [(2, 181, 110), (3, -181, 104.5)]


def test_a_limit_filled_beyond_its_decided_stop_is_left_at_the_next_opening():
    bars = [CALM, (94, 96, 93, 95), CALM]
    session = trade(bars, script={1: do("buy", exectype=LIMIT, price=100)})
    assert session.fills == [(2, 200, 94), (3, -200, 100)]
    assert session.outcomes()[1] == ("exit", "accepted", "fill_beyond_stop")


def test_a_target_is_reached():
    bars = [CALM, CALM, (100, 111, 99, 110)]
    session = trade(bars, script={1: do("buy", stop=95, target=110)})
    assert session.fills == [(2, 200, 100), (3, -200, 110)]
    assert session.live == []


def test_a_bar_that_touches_both_is_taken_to_have_hit_the_stop_first():
    bars = [CALM, CALM, (100, 111, 94, 100), CALM]
    session = trade(bars, script={1: do("buy", stop=95, target=110)})
    assert session.fills == [(2, 200, 100), (3, -200, 95)]
    assert session.live == []


def test_a_stop_on_the_entry_bar_takes_its_target_along():
    session = trade(
        [CALM, (100, 111, 94, 100), (100, 111, 99, 110)], script={1: do("buy", stop=95, target=110)}
    )
    assert session.fills == [(2, 200, 100), (2, -200, 95)]
    assert session.live == []


def test_a_target_is_not_tried_on_the_bar_of_the_entry():
    session = trade(
        [CALM, (100, 111, 99, 100), CALM, (112, 113, 111, 112)], script={1: do("buy", stop=95, target=110)}
    )
    assert session.fills == [(2, 200, 100), (4, -200, 112)]


def test_the_range_of_a_bar_that_filled_a_limit_may_be_older_than_the_fill():
    # ATR 2: bought at 99 on a bar that has been up to 120. Of it only the close of 99.50 is later: no R is won.
    profile = CHANDELIER.replace(trail_activation=0.5)
    bars = [*calm(4), (100, 120, 98.5, 99.5), (99.5, 100, 99, 99.5)]
    session = trade(bars, script={4: do("buy", exectype=LIMIT, price=99)}, profile=profile)
    assert session.desk.stop(session.strategy.data) == 94
    # The whole bar of a market entry is later: 120 - 2.5 * 8.3125.
    bars = [*calm(4), (99, 120, 98.5, 99.5), *[(118, 119, 118, 118)] * 2]
    session = trade(bars, script={4: do("buy")}, profile=profile)
    assert session.desk.stop(session.strategy.data) == 99.21875


def test_the_trail_begins_at_one_r_follows_the_high_and_never_loosens():
    # ATR 2, so the stop starts at 95 and R is 5. Highs of 102 ... 106, 104: one R is reached at 105.
    rise = [(100 + day, 102 + day, 100 + day, 101 + day) for day in range(5)]
    bars = [*calm(4), *rise, (104, 104, 102, 103), (103, 104, 102, 103), (100, 100, 99, 99)]
    stops = []
    watch = {bar: lambda strategy: stops.append(strategy.bt_risk.stop(strategy.data)) for bar in range(4, 13)}
    session = trade(bars, script={3: do("buy"), **watch}, profile=CHANDELIER)
    assert stops == [95, 95, 95, 95, 100, 101, 101, 101, None]
    assert session.fills == [(4, 200, 100), (12, -200, 100)]  # opened below the stop of 101


def test_unknown_atr_denies_in_words():
    session = trade(calm(3), script={1: do("buy")}, profile=CHANDELIER)
    assert session.fills == []
    assert session.decisions[0].text == "no stop: the atr distance is not known yet"


def test_an_entry_too_dear_at_its_opening_is_refused_whole_and_told():
    session = trade([CALM, (101, 102, 100, 101), CALM], script={1: do("buy", name="entry")}, profile=ALL_CASH)
    assert session.fills == []
    assert session.heard_of("entry") == ["Accepted", "Margin"]
    assert session.event_kinds() == ["margin"]
    assert session.desk.ledger.reserved_risk == 0
    assert session.desk.plans == {}
    assert session.live == []


def test_entries_of_one_bar_see_the_cash_that_the_others_take():
    profile = ROUND.replace(risk_per_trade=0.05)
    entries = each(*(do("buy", data=number) for number in range(3)))
    session = trade(calm(3), calm(3), calm(3), script={1: entries}, profile=profile, cash=1_000_000.0)
    # 50 000 / 5 = 10 000 units at 100: all the cash
    assert [decision.given for decision in session.decisions] == [10_000, 0, 0]


def test_entries_on_their_way_count_as_positions():
    entries = each(*(do("buy", data=number) for number in range(3)))
    session = trade(calm(3), calm(3), calm(3), script={1: entries}, profile=ROUND.replace(max_positions=2))
    assert [decision.rule for decision in session.decisions] == [
        "risk_per_trade",
        "risk_per_trade",
        "max_positions",
    ]


def test_entries_on_their_way_count_against_the_leverage():
    profile = ROUND.replace(max_leverage=0.3)
    entries = each(*(do("buy", data=number) for number in range(3)))
    session = trade(calm(3), calm(3), calm(3), script={1: entries}, profile=profile)
    assert [(decision.rule, decision.given) for decision in session.decisions] == [
        ("risk_per_trade", 200),
        ("max_leverage", 100),
        ("max_leverage", 0),
    ]


def test_entries_that_cancel_each_other_release_what_the_loser_had_reserved():
    def either(strategy):
        first = strategy.sent["first"] = strategy.buy(data=strategy.datas[0], exectype=LIMIT, price=98)
        strategy.sent["other"] = strategy.buy(data=strategy.datas[1], exectype=LIMIT, price=98, oco=first)

    session = trade([*calm(2), *[(98, 99, 97, 98)] * 3], calm(5), script={1: either})
    # 1 000 / 4.90 = 204 units each: 999.60 at risk
    assert session.fills == [(3, 204, 98)]
    assert session.heard_of("other") == ["Accepted", "Canceled"]
    assert session.heats == pytest.approx([0.019992, 0.019992, 0.009996, 0.009996, 0.009996])
    assert session.live == [(-204, pytest.approx(93.1))]
