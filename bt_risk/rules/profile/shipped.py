"""The profiles that come as Python values. Gives: CONSERVATIVE, MODERATE, AGGRESSIVE and the two baselines."""

from __future__ import annotations

from bt_risk.rules.profile.fields import RiskProfile

CONSERVATIVE = RiskProfile(
    name="conservative",
    risk_per_trade=0.02,
    max_heat=0.08,
    target_heat=(0.04, 0.06),
    max_positions=2,
    atr_stop=3.0,
    trail_atr=3.0,
)
MODERATE = RiskProfile(name="moderate")
AGGRESSIVE = RiskProfile(
    name="aggressive",
    risk_per_trade=0.025,
    max_heat=0.12,
    target_heat=(0.08, 0.10),
    max_positions=4,
    max_position=0.30,
    atr_stop=2.0,
    trail_atr=2.0,
    kelly_fraction=0.50,
)
# The "before": what a script without any risk layer does.
UNCONTROLLED = RiskProfile(
    name="uncontrolled",
    sizing=("cash_fraction",),
    allocation="risk_per_trade",
    risk_per_trade=None,
    risk_per_trade_max=None,
    max_heat=None,
    target_heat=None,
    max_positions=None,
    max_position=None,
    max_leverage=None,
    stop="none",
    trail="none",
    daily_loss=None,
    drawdown_halt=None,
    drawdown_reduce=None,
    drawdown_emergency=None,
)
# The sizes of MODERATE, its caps on a size included, without its stops, heat limits and halts: what is left of a
# difference is what those rules did.
UNPROTECTED = MODERATE.replace(
    name="moderate without stops",
    allocation="risk_per_trade",
    max_heat=None,
    target_heat=None,
    place_stops=False,
    trail="none",
    daily_loss=None,
    drawdown_halt=None,
    drawdown_reduce=None,
    drawdown_emergency=None,
)

PROFILES = {profile.name: profile for profile in (CONSERVATIVE, MODERATE, AGGRESSIVE, UNCONTROLLED)}
