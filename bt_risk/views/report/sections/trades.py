"""The trades: what they made in R, why they ended, the one that lost most, and the list."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from matplotlib.figure import Figure

from bt_risk.rules.trade_record import TradeRecord
from bt_risk.views.plots.r_multiples import r_figure
from bt_risk.views.plots.trade import trade_figure
from bt_risk.views.plots.waterfall import waterfall_figure
from bt_risk.views.report import cells
from bt_risk.views.report.figures import figure
from bt_risk.views.report.markup import Cell, Column, facts, listing, section, table
from bt_risk.views.report.run_report import RunReport
from bt_risk.views.story.moments import written
from bt_risk.views.text import as_money, as_number, rate_text

_SAID = (
    "R is what a trade was allowed to lose: the distance from the decided price to the decided stop, in money. What it "
    "made is told apart into what was planned, gaps, moves of the stop, exits before it, slippage and costs."
)
_COLUMNS = (
    Column("no.", True),
    Column("data"),
    Column("side"),
    Column("opened"),
    Column("closed"),
    Column("bars", True),
    Column("units", True),
    Column("entry", True),
    Column("exit", True),
    Column("left by"),
    Column("R", True, "realised / planned risk"),
    Column("realised", True),
    Column("MAE", True, "furthest against it, in R"),
    Column("MFE", True, "furthest with it, in R"),
    Column("never promised", True, "loss beyond the plan and the commissions"),
)


def trades_section(report: RunReport) -> str:
    """Return the section; it says so where no trade was closed."""
    if not report.trades:
        return section("trades", "Trades", "No trade was closed.", "")
    found = report.found("trade_risk")
    expected = found.get("expectancy") or {}
    low, high = expected.get("r_low"), expected.get("r_high")

    def draw(width: float, points: int) -> Figure:
        interval = None if low is None or high is None else (low, high)
        multiples = [one.r_multiple for one in report.trades]
        return r_figure(multiples, interval=interval, title=None, width=width)

    parts = [figure("multiples", "What trades made, in R", draw, is_read=False)]
    if found:
        parts += [_facts(found, expected), _by_group(found)]
    parts.append(_worst(report))
    rows = [_row(one) for one in report.trades]
    parts.append(f"<h3>All trades</h3>{listing('trade-list', 'trades', _COLUMNS, rows)}")
    return section("trades", "Trades", _SAID, "".join(parts), note=cells.missing(found))


def _facts(found: Mapping[str, Any], expected: Mapping[str, Any]) -> str:
    kelly, ledger = found.get("kelly") or {}, found.get("ledger") or {}
    told = [
        ("trades", f"{found['trades']:,}, {found['won']:,} won, {found['lost']:,} lost"),
        ("win rate", rate_text(found.get("win_rate"))),
        ("expectancy (Tharp)", f"{as_number(expected.get('r'))} R"),
        (
            f"its interval at {rate_text(expected.get('confidence'), 0)}",
            f"{as_number(expected.get('r_low'))} to {as_number(expected.get('r_high'))} R",
        ),
        ("SQN on R (Tharp)", as_number(found.get("sqn"))),
        ("profit factor", as_number(found.get("profit_factor"))),
        ("payoff, mean win / mean loss", as_number(found.get("payoff"))),
        (
            "Kelly, and its lower bound",
            f"{rate_text(kelly.get('full'))}, {rate_text(kelly.get('lower_bound'))}",
        ),
        ("costs", as_money(found.get("costs"))),
    ]
    if ledger:
        told.append(("worst overshoot", f"{as_number(ledger.get('worst_overshoot'))} R"))
        told.append(("share of the losses never promised", rate_text(ledger.get("never_promised_share"))))
    return facts(told)


def _by_group(found: Mapping[str, Any]) -> str:
    columns = [Column("trades by"), Column(""), Column("trades", True), Column("win rate", True)]
    columns += [Column("sum of R", True), Column("mean R", True), Column("net", True)]
    groups = {"exits": "exit", "sides": "side", "by_instrument": "instrument"}
    rows = [
        [
            cells.text(label),
            cells.text(str(name).replace("_", " ")),
            cells.count(one["trades"]),
            cells.rate(one["win_rate"]),
            cells.number(one["total_r"]),
            cells.number(one["mean_r"]),
            cells.money(one["net"]),
        ]
        for key, label in groups.items()
        for name, one in (found.get(key) or {}).items()
    ]
    return table("groups", columns, rows) if rows else ""


def _worst(report: RunReport) -> str:
    story = report.story
    if story is None:
        return ""

    def draw(width: float, points: int) -> Figure:
        return trade_figure(story, profile=report.profile, has_title=False, width=width)

    def fall(width: float, points: int) -> Figure:
        return waterfall_figure([story.trade], title=None, width=width)

    heading = f"{story.title[0].upper()}{story.title[1:]}, the least of all"
    parts = [figure("worst", heading, draw, is_read=False)]
    parts.append(figure("fall", "What it planned and what it made", fall, is_read=False))
    return "".join(parts)


def _row(trade: TradeRecord) -> list[Cell]:
    closed = "" if trade.closed is None else written(trade.closed)
    return [
        cells.count(trade.number),
        cells.text(trade.data),
        cells.text(trade.side),
        cells.text(written(trade.opened)),
        cells.text(closed),
        cells.count(trade.bars),
        Cell(f"{trade.units:,.6g}", trade.units),
        cells.number(trade.entry),
        cells.number(trade.exit),
        cells.text(trade.reason.replace("_", " ")),
        cells.number(trade.r_multiple),
        cells.money(trade.realised),
        cells.number(trade.mae),
        cells.number(trade.mfe),
        cells.money(trade.never_promised),
    ]
