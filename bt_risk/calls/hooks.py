"""The optional functions that the desk asks: a strategy's own methods, or given to `guard`. Gives: them, bound."""

from __future__ import annotations

import functools
import inspect
from collections.abc import Callable, Mapping
from typing import Any

from bt_risk.calls.arguments import read
from bt_risk.errors import StrategyError
from bt_risk.rules.profile.validation import nearest

HOOKS = {
    "stop_price": ("data", "is_long", "price"),
    "target_price": ("data", "is_long", "price"),
    "confidence": ("data",),
    "conviction": ("data",),
    "regime": ("data",),
    "performance_multiplier": ("data",),
    "notify_risk": ("event",),
}
# Where `guard` keeps the functions given to it: under names of their own they would hide methods of the user's.
GIVEN = "_bt_risk_hooks"

# What the answer of a hook is, by the argument of a call that it stands for.
ANSWERS = {
    "stop_price": "stop",
    "target_price": "target",
    "confidence": "confidence",
    "conviction": "conviction",
    "regime": "regime",
    "performance_multiplier": "performance_multiplier",
}


class Hook:
    """A function of the user's whose answer is read as an argument of a call is; an event has no answer."""

    __slots__ = ("_ask", "_name")

    def __init__(self, name: str, ask: Callable[..., Any]) -> None:
        self._name = name
        self._ask = ask

    def __call__(self, *request: Any) -> Any:
        """Ask; raises `RequestError` for an answer of the wrong kind."""
        answer = self._ask(*request)
        if self._name not in ANSWERS:
            return None
        return read(ANSWERS[self._name], answer, shown_as=f"the answer of {self._name}")


def find_hooks(strategy: Any) -> dict[str, Callable[..., Any]]:
    """Return the hooks of a strategy, bound to it: those given to `guard`, and those that its class defines.

    Of the class only a method with exactly the hook's parameters counts, under their names and with none beside
    them, not even one with a default: anything else of that name is everyday code and stays the user's own, as an
    attribute such as ``self.stop_price = None`` does. `warn_of_near_misses` tells of what looks like a slip.
    """
    found: dict[str, Callable[..., Any]] = {}
    for name, parameters in HOOKS.items():
        method = method_of(strategy, name)
        signature = None if method is None else signature_of(method)
        if signature is not None and is_hook(signature, parameters):
            found[name] = method
    given = getattr(strategy, GIVEN, {})
    found |= {name: functools.partial(function, strategy) for name, function in given.items()}
    return {name: Hook(name, function) for name, function in found.items()}


def method_of(strategy: Any, name: str) -> Any:
    """Return a method that the strategy's class defines, bound; None for anything else of that name.

    Nothing of the user's is run: a property may need a bar. A value of the instance's own hides the method.
    """
    bases = type(strategy).__mro__
    kind = next((vars(base)[name] for base in bases if name in vars(base)), None)
    is_method = inspect.isfunction(kind) or isinstance(kind, (staticmethod, classmethod))
    return getattr(strategy, name) if is_method and name not in vars(strategy) else None


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
    signature = signature_of(function)
    if signature is not None and can_take(signature, len(wanted)) and _is_in_order(signature, wanted):
        return ""
    received = repr(function) if signature is None else str(signature)
    return f"{name} must be a function of ({', '.join(wanted)}); received {received}"


def signature_of(function: Any) -> inspect.Signature | None:
    """Return the signature of what can be called; None for anything else."""
    try:
        return inspect.signature(function)
    except (TypeError, ValueError):
        return None


def is_hook(signature: inspect.Signature, wanted: tuple[str, ...]) -> bool:
    """Return whether these are exactly the parameters of a hook, and take its arguments by position."""
    return tuple(signature.parameters) == wanted and can_take(signature, len(wanted))


def can_take(signature: inspect.Signature, count: int) -> bool:
    """Return whether `count` arguments fit by position."""
    try:
        signature.bind(*range(count))
    except TypeError:
        return False
    return True


def _is_in_order(signature: inspect.Signature, wanted: tuple[str, ...]) -> bool:
    """Return whether no argument would land under the name of another."""
    pairs = zip(signature.parameters, wanted, strict=False)
    return all(own == given or own not in wanted for own, given in pairs)
