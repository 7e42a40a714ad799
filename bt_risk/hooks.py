"""The optional methods of a user's strategy that the desk asks. Gives: the ones that really are hooks."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from typing import Any

HOOKS = {
    "stop_price": ("data", "is_long", "price"),
    "target_price": ("data", "is_long", "price"),
    "confidence": ("data",),
    "conviction": ("data",),
    "regime": ("data",),
    "notify_risk": ("event",),
}


def find_hooks(strategy: Any) -> dict[str, Callable[..., Any]]:
    """Return the hooks that the strategy's class defines, bound to it.

    Only a function with exactly the hook's parameters counts. An attribute or a method of another shape that
    happens to carry the name, such as ``self.stop_price = None``, stays the user's own.
    """
    found = {}
    for name, parameters in HOOKS.items():
        function = inspect.getattr_static(type(strategy), name, None)
        if not inspect.isfunction(function) or name in vars(strategy):
            continue
        if tuple(inspect.signature(function).parameters)[1:] == parameters:
            found[name] = getattr(strategy, name)
    return found
