"""The keys of a ``risk_management`` section, as other engines write it. Gives: the fields that each key means."""

from __future__ import annotations

from dataclasses import dataclass

from bt_risk.rules.profile.fields import RiskProfile


@dataclass(frozen=True, slots=True)
class Alias:
    """A foreign key.

    Attributes
    ----------
    fields
        The fields that take its value.
    implied
        Further fields and values that the key implies, where the same source does not state the field.
    """

    fields: tuple[str, ...]
    implied: tuple[tuple[str, str], ...] = ()


ALIASES: dict[str, Alias] = {
    "max_portfolio_risk": Alias(("risk_per_trade_max",)),
    "max_position_size": Alias(("max_position",)),
    "max_drawdown": Alias(("drawdown_halt",)),
    "stop_loss_multiplier": Alias(("atr_stop",), (("stop", "atr"),)),
    "take_profit_ratio": Alias(("target_r", "min_reward_to_risk"), (("target", "r"),)),
    "daily_loss_limit": Alias(("daily_loss",)),
    "position_loss_limit": Alias(("position_loss",)),
    "volatility_spike_threshold": Alias(("volatility_spike",)),
    "default_method": Alias(("sizing",)),
}
# Kelly alone could not trade before it has a history, so that the fixed risk stands beside it.
DEFAULT_METHODS: dict[str, tuple[str, ...]] = {
    "fixed_risk": ("risk_per_trade",),
    "kelly": ("kelly", "risk_per_trade"),
    "volatility_adjusted": ("atr_risk",),
    "regime_based": ("regime",),
}
BREAKER_FIELDS = ("breaker_loss", "breaker_profit", "position_loss", "volatility_spike", "correlation_spike")


def risk_limits(profile: RiskProfile) -> dict[str, float | None]:
    """Return the limits on a trade and on the account under their keys in a ``risk_management`` section."""
    return {
        "max_portfolio_risk": profile.risk_per_trade_max,
        "max_position_size": profile.max_position,
        "max_drawdown": profile.drawdown_halt,
        "max_correlation": profile.max_correlation,
        "stop_loss_multiplier": profile.atr_stop if profile.stop == "atr" else None,
        "take_profit_ratio": profile.min_reward_to_risk,
        "daily_loss_limit": profile.daily_loss,
    }


def breaker_limits(profile: RiskProfile) -> dict[str, float | bool | None]:
    """Return what interrupts trading, and as ``circuit_breaker_enabled`` whether any of it is set."""
    return {
        "circuit_breaker_enabled": any(getattr(profile, field) is not None for field in BREAKER_FIELDS),
        "circuit_breaker_daily_loss": profile.breaker_loss,
        "position_loss_limit": profile.position_loss,
        "volatility_spike_threshold": profile.volatility_spike,
        "correlation_spike": profile.correlation_spike,
    }
