"""Ways to switch off one rule of the running product. Gives: what the table of switches is made of."""

from __future__ import annotations

import copy
from collections.abc import Callable
from types import ModuleType
from typing import Any

import pytest

from bt_risk import strategy
from bt_risk.broker.orders import Orders, Role
from bt_risk.calls import own_checks
from bt_risk.desk import RiskDesk
from bt_risk.oversight import account as oversight_account
from bt_risk.oversight.measures import Measures
from bt_risk.positions.cover import Cover
from bt_risk.rules import breaker, caps, checks, entry, methods, sizing, tiers
from bt_risk.rules.breaker import BreakerState
from bt_risk.rules.halts import account
from bt_risk.rules.profile import RiskProfile, resolve_profile
from bt_risk.rules.tiers import Tier

Switch = Callable[[pytest.MonkeyPatch], None]


def gate(module: ModuleType) -> Switch:
    """Take a gate out of those that a strategy is given."""
    left = tuple(judge for judge in checks.CHECKS if judge is not module.judge)
    return instead(own_checks, CHECKS=left)


def size_gate(module: ModuleType) -> Switch:
    """Take a gate out of those that see the size."""
    left = tuple(judge for judge in checks.SIZE_CHECKS if judge is not module.judge)
    return instead(entry, SIZE_CHECKS=left)


def cap(module: ModuleType) -> Switch:
    """Take a cap out of those that `decide_entry` asks where it is told of none."""
    left = tuple((name, allow) for name, allow in caps.CAPS if name != module.NAME)
    return lambda patch: patch.setitem(entry.decide_entry.__kwdefaults__, "caps", left)


def scale(module: ModuleType) -> Switch:
    """Take a scale out of those that the size passes."""
    left = tuple((name, factor) for name, factor in caps.SCALES if name != module.NAME)
    return instead(sizing, SCALES=left)


def method(module: ModuleType, **limits: Any) -> Switch:
    """Let a method propose one unit whatever it is asked, or see a profile with these limits instead of its own."""
    propose = blind(module.propose, limits) if limits else gives(1.0)
    return lambda patch: patch.setitem(methods.METHODS, module.NAME, propose)


def instead(owner: Any, **members: Any) -> Switch:
    """Put something else in the place of a module's, or a class's, members."""

    def off(patch: pytest.MonkeyPatch) -> None:
        for name, member in members.items():
            patch.setattr(owner, name, member)

    return off


def gives(answer: Any) -> Callable[..., Any]:
    """Return a function that always gives the same answer."""
    return lambda *args, **options: answer


def blind(function: Callable[..., Any], limits: dict[str, Any]) -> Callable[..., Any]:
    """Return a function whose last argument, a profile, has these limits instead of its own."""

    def see(*args: Any, **options: Any) -> Any:
        if "profile" in options:
            return function(*args, **{**options, "profile": options["profile"].replace(**limits)})
        return function(*args[:-1], args[-1].replace(**limits), **options)

    return see


def without(module: ModuleType, step: str, **limits: Any) -> Switch:
    """Let a function of a module see a profile with these limits instead of its own."""
    return instead(module, **{step: blind(getattr(module, step), limits)})


def no_exit(rule: str) -> Switch:
    """Let the desk send no exit in the name of `rule`."""
    as_it_is = RiskDesk.exit

    def leave(desk: Any, holding: Any, units: float, **options: Any) -> Any:
        return None if options["rule"] == rule else as_it_is(desk, holding, units, **options)

    return instead(RiskDesk, exit=leave)


def no_order(kind: str) -> Switch:
    """Let the cover send no ``"stop"``, or no ``"target"``."""
    as_it_is = Cover._sync

    def sync(cover: Any, leg: Any, **wishes: Any) -> None:
        as_it_is(cover, leg, **{**wishes, kind: (0.0, None)})

    return instead(Cover, _sync=sync)


def late_stops() -> Switch:
    """Let every protective order wait for a bar after its entry's fill."""
    as_it_is = Orders.send

    def send(orders: Any, data: Any, units: float, role: Role, **options: Any) -> Any:
        return as_it_is(orders, data, units, role, **{**options, "is_later": True})

    return instead(Orders, send=send)


def no_tier(tier: Tier) -> Switch:
    """Let a tier be the one below it."""
    as_it_is = tiers.tier_for

    def tier_for(*args: Any) -> Tier:
        found = as_it_is(*args)
        return Tier(found - 1) if found is tier else found

    return instead(tiers, tier_for=tier_for)


def no_trips() -> Switch:
    """Let the breaker see the day's return only."""
    as_it_is = account.step_breaker

    def step(state: Any, seen: Any, profile: Any) -> Any:
        return as_it_is(state, seen._replace(trips=()), profile)

    return instead(account, step_breaker=step)


def never_from(state: BreakerState) -> Switch:
    """Let the breaker stay in a state however long it has been in it."""
    as_it_is = breaker._has_elapsed

    def has_elapsed(known: Any, *args: Any) -> bool:
        return known.state is not state and as_it_is(known, *args)

    return instead(breaker, _has_elapsed=has_elapsed)


def no_alert(kind: str) -> Switch:
    """Let one kind of alert not be told."""
    as_it_is = oversight_account.step_alerts

    def step(*args: Any) -> Any:
        raised, fresh = as_it_is(*args)
        return raised, tuple(alert for alert in fresh if alert.kind != kind)

    return instead(oversight_account, step_alerts=step)


def no_protocol(name: str) -> Switch:
    """Let an operator's order for one protocol do nothing."""
    as_it_is = Measures.carry_out

    def carry_out(measures: Any, protocol: str, *args: Any) -> None:
        if protocol != name:
            as_it_is(measures, protocol, *args)

    return instead(Measures, carry_out=carry_out)


def by_default(field: str) -> Switch:
    """Let a field of the profile have its default in every run."""
    return set_back(field, getattr(RiskProfile(), field))


def set_back(field: str, value: Any) -> Switch:
    """Let every run have `value` in a field of its profile, whether it goes with the others or not."""

    def resolve(given: Any) -> Any:
        profile = copy.copy(resolve_profile(given))
        object.__setattr__(profile, field, value)
        return profile

    return instead(strategy, resolve_profile=resolve)
