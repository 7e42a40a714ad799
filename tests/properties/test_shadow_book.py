"""Without limits the shadow book is empty; a limited run and its shadow book are the run without limits."""

from __future__ import annotations

import random
from collections import Counter

import pytest

from bt_risk import MODERATE, RiskStrategy
from bt_risk.studies.shadow import shadow_book
from tests.bench.calls import LIMIT, STOP
from tests.bench.houses import QUICK, UNHALTED, random_house
from tests.bench.markets import random_plan
from tests.bench.round_trips import traded
from tests.properties.scale import runs

RICH = 1e9
# Sizes of 1 000 of notional at most: an account of that size never feels what depends on its equity.
UNLIMITED = MODERATE.replace(
    **QUICK,
    **UNHALTED,
    allocation="risk_per_trade",
    risk_per_trade_max=None,
    max_heat=None,
    target_heat=None,
    max_positions=None,
    max_position=None,
    max_leverage=None,
    lot=0.0,
    ladder=((1.0, 0.3), (2.0, 0.3)),
    break_even=1.5,
)
LIMITED = {
    "one position": UNLIMITED.replace(max_positions=1),
    "two positions": UNLIMITED.replace(max_positions=2),
    "small positions": UNLIMITED.replace(max_position=400 / RICH),
    "little exposure": UNLIMITED.replace(max_exposure=1_500 / RICH),
    "a trade a day": UNLIMITED.replace(max_trades_per_day=1),
    "only good rewards": UNLIMITED.replace(min_reward_to_risk=2.0),
    "no large positions": UNLIMITED.replace(max_position=400 / RICH, oversized="reject"),
    "nothing at all": UNLIMITED.replace(dry_run=True),
    "small and few": UNLIMITED.replace(max_position=700 / RICH, max_positions=2),
}
ROUND = 8


class ByTheCalendar(RiskStrategy):
    """Ask for a fixed size once in every eight bars, and close in the sixth whether there is something or not."""

    params = (("seed", 0), ("shorts", True), ("days", 60))

    def next(self):
        for number, data in enumerate(self.datas):
            turn, phase = divmod(len(self) + number, ROUND)
            rng = random.Random(f"{self.p.seed}/{number}/{turn}")
            if phase == rng.randrange(3) and ROUND < len(self) < self.p.days - ROUND:
                self.ask(rng, data)
            elif phase == 6 or (phase == 5 and rng.random() < 0.7):
                self.close(data)

    def ask(self, rng, data):
        side = rng.choice((1, 1, -1)) if self.p.shorts else 1
        close = data.close[0]
        how = rng.choice(({}, {}, {"exectype": LIMIT}, {"exectype": STOP}))
        price = close * (1 + rng.choice((0.005, -0.005))) if how else close
        if rng.random() < 0.4:
            how = how | {"stop": price * (1 - side * 0.02), "target": price * (1 + side * 0.05)}
        elif rng.random() < 0.5:
            how = how | {"target": price * (1 + side * 0.02)}
        order = self.buy if side > 0 else self.sell
        order(
            data,
            size=rng.choice((300, 1_000, 1_000)) / close,
            price=price if "exectype" in how else None,
            **how,
        )


def run_of(seed, profile):
    house = random_house(seed, fills="whole", costs="0.1 %", sizer=False)
    plan = random_plan(seed, datas=4, aligned=True)
    return traded(plan, profile=profile, seed=seed, house=house, strategy=ByTheCalendar, cash=RICH)


def money_of(trips):
    """Return what was made of each entry, by instrument and bar of its fill; it must have left."""
    assert all(trip.is_closed for trip in trips)
    return {(trip.data, trip.bar): trip.profit for trip in trips}


@pytest.mark.parametrize("name", LIMITED)
def test_a_limited_run_and_its_shadow_book_are_the_run_without_limits(name):
    met = Counter()
    for seed in range(runs(6, 200)):
        whole, trips = run_of(seed, UNLIMITED)
        assert shadow_book(whole).records == ()
        limited, left = run_of(seed, LIMITED[name])
        expected, found = money_of(trips), money_of(left)
        for record in shadow_book(limited).records:
            met[record.outcome] += 1
            assert record.within is None
            if record.trade.entry is None:
                met["not filled"] += 1
                assert record.money == 0.0
                continue
            key = record.data, record.trade.entry.bar
            assert (key in found) == (record.outcome == "reduced")
            found[key] = found.get(key, 0.0) + record.money
        assert found == pytest.approx(expected, rel=1e-9, abs=1e-6)
        met["trades"] += len(trips)
        met["left"] += len(left)
    assert met["trades"] > 100
    assert met["not filled"]
    assert met["reduced"] + met["denied"] > 20
    assert (met["left"] == 0) == (name == "nothing at all")


def test_the_values_of_the_rules_sum_to_what_was_forgone():
    limited, trips = run_of(3, LIMITED["small and few"])
    _, all_trips = run_of(3, UNLIMITED)
    book = shadow_book(limited)
    forgone = sum(money_of(all_trips).values()) - sum(money_of(trips).values())
    assert book.net_money == pytest.approx(-forgone)
    assert {value.rule for value in book.values} == {"max_position", "max_positions"}
