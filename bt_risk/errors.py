"""Errors and warnings that a user can mend. Each message is one line: what is wrong, what is allowed, what came."""

from __future__ import annotations


class BtRiskError(ValueError):
    """Base of every error that bt_risk raises for bad input; the console prints it and exits with code 2."""


class ProfileError(BtRiskError):
    """A risk profile is unknown, contradicts itself, or holds a value that is not allowed."""


class PriceError(BtRiskError):
    """A price file or frame cannot be used: missing, unsorted, duplicated, not finite or crossed prices."""


class DataUnavailable(PriceError):
    """Prices of a symbol cannot be had; `symbol` and `reason` say of which and why, `reason` in two or three words."""

    def __init__(self, symbol: str, reason: str, text: str) -> None:
        super().__init__(f"{symbol}: {reason}: {text}")
        self.symbol = symbol
        self.reason = reason
        self.text = text

    def __reduce__(self) -> tuple[object, ...]:
        return type(self), (self.symbol, self.reason, self.text)


class StrategyError(BtRiskError):
    """What was named as a strategy is not one, or it cannot run under a risk desk."""


class RequestError(BtRiskError):
    """A call of the strategy, or the answer of a hook, holds a value of a kind that cannot be meant."""


class JournalError(BtRiskError):
    """A file of decisions cannot be read or written, or what it holds cannot be replayed."""


class EngineError(BtRiskError):
    """Backtrader was set up in a way in which the risk desk could not keep its promises."""


class JournalWarning(UserWarning):
    """A file of decisions ends in the middle of a line, as a run leaves it that was killed."""


class StrategyWarning(UserWarning):
    """A strategy or its set-up runs, but holds what is probably meant otherwise."""
