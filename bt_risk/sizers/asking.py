"""Sizers that ask other sizers. Gives: `AskingSizer`, the base of those, and instances of what a user names."""

from __future__ import annotations

import math
from dataclasses import replace
from numbers import Real
from typing import Any

import backtrader as bt

from bt_risk.errors import ProfileError
from bt_risk.rules.decision import Missing
from bt_risk.rules.entry import decide_entry
from bt_risk.rules.methods import Propose
from bt_risk.rules.profile import RiskProfile
from bt_risk.rules.request import Book, EntryRequest, UnitTerms
from bt_risk.sizers.base import CHECKS, RiskSizer
from bt_risk.sizers.by_method import make_sizer
from bt_risk.sizers.refusal import Sized


def _silent(request: EntryRequest, terms: UnitTerms, book: Book, profile: RiskProfile) -> Missing:
    return Missing("the sizers that are asked propose the size")


# A profile lists at least one method; here none of them is to speak.
SILENT: dict[str, Propose] = {"cash_fraction": _silent}


class AskingSizer(RiskSizer):
    """Base of the sizers that bound what other sizers propose; their smallest proposal is the one that counts."""

    METHODS = tuple(SILENT)

    def _own_profile(self) -> RiskProfile:
        self.asked = self._make_asked()
        return self._make_profile(self.METHODS, risk_per_trade=None)

    def _make_asked(self) -> list[Any]:
        """Return the sizers to ask."""
        raise NotImplementedError

    def attach(self, strategy: Any, broker: Any) -> None:
        """Begin to follow the strategy, with the sizers that are asked."""
        super().attach(strategy, broker)
        for sizer in self.asked:
            if isinstance(sizer, RiskSizer):
                sizer.attach(strategy, broker)  # the brackets are this sizer's
            else:
                sizer.set(strategy, broker)

    def _answer(self, data: Any, request: EntryRequest, book: Book) -> Sized:
        if request.terms is None:
            return super()._answer(data, request, book)  # a gate says why
        least = min((_ask(sizer, data, request) for sizer in self.asked), key=lambda sized: sized.units)
        if least.units <= 0.0:
            return least
        request = replace(request, sizer_units=least.units)
        ruling = decide_entry(request, book, self._profile, checks=CHECKS, methods=SILENT)
        return Sized(ruling.units, least.text if ruling.rule == "sizer" else ruling.text)


def read_sizer(source: Any, where: str) -> Any:
    """Return the sizer that `source` means: a class, a pair (class, parameters), an instance, or a method's name.

    Raises
    ------
    ProfileError
        It means none; `where` names the parameter.
    """
    if isinstance(source, bt.Sizer):
        return source
    if isinstance(source, str):
        return make_sizer(source)
    is_pair = isinstance(source, (tuple, list)) and len(source) == 2
    kind, params = source if is_pair else (source, {})
    if isinstance(kind, type) and issubclass(kind, bt.Sizer) and isinstance(params, dict):
        return kind(**params)
    raise ProfileError(
        f"{where} must be a sizer, e.g. RiskPerTradeSizer or (RiskPerTradeSizer, {{'risk_per_trade': 0.01}}); "
        f"received {source!r}"
    )


def _ask(sizer: Any, data: Any, request: EntryRequest) -> Sized:
    """Return one sizer's answer; no number, or none above zero, is a refusal."""
    name = type(sizer).__name__
    if isinstance(sizer, RiskSizer):
        sized = sizer.size(
            data,
            is_long=request.is_long,
            price=request.price,
            stop=request.stop,
            confidence=request.confidence,
            regime=request.regime,
        )
        return Sized(sized.units, f"{name}: {sized.text}")
    answer = sizer.getsizing(data, isbuy=request.is_long)
    units = abs(float(answer)) if isinstance(answer, Real) else math.nan
    if not 0.0 < units < math.inf:
        return Sized(0.0, f"{name} gives a size of {answer!r}")
    return Sized(units, f"{name} gives {units:.6g} units")
