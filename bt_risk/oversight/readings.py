"""What a user may read of the desk, on any bar. Requires: ledger, account, holdings. Gives: `Readings`."""

from __future__ import annotations

import datetime as dt
import math
from typing import TYPE_CHECKING, Any

from bt_risk.broker.broker_view import BrokerView
from bt_risk.market.clock import Clock
from bt_risk.market.instruments import Instrument
from bt_risk.maths.heat import correlated_heat, heat_utilisation, portfolio_heat
from bt_risk.maths.joint_heat import marginal_heat
from bt_risk.oversight.account import Account
from bt_risk.oversight.desk_part import DeskPart
from bt_risk.oversight.stressed import risks_by_name, stressed_risk
from bt_risk.positions.holding import Holding
from bt_risk.positions.position_exits import by_end_of_day
from bt_risk.rules.breaker import BreakerState
from bt_risk.rules.exits.exit_decision import ExitDecision, exit_decision
from bt_risk.rules.exits.time_limit import held_hours
from bt_risk.rules.ledger import Ledger
from bt_risk.rules.profile import RiskProfile
from bt_risk.rules.r_ledger import RLedger
from bt_risk.rules.tiers import Tier
from bt_risk.rules.trade_record import TradeRecord

if TYPE_CHECKING:
    from bt_risk.desk import RiskDesk


class Readings(DeskPart):
    """Heat, drawdown, halts and positions of the account; fractions of equity unless they say otherwise.

    They hold as of the newest bar that the broker has traded on, in a timer between two bars too.
    """

    profile: RiskProfile
    view: BrokerView
    ledger: Ledger
    account: Account
    clock: Clock
    holdings: dict[Any, Holding]
    instruments: dict[Any, Instrument]
    _tier: Tier

    @property
    def _seen(self) -> RiskDesk:
        desk = self._desk
        desk.refresh()
        return desk

    @property
    def equity(self) -> float:
        """Broker value at this bar's close."""
        return self._seen.view.equity()

    @property
    def tier(self) -> Tier:
        """Heat tier: NORMAL, WARNING, CRITICAL (entries are denied) or EMERGENCY (positions are cut)."""
        return self._seen._tier

    @property
    def open_heat(self) -> float:
        """Open risk / equity."""
        return portfolio_heat((self._seen.ledger.open_risk,), self.equity)

    @property
    def reserved_heat(self) -> float:
        """Risk of entries on their way / equity."""
        return portfolio_heat((self._seen.ledger.reserved_risk,), self.equity)

    @property
    def heat(self) -> float:
        """(Open + reserved risk) / equity, a fraction; infinite when risk is open on no equity."""
        desk = self._seen
        return portfolio_heat((desk.ledger.open_risk, desk.ledger.reserved_risk), desk.view.equity())

    @property
    def locked_in(self) -> float:
        """Profit secured behind stops / equity."""
        return portfolio_heat((self._seen.ledger.locked_in,), self.equity)

    @property
    def stressed_heat(self) -> float:
        """Heat if every stop fills the profile's ``stress_atr`` ATR beyond its price; NaN while an ATR is unknown."""
        return portfolio_heat((stressed_risk(self._seen),), self.equity)

    @property
    def correlated_heat(self) -> float:
        """Heat if the profile's ``heat_correlation`` holds between any two instruments; see `maths.heat`."""
        risks = risks_by_name(self._seen).values()
        return correlated_heat(risks, self.equity, self.profile.heat_correlation)

    @property
    def marginal_heat(self) -> dict[str, float]:
        """Share of the correlated heat that each instrument adds to it, by name; they sum to it."""
        risks = risks_by_name(self._seen)
        shares = marginal_heat(list(risks.values()), self.equity, self.profile.heat_correlation)
        return dict(zip(risks, shares, strict=True))

    @property
    def utilisation(self) -> float:
        """Heat / max_heat; NaN without a limit."""
        if self.profile.max_heat is None:
            return math.nan
        return heat_utilisation(self.heat, self.profile.max_heat)

    @property
    def positions(self) -> dict[str, float]:
        """Signed size of each open position, by the instrument's name."""
        return {self.instruments[data].name: holding.size for data, holding in self._seen.holdings.items()}

    @property
    def halted(self) -> str:
        """Why no entry is allowed at all, the gravest reason; empty if none. A heat tier is no halt."""
        return self.halt[1]

    @property
    def halt(self) -> tuple[str, str]:
        """(Rule, reason) of the gravest halt in force; two empty texts without one."""
        desk = self._seen
        if desk.account.is_calm and desk.view.at_marks is None:
            return "", ""
        if not desk.view.is_equity_known():
            return "halt", "the account's value is not a number"
        found, equity = desk.account.reasons, desk.view.equity()
        if not found and equity <= 0.0:
            return "halt", f"equity is {equity:.2f}"
        return next(iter(found), ("", ""))

    @property
    def breaker(self) -> BreakerState:
        """State of the circuit breaker: CLOSED, HALF_OPEN or OPEN."""
        return self._seen.account.breaker

    @property
    def drawdown(self) -> float:
        """Fall from the highest equity / that equity, a positive fraction; flows are taken out."""
        return self._seen.account.drawdown

    @property
    def daily_loss(self) -> float:
        """Loss since the end of the session before / the equity then, a positive fraction; 0 for a gain."""
        return self._seen.account.daily_loss

    @property
    def trades(self) -> list[TradeRecord]:
        """The closed trades in the order of their ends; all of them, unless `keep_trades` bounds the memory."""
        return self._seen.trade_book.closed

    @property
    def open_trades(self) -> list[TradeRecord]:
        """The trades that are open, as they stand after the last fill or bar."""
        return self._seen.trade_book.open

    @property
    def r_ledger(self) -> RLedger:
        """What all closed trades made in R, and how much of their losses was promised."""
        return self._seen.trade_book.ledger

    def stop(self, data: Any) -> float | None:
        """Return the protective stop's price of the position in `data`; None without position or stop."""
        holding = self._seen.holdings.get(data)
        return holding.stop if holding else None

    def exit_at(
        self, data: Any, price: float | None = None, *, has_signal: bool = False
    ) -> ExitDecision | None:
        """Return what becomes of the position in `data` at a price, by default its last; None without a position.

        The first reason to leave, or that it is held and for how long it must or may be, in words; see
        `exit_decision`. `has_signal` supposes that the strategy closes it now. Nothing is sent.
        """
        desk = self._seen
        holding = desk.holdings.get(data)
        if holding is None:
            return None
        instrument, has_end = self.instruments[data], self.profile.end_of_day is not None
        return exit_decision(
            instrument.mark if price is None else price,
            stop=holding.stop,
            target=holding.legs.target,
            is_long=holding.is_long,
            hours=held_hours(holding.opened, self.clock.now),
            bars=instrument.bars - holding.first_bar,
            is_end_of_day=has_end and by_end_of_day(desk, holding) is not None,
            has_signal=has_signal,
            stop_reason=holding.stop_reason,
            profile=self.profile,
        )

    def now(self) -> dt.datetime:
        """Return the time of the newest bar of any instrument, in the first instrument's time zone."""
        return self.clock.now
