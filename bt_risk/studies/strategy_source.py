"""Strategies by name, and across processes. Gives classes from files and modules, and portable references to them."""

from __future__ import annotations

import hashlib
import importlib
import importlib.util
import sys
from pathlib import Path
from types import ModuleType
from typing import Any

import backtrader as bt

from bt_risk.errors import StrategyError
from bt_risk.studies.describe import describe

# Marks modules that were loaded from a path, which another process has to load from there as well.
_PREFIX = "bt_risk_strategy_file_"


def load_strategy(reference: str) -> type:
    """Return the strategy class that `reference` names: ``path/to/file.py:Class`` or ``package.module:Class``.

    Raises
    ------
    StrategyError
        There is no such file, module or class, loading it fails, or it is not a `backtrader.Strategy`.
    """
    source, separator, name = reference.rpartition(":")
    if not separator or not source or not name.isidentifier():
        is_file = reference.endswith(".py") and Path(reference).is_file()
        raise StrategyError(
            "a strategy must be named as file.py:Class or module:Class, e.g. 'strategies/sma_cross.py:SmaCross'; "
            f"received {reference!r}{_offer(_module_at(Path(reference))) if is_file else ''}"
        )
    is_path = source.endswith(".py") or "/" in source or "\\" in source
    module = _module_at(Path(source)) if is_path else _module_named(source)
    cls = getattr(module, name, None)
    if cls is None:
        raise StrategyError(f"{source} has no class {name!r}{_offer(module)}")
    if not (isinstance(cls, type) and issubclass(cls, bt.Strategy)):
        raise StrategyError(f"{reference} is not a class derived from backtrader.Strategy{_offer(module)}")
    return cls


def ship(strategy: type) -> dict[str, Any]:
    """Return a picklable reference to `strategy` that `unship` understands in another process."""
    name = strategy.__module__
    if name.startswith(_PREFIX):
        return {"path": str(sys.modules[name].__file__), "name": strategy.__name__}
    # A class that is pickled by value, as one of a notebook is, forgets its parameters: Backtrader keeps them in
    # a class of their own, which pickle takes by name and finds empty on the other side.
    return {"class": strategy, "params": tuple(strategy.params._getpairs().items())}  # type: ignore[attr-defined]


def unship(reference: dict[str, Any]) -> type:
    """Return the class behind a reference made by `ship`."""
    if "path" in reference:
        found: type = getattr(_module_at(Path(reference["path"])), reference["name"])
        return found
    strategy: type = reference["class"]
    known = strategy.params._getpairs()  # type: ignore[attr-defined]
    if all(name in known for name, _ in reference["params"]):
        return strategy
    return type(strategy)(strategy.__name__, (strategy,), {"params": reference["params"]})


def _module_at(path: Path) -> ModuleType:
    if not path.is_file():
        raise StrategyError(f"there is no strategy file {str(path)!r}")
    path = path.resolve()
    name = f"{_PREFIX}{path.stem}_{hashlib.sha256(str(path).encode()).hexdigest()[:8]}"
    if name in sys.modules:
        return sys.modules[name]
    spec = importlib.util.spec_from_file_location(name, path)
    if spec is None or spec.loader is None:
        raise StrategyError(
            f"a strategy file must be Python source, e.g. 'sma_cross.py'; received {str(path)!r}"
        )
    module = importlib.util.module_from_spec(spec)
    # Backtrader looks a strategy's module up while the class is being made.
    sys.modules[name] = module
    # As for a script: files beside it can be imported.
    sys.path.insert(0, str(path.parent))
    try:
        spec.loader.exec_module(module)
    except Exception as error:
        del sys.modules[name]
        raise StrategyError(f"{path.name} cannot be loaded: {describe(error)}") from error
    finally:
        sys.path.remove(str(path.parent))
    return module


def _module_named(name: str) -> ModuleType:
    try:
        return importlib.import_module(name)
    except Exception as error:
        raise StrategyError(f"module {name!r} cannot be loaded: {describe(error)}") from error


def _offer(module: ModuleType) -> str:
    own = [
        name
        for name, value in vars(module).items()
        if isinstance(value, type) and issubclass(value, bt.Strategy) and value.__module__ == module.__name__
    ]
    return f"; its strategies: {', '.join(own)}" if own else ""
