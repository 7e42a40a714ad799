"""The optional functions that the desk asks: a strategy's own methods, or given to `guard`. Gives: them, bound."""

from __future__ import annotations

import functools
import inspect
from collections.abc import Callable, Mapping
from typing import Any

from bt_risk.errors import StrategyError
from bt_risk.rules.profile.validation import nearest

HOOKS = {
    "stop_price": ("data", "is_long", "price"),
    "target_price": ("data", "is_long", "price"),
    "confidence": ("data",),
    "conviction": ("data",),
    "regime": ("data",),
    "notify_risk": ("event",),
}
# Where `guard` keeps the functions given to it: under names of their own they would hide methods of the user's.
GIVEN = "_bt_risk_hooks"


def find_hooks(strategy: Any) -> dict[str, Callable[..., Any]]:
    """Return the hooks of a strategy, bound to it: those given to `guard`, and those that its class defines.

    Of the class only a function with exactly the hook's parameters counts. An attribute or a method of another
    shape that happens to carry the name, such as ``self.stop_price = None``, stays the user's own.
    """
    found = {}
    for name, parameters in HOOKS.items():
        function = inspect.getattr_static(type(strategy), name, None)
        if not inspect.isfunction(function) or name in vars(strategy):
            continue
        if tuple(inspect.signature(function).parameters)[1:] == parameters:
            found[name] = getattr(strategy, name)
    given = getattr(strategy, GIVEN, {})
    return found | {name: functools.partial(function, strategy) for name, function in given.items()}


def read_hooks(given: Any) -> dict[str, Callable[..., Any]]:
    """Return `given` if each name is a hook's and each function can be asked as one.

    A function is called with the strategy and the hook's arguments, all by position. Its parameters may have any
    names, but one that bears the name of an argument must stand in that argument's place.

    Raises
    ------
    StrategyError
        One message with every unknown name and every function of another shape.
    """
    if not isinstance(given, Mapping):
        raise StrategyError(
            f"hooks must be a mapping of names to functions, e.g. {{'stop_price': my_stop}}; received {given!r}"
        )
    problems = [_problem(name, function) for name, function in given.items()]
    if any(problems):
        raise StrategyError("hooks: " + "; ".join(filter(None, problems)))
    return dict(given)


def _problem(name: object, function: object) -> str:
    """Return what keeps `function` from being asked as the hook `name`; empty for nothing."""
    if name not in HOOKS:
        return f"unknown name {name!r}{nearest(name, HOOKS)}, allowed are {', '.join(HOOKS)}"
    wanted = ("strategy", *HOOKS[str(name)])
    signature = _signature(function)
    if signature is not None and _can_take(signature, wanted):
        return ""
    received = repr(function) if signature is None else str(signature)
    return f"{name} must be a function of ({', '.join(wanted)}); received {received}"


def _signature(function: Any) -> inspect.Signature | None:
    """Return the signature of what can be called; None for anything else."""
    try:
        return inspect.signature(function)
    except (TypeError, ValueError):
        return None


def _can_take(signature: inspect.Signature, wanted: tuple[str, ...]) -> bool:
    """Return whether arguments of these names fit by position, and none would land under another's name."""
    try:
        signature.bind(*wanted)
    except TypeError:
        return False
    pairs = zip(signature.parameters, wanted, strict=False)
    return all(own == given or own not in wanted for own, given in pairs)
