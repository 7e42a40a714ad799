"""Profiles whose halts and caps bind all the time. Gives: `TIGHT`, by name, to houses."""

from __future__ import annotations

from bt_risk import MODERATE, RiskProfile

LARGE = MODERATE.replace(
    atr_period=3,
    risk_per_trade=0.03,
    max_position=1.0,
    max_leverage=2.0,
    max_positions=5,
)
BREAKER = dict.fromkeys(("daily_loss", "drawdown_halt", "drawdown_reduce", "drawdown_emergency"))
CAPPED = MODERATE.replace(
    atr_period=3,
    atr_stop=2.0,
    risk_per_trade=0.03,
    max_positions=4,
    max_adds=1,
    max_position=0.4,
    max_exposure=0.7,
    max_leverage=0.8,
    groups={"d0": "first", "d1": "first", "d2": "second"},
    max_sector_exposure=0.5,
    anchor="d0",
    betas={"d1": 0.5},
    max_correlated_exposure=0.55,
    max_participation=0.2,
    min_liquidity=10.0,
    min_reward_to_risk=1.2,
    target="farther",
    target_atr=4.0,
    target_r=1.5,
    max_trades_per_day=2,
    max_stressed_heat=0.11,
    stress_atr=1.5,
    max_correlated_heat=0.045,
    heat_correlation=0.4,
    heat_reserve=0.5,
)
TIGHT: dict[str, RiskProfile] = {
    "halted": LARGE.replace(
        daily_loss=0.01,
        breaker_loss=0.02,
        drawdown_halt=0.04,
        drawdown_reduce=0.06,
        drawdown_emergency=0.10,
        drawdown_cooldown=3,
    ),
    "every cap": CAPPED,
    # Without the day's loss, which speaks for the others.
    "halted by the ladder": LARGE.replace(
        daily_loss=None,
        drawdown_halt=0.04,
        drawdown_reduce=0.06,
        drawdown_emergency=0.08,
        drawdown_cooldown=3,
    ),
    "every cap, rejecting": CAPPED.replace(
        oversized="reject", max_exposure=None, max_leverage=0.6, max_correlation=0.9
    ),
    "halted by the breaker": LARGE.replace(**BREAKER, breaker_loss=0.01),
}
# Those whose caps bind where several positions come together.
CROWDED = ("every cap", "every cap, rejecting")
