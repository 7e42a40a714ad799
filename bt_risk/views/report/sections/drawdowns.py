"""The deepest drawdowns and what is measured of all of them. Requires the drawdown analysis."""

from __future__ import annotations

from bt_risk.views.report import cells
from bt_risk.views.report.markup import Column, facts, section, table
from bt_risk.views.report.run_report import RunReport
from bt_risk.views.text import as_number, rate_text

_COLUMNS = (
    Column("no.", True),
    Column("depth", True),
    Column("peak"),
    Column("trough"),
    Column("recovery"),
    Column("bars", True, "from the peak to the recovery, or to the end of the run"),
    Column("bars down", True, "from the peak to the trough"),
    Column("days", True),
)


def drawdowns_section(report: RunReport) -> str:
    """Return the section; nothing where the analysis is not there."""
    found = report.found("drawdown")
    if not found:
        return ""
    rows = [
        [
            cells.count(rank),
            cells.rate(one["depth"]),
            cells.day(one["peak"]),
            cells.day(one["trough"]),
            cells.day(one["recovery"]),
            cells.count(one["bars"]),
            cells.count(one["bars_to_trough"]),
            cells.count(one["days"]),
        ]
        for rank, one in enumerate(found["drawdowns"], start=1)
    ]
    under, daily = found["time_under_water"] or {}, found["daily_loss"] or {}
    told = facts(
        [
            ("deepest", rate_text(found["max_drawdown"])),
            ("now", rate_text(found["current_drawdown"])),
            ("mean", rate_text(found["mean_drawdown"])),
            ("Ulcer index (Martin and McCann 1989)", rate_text(found["ulcer_index"], 2)),
            ("Calmar ratio (Young 1991)", as_number(found["calmar_ratio"])),
            (
                f"conditional, the deepest {rate_text(found['alpha'], 0)} of the bars",
                rate_text(found["conditional_drawdown"]),
            ),
            ("time under water", rate_text(under.get("share"))),
            ("longest, in bars", as_number(under.get("longest_bars"), 0)),
            ("worst day", rate_text(daily.get("worst"), 2)),
        ]
    )
    listing = table("drawdowns", _COLUMNS, rows) if rows else "<p class='quiet'>There was none.</p>"
    said = "Falls from the highest equity before; deposits and withdrawals are taken out. Without a recovery it lasts."
    return section("falls", "Drawdowns", said, told + listing, note=cells.missing(found))
