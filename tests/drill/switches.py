"""What switches off exactly one rule of the running product. Gives: `SWITCHES`, the table of the drill.

A name is the rule's module below ``bt_risk/rules``, and where the module has several rules, the rule. Nothing is
changed on disk: a switch replaces one function, or takes one member out of a visible tuple, until it is undone.
"""

from __future__ import annotations

from collections.abc import Callable
from types import ModuleType
from typing import Any

import pytest

from bt_risk.calls import own_checks
from bt_risk.rules import caps, checks, entry, sizing

Switch = Callable[[pytest.MonkeyPatch], None]


def gate(module: ModuleType) -> Switch:
    """Take a gate out of those that a strategy is given."""
    left = tuple(judge for judge in checks.CHECKS if judge is not module.judge)
    return instead(own_checks, CHECKS=left)


def size_gate(module: ModuleType) -> Switch:
    left = tuple(judge for judge in checks.SIZE_CHECKS if judge is not module.judge)
    return instead(entry, SIZE_CHECKS=left)


def cap(module: ModuleType) -> Switch:
    """Take a cap out of those that `decide_entry` asks where it is told of none."""
    left = tuple((name, allow) for name, allow in caps.CAPS if name != module.NAME)
    return lambda patch: patch.setitem(entry.decide_entry.__kwdefaults__, "caps", left)


def scale(module: ModuleType) -> Switch:
    left = tuple((name, factor) for name, factor in caps.SCALES if name != module.NAME)
    return instead(sizing, SCALES=left)


def instead(owner: Any, **members: Any) -> Switch:
    """Put something else in the place of a module's, or a class's, members."""

    def off(patch: pytest.MonkeyPatch) -> None:
        for name, member in members.items():
            patch.setattr(owner, name, member)

    return off


def gives(answer: Any) -> Callable[..., Any]:
    """Return a function that always gives the same answer."""
    return lambda *args, **options: answer


SWITCHES: dict[str, Switch] = {
    # gates
    "checks/fresh_bar": gate(checks.fresh_bar),
    "checks/known_rate": gate(checks.known_rate),
    "checks/halt": gate(checks.halt),
    "checks/breaker": gate(checks.breaker),
    "checks/heat_tier": gate(checks.heat_tier),
    "checks/entry_windows": gate(checks.entry_windows),
    "checks/end_of_day": gate(checks.end_of_day),
    "checks/max_trades_per_day": gate(checks.max_trades_per_day),
    "checks/one_position": gate(checks.one_position),
    "checks/max_positions": gate(checks.max_positions),
    "checks/valid_size": gate(checks.valid_size),
    "checks/valid_stop": gate(checks.valid_stop),
    "checks/valid_target": gate(checks.valid_target),
    "checks/min_reward_to_risk": gate(checks.min_reward_to_risk),
    "checks/min_liquidity": gate(checks.min_liquidity),
    "checks/volatility_spike": gate(checks.volatility_spike),
    "checks/max_correlation": gate(checks.max_correlation),
    "checks/max_strategy_drawdown": gate(checks.max_strategy_drawdown),
    "checks/min_position": size_gate(checks.min_position),
    "checks/single_position_gate": size_gate(checks.single_position_gate),
    "checks/dry_run": size_gate(checks.dry_run),
    # caps and scales
    "caps/target_heat": cap(caps.target_heat),
    "caps/heat_reserve": cap(caps.heat_reserve),
    "caps/max_heat": cap(caps.max_heat),
    "caps/max_stressed_heat": cap(caps.max_stressed_heat),
    "caps/max_correlated_heat": cap(caps.max_correlated_heat),
    "caps/risk_per_trade_max": cap(caps.risk_per_trade_max),
    "caps/max_position": cap(caps.max_position),
    "caps/max_exposure": cap(caps.max_exposure),
    "caps/max_leverage": cap(caps.max_leverage),
    "caps/max_sector_exposure": cap(caps.max_sector_exposure),
    "caps/max_correlated_exposure": cap(caps.max_correlated_exposure),
    "caps/max_participation": cap(caps.max_participation),
    "caps/cash": cap(caps.cash),
    "caps/concurrent": scale(caps.concurrent),
    "caps/half_open": scale(caps.half_open),
    "oversized": instead(sizing, refusing_cap=gives(None)),
}
