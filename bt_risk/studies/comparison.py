"""The result of a comparison: frames, and the ways to look at them."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

import pandas as pd

from bt_risk.rules.profile import RiskProfile

if TYPE_CHECKING:
    from matplotlib.figure import Figure

_CSV_FRAMES = ("table", "equity", "heat", "drawdown", "decisions", "events")


@dataclass(frozen=True, eq=False, kw_only=True)
class Comparison:
    """What `compare_profiles` found.

    Attributes
    ----------
    table
        A row a profile; the columns are explained in `bt_risk.views.metrics.METRICS`. Rates are fractions.
    equity, heat, drawdown, tiers
        Indexed by time, a column a profile; drawdowns are positive fractions, tiers 0 (NORMAL) to 3 (EMERGENCY).
    decisions, events
        Every decision and every event of every run, with a column ``profile``; the last ones of a strategy that
        keeps no more in memory.
    profiles
        The profiles that ran to their end, in the order of the columns.
    failures
        Profiles that did not, and why.
    title, settings
        What was run, in words.
    """

    table: pd.DataFrame
    equity: pd.DataFrame
    heat: pd.DataFrame
    drawdown: pd.DataFrame
    tiers: pd.DataFrame
    decisions: pd.DataFrame
    events: pd.DataFrame
    profiles: tuple[RiskProfile, ...]
    failures: Mapping[str, str] = field(default_factory=dict)
    title: str = ""
    settings: Mapping[str, str] = field(default_factory=dict)

    def plot(self, path: str | os.PathLike[str] | None = None) -> Figure:
        """Return equity and drawdown as a figure, and save it where a path (.png or .svg) is given."""
        from bt_risk.views.plots import equity_figure

        return self._saved(equity_figure(self.equity, self.drawdown, subtitle=self._subtitle()), path)

    def plot_heat(self, path: str | os.PathLike[str] | None = None) -> Figure:
        """Return the heat of every profile against its limits as a figure, and save it where a path is given."""
        from bt_risk.views.plots import heat_figure

        subtitle = self._subtitle()
        if any(profile.max_heat is None for profile in self.profiles):
            subtitle += ". Without stops the heat is the exposure, on a scale of its own."
        return self._saved(heat_figure(self.heat, self.profiles, self.events, subtitle=subtitle), path)

    def plot_overview(self, path: str | os.PathLike[str] | None = None) -> Figure:
        """Return equity, drawdown, heat and decisions on one time axis, and save it where a path is given."""
        from bt_risk.views.plots import overview_figure

        figure = overview_figure(
            self.equity,
            self.drawdown,
            self.heat,
            self.profiles,
            self.decisions,
            self.events,
            subtitle=self._subtitle(),
        )
        return self._saved(figure, path)

    def to_html(self, path: str | os.PathLike[str]) -> Path:
        """Write the report, one file that needs nothing beside it, and return its path."""
        from bt_risk.views.report import ComparisonReport, comparison_page

        report = ComparisonReport(
            title=self.title,
            table=self.table,
            equity=self.equity,
            drawdown=self.drawdown,
            heat=self.heat,
            decisions=self.decisions,
            events=self.events,
            profiles=self.profiles,
            settings=self.settings,
            failures=self.failures,
        )
        target = Path(path)
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(comparison_page(report), encoding="utf-8", newline="\n")
        return target

    def to_csv(self, folder: str | os.PathLike[str]) -> list[Path]:
        """Write table.csv, equity.csv, heat.csv, drawdown.csv, decisions.csv and events.csv into `folder`."""
        target = Path(folder)
        target.mkdir(parents=True, exist_ok=True)
        written = []
        for name in _CSV_FRAMES:
            frame: pd.DataFrame = getattr(self, name)
            path = target / f"{name}.csv"
            # Ten digits: to the cent for any account, without the dust behind it.
            frame.to_csv(
                path,
                index=name not in ("decisions", "events"),
                float_format="%.10g",
                lineterminator="\n",
                encoding="utf-8",
            )
            written.append(path)
        return written

    def _subtitle(self) -> str:
        wanted = ("strategy", "data", "period")
        return " | ".join(self.settings[key] for key in wanted if key in self.settings)

    def _saved(self, figure: Figure, path: str | os.PathLike[str] | None) -> Figure:
        if path is not None:
            from bt_risk.views.plots import save_figure

            save_figure(figure, path)
        return figure
