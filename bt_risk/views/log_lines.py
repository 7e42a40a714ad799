"""Decisions as lines of a log: accepted, rejected, and the account after it. Requires: decisions. Gives: text."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from bt_risk.rules.decision import Decision
from bt_risk.views.text import as_money, as_number, rate_text


def log_lines(decisions: Iterable[Decision]) -> Iterator[str]:
    """Return a line for each decision, with the account's value and heat after it; rates in percent.

    Examples
    --------
    Of a run that is over, or of the last decisions while it is on:

    >>> for line in log_lines(strategy.bt_risk.decisions):  # doctest: +SKIP
    ...     print(line)
    2024-01-02 AAPL entry accepted: buy 200 at 100.00, stop 95.00 (risk_per_trade) | portfolio 100,000.00, heat 1.00 %
    2024-01-03 IBM entry rejected: buy at 90.00: no stop | portfolio 100,000.00, heat 1.00 %
    """
    return map(log_line, decisions)


def log_line(decision: Decision) -> str:
    """Return one decision as a line."""
    account = f"portfolio {as_money(decision.equity, 2)}, heat {rate_text(decision.heat_after, 2)}"
    time = f"{decision.datetime:%Y-%m-%d %H:%M}".removesuffix(" 00:00")
    return f"{time} {decision.data} {_what(decision)} | {account}"


def _what(decision: Decision) -> str:
    outcome = "rejected" if decision.outcome == "denied" else decision.outcome
    head, price = f"{decision.kind} {outcome}: {decision.side}".rstrip(), as_number(decision.price)
    if not decision.given:
        return f"{head} at {price}: {decision.text}"
    if decision.kind == "exit":
        return f"{head} {decision.given:g} at {price}: {decision.text}"
    stop = "no stop" if decision.stop is None else f"stop {as_number(decision.stop)}"
    return f"{head} {decision.given:g} at {price}, {stop} ({decision.rule})"
