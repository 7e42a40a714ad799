"""What each rule saved and what it cost. Requires: decisions, shadow records. Gives: `RuleValue`s."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from bt_risk.rules.decision import Decision
from bt_risk.rules.shadow.record import ShadowRecord


@dataclass(frozen=True, slots=True)
class RuleValue:
    """One rule over a whole run; positive is to the account's good.

    Attributes
    ----------
    rule
        Its name.
    asked
        Requests that it judged.
    denied, reduced
        Requests that it denied, and of which it cut a part: those where it was the binding one.
    repeated, unknown
        Of these, requests that would have met the position of an earlier one, and requests that cannot be followed;
        neither is in what follows.
    avoided, missed
        Trades forgone that would have lost, and that would have won.
    r_saved, r_forgone
        The losses avoided and the gains missed, in R of the size asked for: half a trade that lost 1 R is 0.5. Trades
        without a stop have no R and are left out.
    money_saved, money_forgone
        The same in account currency, for all units that were asked for.
    net_alone
        Money saved less money forgone where this one rule had been off and all others on: they would have cut, or
        denied, what it left to them.
    """

    rule: str
    asked: int
    denied: int
    reduced: int
    repeated: int
    unknown: int
    avoided: int
    missed: int
    r_saved: float
    r_forgone: float
    money_saved: float
    money_forgone: float
    net_alone: float

    @property
    def net_r(self) -> float:
        """R saved less R forgone."""
        return self.r_saved - self.r_forgone

    @property
    def net_money(self) -> float:
        """Money saved less money forgone."""
        return self.money_saved - self.money_forgone


def values_of(decisions: Iterable[Decision], records: Sequence[ShadowRecord]) -> tuple[RuleValue, ...]:
    """Return the value of every rule that denied or cut, the costliest last."""
    asked: Counter[str] = Counter()
    for decision in decisions:
        judged = () if decision.ruling is None else decision.ruling.rules
        asked.update({*judged, decision.rule})
    found: dict[str, list[ShadowRecord]] = defaultdict(list)
    for record in records:
        found[record.rule].append(record)
    values = [_value(rule, asked[rule], mine) for rule, mine in found.items()]
    return tuple(sorted(values, key=lambda value: (-value.net_r, -value.net_money, value.rule)))


def _value(rule: str, asked: int, records: Sequence[ShadowRecord]) -> RuleValue:
    outcomes = Counter(record.outcome for record in records)
    counted = [record for record in records if record.counts]
    money = [record.money for record in counted if record.money is not None]
    multiples = [record.r * record.share for record in counted if record.r is not None]
    return RuleValue(
        rule=rule,
        asked=asked,
        denied=outcomes["denied"],
        reduced=outcomes["reduced"],
        repeated=sum(record.within is not None for record in records),
        unknown=sum(record.trade is None and record.within is None for record in records),
        avoided=sum(earned < 0.0 for earned in money),
        missed=sum(earned > 0.0 for earned in money),
        r_saved=_lost(multiples),
        r_forgone=_won(multiples),
        money_saved=_lost(money),
        money_forgone=_won(money),
        net_alone=0.0 - sum(record.money_alone for record in counted if record.money_alone is not None),
    )


def _lost(earned: Iterable[float]) -> float:
    return sum(-each for each in earned if each < 0.0) + 0.0


def _won(earned: Iterable[float]) -> float:
    return sum(each for each in earned if each > 0.0) + 0.0
