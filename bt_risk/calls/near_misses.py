"""Methods that all but are hooks, and are not asked. Requires: a strategy. Gives: one warning for each."""

from __future__ import annotations

import inspect
import warnings
from collections.abc import Iterable
from typing import Any

from bt_risk.calls.hooks import GIVEN, HOOKS, can_take, is_hook, method_of, signature_of
from bt_risk.errors import StrategyWarning

# The one word of a hook's parameters that methods of that name take everywhere.
EVERYDAY = {"price"}


def warn_of_near_misses(strategy: Any, mixin: type, names: Iterable[str] = tuple(HOOKS)) -> None:
    """Warn of each method that bears a hook's name and seems to be meant as one, but has other parameters.

    In a class derived from `mixin`, which was written for the desk, that is a method which shares a parameter's
    name with the hook (``price`` apart) or takes as many arguments. In any other class `stop_price` and
    `target_price` are everyday names with parameters like (entry, side), and the short hooks are words that anybody
    uses: there only the names ``data`` and ``is_long`` in a `stop_price` or `target_price` tell.
    """
    given = getattr(strategy, GIVEN, {})
    for name in names:
        function = None if name in given else method_of(strategy, name)
        signature = None if function is None else signature_of(function)
        if signature is None or is_hook(signature, HOOKS[name]):
            continue
        owner = next(base for base in type(strategy).__mro__ if name in vars(base))
        if _is_near(signature, HOOKS[name], is_for_desk=issubclass(owner, mixin)):
            _warn(
                function, f"{owner.__name__}.{name}{_shown(signature)}", f"{name}({', '.join(HOOKS[name])})"
            )


def _is_near(signature: inspect.Signature, wanted: tuple[str, ...], *, is_for_desk: bool) -> bool:
    shares_name = not (set(wanted) - EVERYDAY).isdisjoint(signature.parameters)
    if is_for_desk:
        return shares_name or can_take(signature, len(wanted))
    return shares_name and len(wanted) > 1


def _shown(signature: inspect.Signature) -> str:
    """Return the parameters without their annotations."""
    bare = [
        parameter.replace(annotation=inspect.Parameter.empty) for parameter in signature.parameters.values()
    ]
    return str(signature.replace(parameters=bare, return_annotation=inspect.Signature.empty))


def _warn(function: Any, received: str, wanted: str) -> None:
    """Warn at the method's own line, so that it is told once and can be filtered by its module."""
    plain = inspect.unwrap(getattr(function, "__func__", function))
    warnings.warn_explicit(
        f"{received} is not asked as a hook, which is {wanted}; give it these parameters, or another name",
        StrategyWarning,
        plain.__code__.co_filename,
        plain.__code__.co_firstlineno,
        module=plain.__module__,
        registry=plain.__globals__.setdefault("__warningregistry__", {}),
    )
