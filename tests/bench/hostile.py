"""One hostile run by its seed: market, house, user and engine. Gives: `hostile_run`, to the properties."""

from __future__ import annotations

import random
from dataclasses import replace

from tests.bench.houses import House, random_house
from tests.bench.markets import Plan, random_plan
from tests.bench.run import Run, audited
from tests.bench.signals import RiskSignals
from tests.bench.tight import CROWDED, TIGHT

TIGHT_NAMES = tuple(TIGHT)


def house_of(seed: int) -> House:
    """Return the house of a seed; one in five is full to the brim, one adds, one is under tight halts or caps."""
    if seed % 5 == 1:
        return random_house(seed, profile=TIGHT_NAMES[seed // 5 % len(TIGHT_NAMES)])
    if seed % 5 == 2:
        return random_house(seed, profile="brimful")
    return random_house(seed, profile="three adds") if seed % 5 == 4 else random_house(seed)


def plan_of(seed: int, house: House) -> Plan:
    """Return the market of a seed: thin where orders fill in parts, some datas in weeks, some bars bad."""
    rng = random.Random(f"plan {seed}")
    plan = random_plan(seed, datas=4 if house.profile in CROWDED else None)
    if rng.random() < 0.1:
        # Backtrader itself stumbles over weeks that go on when the last of the days has ended.
        plan = replace(plan, weekly=tuple(range(1, len(plan.datas))) or (0,))
    # A contract's cash is settled at every close: one that is no number would be the end of the account.
    if rng.random() < 0.1 and house.costs != "future":
        plan = replace(plan, bad_bars=0.05)
    return replace(plan, thin_volume=house.is_partial)


def hostile_run(seed: int) -> Run:
    """Return one run: some are very busy, some ask at the open, by timers or past the desk, some by signals."""
    house, rng = house_of(seed), random.Random(f"user {seed}")
    plan = plan_of(seed, house)
    options = {**house.options(), "replays": seed % 4 == 3}
    way = seed % 16
    if way in (0, 8):
        options |= {"engine": {"cheat_on_open": True}, "at_open": 0.3}
    elif way in (1, 9):
        options |= {"activity": 0.7}
    elif way == 2:
        options |= {"timers": rng.choice(("early", "late"))}
    elif way == 3:
        options |= {"engine": {"quicknotify": True}}
    elif way in (4, 12):
        options |= {"behind": 0.2}
        plan = replace(plan, bad_bars=0.0)  # on a bad bar the broker fills them for a size that is none
    elif way == 5:
        options |= {"strategy": RiskSignals}
    elif way == 6:
        options |= {"engine": {"runonce": False, "preload": False}}
    elif way in (7, 13):
        options |= {"flows": 0.1, "from_notices": 0.0}
    if house.profile in TIGHT and way != 5:
        # A book fills up to its limits, and runs into its halts, where somebody asks often.
        options["activity"] = 0.8
    run = audited(plan, seed=seed, **options)
    run.made_of = {**vars(house), "user": way, "weekly": bool(plan.weekly), "bad bars": plan.bad_bars > 0}
    return run
