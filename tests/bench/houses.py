"""The house a market is traded from: profile, costs, fills and engine. Gives: `House`, drawn by seed or hypothesis."""

from __future__ import annotations

import random
from dataclasses import dataclass
from typing import Any

import backtrader as bt
from hypothesis import strategies as st

from bt_risk import AGGRESSIVE, CONSERVATIVE, MODERATE, UNCONTROLLED, UNPROTECTED, RiskProfile
from tests.bench.terms import COSTS, FILLS, FREE, SLIPPAGES, slip
from tests.bench.tight import TIGHT

# Short markets need stops after a few bars, not after fourteen.
QUICK = {"atr_period": 3}
# Where the heat alone is to act: nothing else stops the trading.
UNHALTED = dict.fromkeys(("daily_loss", "drawdown_halt", "drawdown_reduce", "drawdown_emergency"))
PROFILES = {
    "conservative": CONSERVATIVE.replace(**QUICK),
    "moderate": MODERATE.replace(**QUICK),
    "aggressive": AGGRESSIVE.replace(**QUICK),
    "by mark": MODERATE.replace(**QUICK, heat_basis="mark"),
    # Stops far away, positions large: the heat limits bind, and falling equity alone breaks them.
    "hot": MODERATE.replace(
        **QUICK,
        **UNHALTED,
        heat_basis="mark",
        max_position=10.0,
        max_leverage=5.0,
        max_positions=5,
        risk_per_trade=0.05,
        target_heat=(0.06, 0.10),
        atr_stop=4.0,
    ),
    "hot, lowest first": AGGRESSIVE.replace(
        **QUICK,
        heat_basis="mark",
        max_position=10.0,
        max_leverage=None,
        max_positions=None,
        reduction="lowest_risk",
        trail="none",
    ),
    "hot, trim": MODERATE.replace(
        **QUICK,
        heat_basis="mark",
        max_position=10.0,
        max_leverage=10.0,
        reduction="trim",
        risk_per_trade=0.04,
        target_heat=(0.06, 0.10),
    ),
    # Full to the brim: any loss of equity is an emergency, and every entry is squeezed by the heat that is left.
    "brimful": MODERATE.replace(
        **QUICK,
        lot=0.0,
        stop="fixed",
        fixed_stop=0.05,
        trail="none",
        risk_per_trade=0.015,
        max_heat=0.03,
        target_heat=(0.03, 0.03),
        max_positions=6,
        max_position=2.0,
        max_leverage=3.0,
    ),
    "little leverage": MODERATE.replace(**QUICK, max_leverage=0.3, max_position=0.2, max_positions=5),
    "fractional": MODERATE.replace(**QUICK, lot=0.0),
    "hundreds": MODERATE.replace(**QUICK, lot=100.0),
    "fixed stop": MODERATE.replace(stop="fixed", fixed_stop=0.05, stop_anchor="decision", **QUICK),
    "kelly": MODERATE.replace(
        **QUICK, sizing=("kelly", "risk_per_trade"), kelly_min_trades=3, kelly_floor=0.01
    ),
    "equal heat": MODERATE.replace(**QUICK, allocation="equal_heat"),
    "targets": MODERATE.replace(**QUICK, target="farther", target_atr=3.0, target_r=1.5, break_even=1.0),
    "percent trail": MODERATE.replace(
        **QUICK,
        stop="fixed",
        fixed_stop=0.04,
        trail="fixed",
        trail_fraction=0.02,
        target="fixed",
        target_fraction=0.03,
        target_with_trail="cancel",
    ),
    "two adds": AGGRESSIVE.replace(**QUICK, max_adds=2, target="r", target_r=3.0, risk_per_trade=0.01),
    "three adds": MODERATE.replace(
        **QUICK,
        max_adds=3,
        lot=0.0,
        max_position=2.0,
        max_leverage=3.0,
        risk_per_trade=0.01,
        break_even=1.0,
    ),
    "scale-outs": MODERATE.replace(**QUICK, ladder=((1.0, 0.5), (2.0, 0.25))),
    "scale-outs to the last": MODERATE.replace(
        **QUICK,
        stop="fixed",
        fixed_stop=0.03,
        trail="fixed",
        trail_fraction=0.02,
        break_even=1.0,
        target="r",
        target_r=1.2,
        target_with_trail="cancel",
        ladder=((0.5, 0.3), (1.0, 0.3), (1.5, 0.4)),
    ),
    "late stops": MODERATE.replace(**QUICK, entry_bar_stop=False, target="r", target_r=2.0),
    "without stops": UNPROTECTED.replace(**QUICK),
    # Nothing is protected, so that the heat limits are limits of the notional.
    "without stops, limited": UNPROTECTED.replace(**QUICK, max_heat=0.5, heat_basis="mark", max_positions=5),
    "stops of the user's only": UNCONTROLLED.replace(
        **QUICK, cash_fraction=0.1, max_heat=0.3, heat_basis="mark", max_positions=5, max_position=0.5
    ),
}


@dataclass(frozen=True)
class House:
    """One way to run a market: profile, commissions, slippage and fills by name, and what the user may do in it."""

    profile: str = "moderate"
    costs: str = "none"
    slippage: str = "none"
    fills: str = "whole"
    shorts: bool = True
    at_close: bool = False
    sizer: bool = False
    engine: tuple[tuple[str, Any], ...] = ()

    def options(self) -> dict[str, Any]:
        """Return the keyword arguments of `audited`."""
        return {
            "profile": self.risk_profile,
            "prepare": self.prepare,
            "shorts": self.shorts,
            "engine": dict(self.engine),
        }

    @property
    def risk_profile(self) -> RiskProfile:
        return {**PROFILES, **TIGHT}[self.profile]

    @property
    def is_partial(self) -> bool:
        """Return whether orders are filled in parts, for which the market needs a thin volume."""
        return self.fills != "whole"

    def prepare(self, cerebro: bt.Cerebro) -> None:
        COSTS[self.costs](cerebro)
        slip(cerebro, self.slippage)
        if self.is_partial:
            cerebro.broker.set_filler(FILLS[self.fills])
        if self.at_close:
            cerebro.broker.set_coc(True)
        if self.sizer:
            cerebro.addsizer(bt.sizers.FixedSize, stake=70)


def random_house(seed: int, **fixed) -> House:
    """Return a house drawn from a plain seed."""
    rng = random.Random(f"house {seed}")
    drawn = {
        "profile": rng.choice(tuple(PROFILES)),
        "costs": rng.choice((*FREE, *COSTS)),
        "slippage": "none" if rng.random() < 0.5 else rng.choice(tuple(SLIPPAGES)),
        "fills": "whole" if rng.random() < 0.75 else rng.choice(tuple(FILLS)),
        "shorts": rng.random() < 0.8,
        "at_close": rng.random() < 0.1,
        "sizer": rng.random() < 0.05,
    }
    return House(**{**drawn, **fixed})


houses = st.builds(
    House,
    profile=st.sampled_from((*PROFILES, *TIGHT)),
    costs=st.sampled_from(tuple(COSTS)),
    slippage=st.sampled_from(tuple(SLIPPAGES)),
    fills=st.sampled_from(("whole", "whole", *FILLS)),
    shorts=st.booleans(),
    at_close=st.booleans(),
)
