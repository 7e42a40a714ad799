"""The account after the last bar: its numbers, positions, alerts, advice. Requires the account's report."""

from __future__ import annotations

from collections.abc import Mapping
from html import escape
from typing import Any

from bt_risk.views.report import cells
from bt_risk.views.report.markup import Cell, Column, facts, section, table
from bt_risk.views.report.run_report import RunReport
from bt_risk.views.text import as_money, as_number, rate_text

_COLUMNS = (
    Column("data"),
    Column("side"),
    Column("units", True),
    Column("opened"),
    Column("entry", True),
    Column("last", True),
    Column("stop", True),
    Column("set by", meaning="what set the stop last"),
    Column("target", True),
    Column("value", True),
    Column("open profit", True),
    Column("at risk", True, "what the stop loses, in account currency"),
)


def account_section(report: RunReport) -> str:
    """Return the section; nothing where the report is not there."""
    found = report.found("account")
    numbers = found.get("portfolio_metrics")
    if not numbers:
        return ""
    halt, held = found.get("halt_state") or {}, (found.get("position_metrics") or {}).get("positions") or []
    parts = [_facts(numbers, halt)]
    parts.append(
        table("positions", _COLUMNS, [_row(one) for one in held]) if held else _quiet("No open position.")
    )
    parts += [_list("Alerts", [one.get("message") or one["type"] for one in found.get("alerts") or []])]
    parts += [_list("Advice", [one["text"] for one in found.get("recommendations") or []])]
    # Nobody asked for a benchmark.
    note = cells.missing(found, ("beta",))
    return section("account", "The account", f"After the last bar, {_day(found)}.", "".join(parts), note=note)


def _day(found: Mapping[str, Any]) -> str:
    return cells.day(found.get("timestamp")).text or "of which there was none"


def _facts(numbers: Mapping[str, Any], halt: Mapping[str, Any]) -> str:
    reasons = "; ".join(halt.get("halt_reasons") or []) or "none"
    return facts(
        [
            ("value", as_money(numbers["portfolio_value"])),
            ("cash", as_money(numbers["cash"])),
            (
                "profit: closed, open",
                f"{as_money(numbers['total_realized'])}, {as_money(numbers['total_unrealized'])}",
            ),
            ("heat", rate_text(numbers["portfolio_heat"])),
            (
                "exposure: gross, net",
                f"{rate_text(numbers['gross_exposure'])}, {rate_text(numbers['net_exposure'])}",
            ),
            ("drawdown", rate_text(numbers["drawdown"])),
            ("Sortino", as_number(numbers["sortino_ratio"])),
            ("risk level", str(numbers["risk_level"] or "n/a").lower()),
            ("halt", reasons),
            ("circuit breaker", str(halt.get("breaker") or "n/a").lower().replace("_", " ")),
        ]
    )


def _row(one: Mapping[str, Any]) -> list[Cell]:
    return [
        cells.text(one["symbol"]),
        cells.text(one["side"]),
        Cell(f"{one['size']:,.6g}", one["size"]),
        cells.day(one["timestamp"]),
        cells.number(one["entry_price"]),
        cells.number(one["current_price"]),
        cells.number(one["stop"]),
        cells.text((one["stop_type"] or "").replace("_", " ")),
        cells.number(one["target"]),
        cells.money(one["value"]),
        cells.money(one["unrealized_pnl"]),
        cells.money(one["open_risk"]),
    ]


def _list(heading: str, lines: list[str]) -> str:
    if not lines:
        return ""
    return f"<h3>{heading}</h3><ul>{''.join(f'<li>{escape(line)}</li>' for line in lines)}</ul>"


def _quiet(text: str) -> str:
    return f"<p class='quiet'>{escape(text)}</p>"
