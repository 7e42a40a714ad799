"""Where the heat of a bar is read: at the desk, or at the broker of a plain strategy. Gives: `Reading`s."""

from __future__ import annotations

from math import nan
from typing import Any, NamedTuple

from bt_risk.broker.plain_book import BookRow, PlainBook
from bt_risk.desk import RiskDesk
from bt_risk.maths.heat import heat_utilisation, portfolio_heat
from bt_risk.oversight.stressed import stressed_risk
from bt_risk.rules.profile import RiskProfile
from bt_risk.rules.tiers import Tier, step_tier

NO_PROFILE = "no profile: give the analyzer one, e.g. addanalyzer(HeatAnalyzer, profile='moderate')"
NO_ATR = "the average true range is known to a risk desk alone"
NO_ORDERS = "this broker does not list its orders, so that no stop and no entry on its way is known"


class Reading(NamedTuple):
    """The book on one bar; money in account currency.

    `parts` holds (name, open risk, reserved risk) of each instrument that has any; `tier` is None without a profile.
    """

    equity: float
    open_risk: float
    reserved_risk: float
    locked_in: float
    stressed_risk: float
    tier: Tier | None
    positions: int
    parts: list[tuple[str, float, float]]


class DeskHeat:
    """Read the ledger of a risk desk."""

    def __init__(self, desk: RiskDesk) -> None:
        self._desk = desk
        self.missing: dict[str, str] = {}

    @property
    def profile(self) -> RiskProfile:
        """The limits in force, which a run may change."""
        return self._desk.profile

    def take(self, order: Any) -> None:
        """Do nothing: the desk follows its orders itself."""

    def read(self) -> Reading:
        """Return what the ledger holds."""
        desk = self._desk
        ledger = desk.ledger
        if not (desk.holdings or desk.plans):
            return Reading(desk.view.equity(), 0.0, 0.0, 0.0, 0.0, desk.tier, 0, [])
        return Reading(
            equity=desk.view.equity(),
            open_risk=ledger.open_risk,
            reserved_risk=ledger.reserved_risk,
            locked_in=ledger.locked_in,
            stressed_risk=stressed_risk(desk),
            tier=desk.tier,
            positions=len(desk.holdings),
            parts=self._parts(),
        )

    def exposures(self) -> list[tuple[str, float, float]]:
        """Return (name, market value, open risk) of each open position; a short's value is negative."""
        desk = self._desk
        risks = desk.ledger.open_risks()
        return [
            (
                desk.name_of(data),
                desk.view.pnl(data, holding.size, 0.0, desk.instruments[data].mark),
                risks[data],
            )
            for data, holding in desk.holdings.items()
        ]

    def _parts(self) -> list[tuple[str, float, float]]:
        desk = self._desk
        open_risks = {desk.name_of(data): risk for data, risk in desk.ledger.open_risks().items()}
        reserved: dict[str, float] = {}
        for plan in desk.plans.values():
            name = desk.name_of(plan.data)
            reserved[name] = reserved.get(name, 0.0) + plan.risk * plan.share_left()
        return [
            (name, open_risks.get(name, 0.0), reserved.get(name, 0.0)) for name in {**open_risks, **reserved}
        ]


class BrokerHeat:
    """Read the broker of a plain strategy: its live Stop orders are its stops, what they do not cover is at risk.

    The tier is that of `profile`, by the desk's own rule; None without one.
    """

    def __init__(self, strategy: Any, profile: RiskProfile | None) -> None:
        self._book = PlainBook(strategy)
        self._tier = Tier.NORMAL
        self.profile = profile
        self.missing = {"stressed_heat": NO_ATR}
        if profile is None:
            self.missing |= dict.fromkeys(("utilisation", "tier", "limit", "target_band"), NO_PROFILE)
        if not self._book.knows_orders:
            self.missing |= dict.fromkeys(("open_heat", "reserved_heat", "locked_in"), NO_ORDERS)

    def take(self, order: Any) -> None:
        """Take in an order notification."""
        self._book.take(order)

    def read(self) -> Reading:
        """Return what the broker holds."""
        rows: list[BookRow] = self._book.rows()
        equity = self._book.view.equity()
        risks = [row.open_risk for row in rows]
        reserved = [row.reserved_risk for row in rows]
        return Reading(
            equity=equity,
            open_risk=sum(risks),
            reserved_risk=sum(reserved),
            locked_in=sum(row.locked_in for row in rows),
            stressed_risk=nan if rows else 0.0,
            tier=self._step(portfolio_heat([*risks, *reserved], equity)),
            positions=sum(row.size != 0.0 for row in rows),
            parts=[(row.name, row.open_risk, row.reserved_risk) for row in rows],
        )

    def exposures(self) -> list[tuple[str, float, float]]:
        """Return (name, market value, open risk) of each open position; a short's value is negative."""
        view = self._book.view
        return [
            (row.name, view.pnl(row.data, row.size, 0.0, row.data.close[0]), row.open_risk)
            for row in self._book.rows()
            if row.size
        ]

    def _step(self, heat: float) -> Tier | None:
        if self.profile is None:
            return None
        if self.profile.max_heat is not None:
            self._tier = step_tier(self._tier, heat_utilisation(heat, self.profile.max_heat), self.profile)
        return self._tier
