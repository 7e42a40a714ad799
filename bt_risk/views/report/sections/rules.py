"""What each rule was asked, what it did, and what that was worth. Requires the analysis of the decisions."""

from __future__ import annotations

from bt_risk.views.report import cells
from bt_risk.views.report.markup import Column, section, table
from bt_risk.views.report.run_report import RunReport

_COLUMNS = (
    Column("rule"),
    Column("kind"),
    Column("asked", True, "decisions in which it had a say"),
    Column("bound", True, "decisions that it made"),
    Column("denied", True),
    Column("reduced", True),
    Column("breached", True, "entries that it would have denied or cut, whichever rule bound"),
    Column("R saved", True, "losses of what it denied or cut, had that been traded"),
    Column("R forgone", True, "profits of the same"),
    Column("net R", True),
    Column("net money", True),
)
_SAID = (
    "What a rule denied or cut is followed as if it had been traded, under the same fills, stops and exits: what that "
    "would have lost is saved, what it would have made is forgone. It is booked to the rule that bound."
)


def rules_section(report: RunReport) -> str:
    """Return the section; nothing where the analysis is not there."""
    found = report.found("decisions")
    if not found.get("rules"):
        return ""
    rows = [
        [
            cells.text(rule),
            cells.text(one["kind"]),
            *(cells.count(one[key]) for key in ("asked", "binding", "denied", "reduced", "breached")),
            *(cells.number(one.get(key)) for key in ("r_saved", "r_forgone", "net_r")),
            cells.money(one.get("net_money")),
        ]
        for rule, one in sorted(found["rules"].items(), key=lambda pair: (-pair[1]["binding"], pair[0]))
    ]
    return section("rules", "Rules", _SAID, table("rules-table", _COLUMNS, rows), note=cells.missing(found))
