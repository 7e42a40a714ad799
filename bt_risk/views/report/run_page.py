"""The page of one run. Requires a `RunReport`; gives HTML that needs nothing beside it."""

from __future__ import annotations

import re
from collections.abc import Callable
from html import escape

import pandas as pd

from bt_risk.views.metrics import METRICS
from bt_risk.views.profile_table import profile_table
from bt_risk.views.report.logs import decision_log, event_log
from bt_risk.views.report.markup import Cell, Column, facts, section, table
from bt_risk.views.report.numbers import numbers_of
from bt_risk.views.report.page import fill_page
from bt_risk.views.report.run_report import RunReport
from bt_risk.views.report.sections.account import account_section
from bt_risk.views.report.sections.diversification import diversification_section
from bt_risk.views.report.sections.drawdowns import drawdowns_section
from bt_risk.views.report.sections.heat import heat_section
from bt_risk.views.report.sections.months import months_section
from bt_risk.views.report.sections.overview import overview_section
from bt_risk.views.report.sections.rules import rules_section
from bt_risk.views.report.sections.trades import trades_section
from bt_risk.views.report.sections.value_at_risk import value_at_risk_section

# In the order of the page; each is left out where it has nothing to show.
SECTIONS: tuple[Callable[[RunReport], str], ...] = (
    overview_section,
    account_section,
    heat_section,
    trades_section,
    rules_section,
    drawdowns_section,
    value_at_risk_section,
    diversification_section,
    months_section,
)
_CARDS = ("total_return", "cagr", "max_drawdown", "sharpe", "peak_heat", "trades")


def run_page(report: RunReport) -> str:
    """Return the whole page as one HTML text without any outside address; equal runs give equal bytes."""
    name = report.profile.name
    made = [one for one in (draw(report) for draw in SECTIONS) if one]
    made += [decision_log(report.decisions), event_log(report.events), _profile(report)]
    head = f"<header><h1>{escape(report.title)}</h1>{facts(report.settings.items())}{_tear_sheet(report)}</header>"
    numbers = numbers_of(
        pd.DataFrame([dict(report.summary)], index=[name]),
        report.account["equity"].to_frame(name),
        report.drawdown.to_frame(name),
        report.account["heat"].to_frame(name),
    )
    return fill_page(
        title=report.title,
        body="\n".join([head, _cards(report), _contents(made), *made]),
        numbers={**numbers, "analyses": dict(report.analyses)},
    )


def _cards(report: RunReport) -> str:
    shown = {metric.key: metric for metric in METRICS}
    cards = "".join(
        f'<div class="card" title="{escape(shown[key].meaning)}"><h3>{escape(shown[key].label)}</h3>'
        f"<b>{escape(shown[key].write(float(report.summary[key])))}</b></div>"
        for key in _CARDS
    )
    return f'<div class="cards">{cards}</div>'


def _contents(sections: list[str]) -> str:
    found = [re.match(r'<section id="([^"]+)"><h2>(.*?)</h2>', one) for one in sections]
    links = "".join(f'<a href="#{one[1]}">{one[2]}</a>' for one in found if one)
    return f'<nav aria-label="Sections">{links}</nav>'


def _tear_sheet(report: RunReport) -> str:
    if not report.tear_sheet:
        return ""
    return (
        f'<p><a href="{escape(report.tear_sheet)}">Tear sheet of the returns</a>, a file beside this one.</p>'
    )


def _profile(report: RunReport) -> str:
    frame = profile_table([report.profile])
    columns = [Column("parameter"), Column(report.profile.name, is_number=True)]
    rows = [[Cell(str(label)), Cell(str(row.iloc[0]))] for label, row in frame.iterrows()]
    return section(
        "profile",
        "Profile",
        "Every number of the limits.",
        table("profiles", columns, rows, is_sortable=False),
    )
