"""The audit of the decision records. Requires: the desk's records. Gives: problems, to the auditor."""

from __future__ import annotations

from bt_risk.rules.entry import decide_entry


def audit_records(book, desk) -> None:
    """I9: one record a request in their order, the binding rule among its findings, the same when decided again."""
    for number, decision in enumerate(desk.decisions, start=1):
        if decision.number != number:
            book.blame("I9", None, f"record {decision.number} stands in place {number}")
        ruling = decision.ruling
        if ruling is None:
            continue
        asked = {finding.rule for finding in ruling.findings} | {one.rule for one in ruling.candidates}
        if decision.rule != ruling.rule or not (asked and decision.text == ruling.text):
            book.blame("I9", None, f"record {number} says {decision.rule}, its ruling {ruling.rule}")
        if decision.given and decision.rule not in asked:
            book.blame("I9", None, f"record {number}: {decision.rule} binds and is not among {asked}")
        if book.p.replays and repr(decide_entry(decision.request, decision.book, desk.profile)) != repr(
            ruling
        ):
            book.blame("I9", None, f"record {number} is decided otherwise from its own figures")
    for text in getattr(book.strategy, "miscounts", ()):
        book.blame("I9", None, text)
