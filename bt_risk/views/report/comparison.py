"""The page that compares profiles. Requires the frames of a comparison; gives HTML."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from html import escape

import pandas as pd
from matplotlib.figure import Figure

from bt_risk.rules.profile import UNCONTROLLED, UNPROTECTED, RiskProfile
from bt_risk.views.metrics import METRICS
from bt_risk.views.plots.overview import overview_figure
from bt_risk.views.plots.save import themed_colour
from bt_risk.views.plots.style import styles_for
from bt_risk.views.profile_table import profile_table
from bt_risk.views.report.figures import figure_section
from bt_risk.views.report.logs import decision_log, event_log
from bt_risk.views.report.markup import Cell, Column, facts, table
from bt_risk.views.report.numbers import numbers_of
from bt_risk.views.report.page import fill_page
from bt_risk.views.text import rate_text

HEAT_MEANING = (
    "Heat is the share of equity that is lost if every stop is hit at its price: the open risk of all positions "
    "plus the risk reserved by entries on their way, divided by equity. Profit locked in behind a stop does not "
    "count against it. A position without a stop risks its whole value, so that the heat of the runs without "
    "stops is their exposure; they have a scale of their own."
)
_CAPTION = (
    "The same signals and prices under other risk rules: equity on a log scale, its fall from the highest before, the "
    "heat against its limits, and when entries were accepted, made smaller or denied. "
) + HEAT_MEANING
BASELINE_MEANINGS = {
    UNPROTECTED.name: (
        "The run without stops takes the sizes of the moderate profile but places no stops and has no heat limits and "
        "no halts: what it does better or worse is what those rules did."
    ),
    UNCONTROLLED.name: "The uncontrolled run spends nearly all its cash on a signal, without stop or limit.",
}


@dataclass(frozen=True, kw_only=True)
class ComparisonReport:
    """What the page shows.

    Attributes
    ----------
    title
        Heading, e.g. "SmaCross under five risk profiles".
    table
        A row a profile, the columns of `bt_risk.views.metrics.METRICS`.
    equity, drawdown, heat
        Indexed by time, a column a profile.
    decisions, events
        One row each, with a column ``profile``.
    profiles
        Those that ran, in the order of the columns.
    settings
        What the runs had in common: label and text.
    failures
        Profiles that failed, and why.
    """

    title: str
    table: pd.DataFrame
    equity: pd.DataFrame
    drawdown: pd.DataFrame
    heat: pd.DataFrame
    decisions: pd.DataFrame
    events: pd.DataFrame
    profiles: Sequence[RiskProfile]
    settings: Mapping[str, str] = field(default_factory=dict)
    failures: Mapping[str, str] = field(default_factory=dict)


def comparison_page(report: ComparisonReport) -> str:
    """Return the whole page as one HTML text without any outside address."""
    sections = [
        f"<header><h1>{escape(report.title)}</h1>{facts(report.settings.items())}</header>",
        *(_failure(name, reason) for name, reason in report.failures.items()),
        _cards(report),
        f"<section><h2>Results</h2>{_metric_table(report)}{_baselines(report)}</section>",
        _overview_section(report),
        decision_log(report.decisions),
        event_log(report.events),
        f"<section><h2>Profiles</h2>{_profile_table(report)}</section>",
    ]
    return fill_page(
        title=report.title,
        body="\n".join(sections),
        numbers=numbers_of(report.table, report.equity, report.drawdown, report.heat),
    )


def _failure(name: str, reason: str) -> str:
    return f'<p class="failure"><b>{escape(name)}</b> did not finish: {escape(reason)}</p>'


def _cards(report: ComparisonReport) -> str:
    styles = styles_for(str(name) for name in report.equity.columns)
    cards = []
    for name, row in report.table.iterrows():
        colour = themed_colour(styles[str(name)].colour)
        cards.append(
            f'<div class="card" style="--mark: {colour}"><h3>{escape(str(name))}</h3>'
            f"<b>{escape(rate_text(float(row['total_return'])))}</b>"
            f"<span>max drawdown <em>{escape(rate_text(float(row['max_drawdown'])))}</em></span>"
            f"<span>peak heat <em>{escape(rate_text(float(row['peak_heat'])))}</em></span></div>"
        )
    return f'<div class="cards">{"".join(cards)}</div>'


def _metric_table(report: ComparisonReport) -> str:
    columns = [Column("profile"), *(Column(m.label, is_number=True, meaning=m.meaning) for m in METRICS)]
    rows = [
        [Cell(str(name)), *(Cell(m.write(float(row[m.key])), float(row[m.key])) for m in METRICS)]
        for name, row in report.table.iterrows()
    ]
    return table("results", columns, rows)


def _baselines(report: ComparisonReport) -> str:
    said = [text for name, text in BASELINE_MEANINGS.items() if name in report.table.index]
    return f"<p class='quiet'>{escape(' '.join(said))}</p>" if said else ""


def _profile_table(report: ComparisonReport) -> str:
    frame = profile_table(report.profiles)
    columns = [Column("parameter"), *(Column(str(name), is_number=True) for name in frame.columns)]
    rows = [[Cell(str(label)), *(Cell(str(text)) for text in row)] for label, row in frame.iterrows()]
    return table("profiles", columns, rows, is_sortable=False)


def _overview_section(report: ComparisonReport) -> str:
    shown = [profile for profile in report.profiles if profile.name in report.heat.columns]

    def draw(width: float, points: int) -> Figure:
        return overview_figure(
            report.equity,
            report.drawdown,
            report.heat,
            shown,
            report.decisions,
            report.events,
            title=None,
            width=width,
            max_points=points,
        )

    return figure_section("overview", "Equity, drawdown, heat and decisions", _CAPTION, draw)
