"""What a rule may look at: the request, what a unit of it costs, and the book as it stands. All frozen."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field
from math import nan

from bt_risk.rules.groups import Groups
from bt_risk.rules.regime import Regime
from bt_risk.rules.tiers import Tier


@dataclass(frozen=True, slots=True)
class UnitTerms:
    """Money that one unit (share, contract) of a request moves, in account currency.

    Currency, contract multiplier, margin and commissions are in these numbers already, so that the rules need to
    know nothing of instruments.

    Attributes
    ----------
    loss
        Lost from the decision price to the stop, before costs; without a stop the notional.
    entry_costs, exit_costs
        Commission to open, and to close at the stop.
    notional
        Market value at the decision price.
    cash
        Cash that opening takes: the price of a share bought, the margin of a contract, 0 for a share sold short.
    is_protected
        A stop order will stand at the stop; without one the size may be decided by a stop all the same.
    stressed_loss
        Lost if the stop fills the profile's ``stress_atr`` beyond its price, before costs; see
        `maths.heat.stressed_risk`. NaN where it is not known.
    """

    loss: float
    entry_costs: float
    exit_costs: float
    notional: float
    cash: float
    is_protected: bool = True
    stressed_loss: float = nan

    @property
    def heat_risk(self) -> float:
        """Risk that the ledger will hold for one unit: loss and costs of the exit; unprotected, the notional."""
        return self.loss + self.exit_costs if self.is_protected else self.notional

    @property
    def stressed_risk(self) -> float:
        """Risk of one unit whose stop is overshot: loss and costs of the exit; unprotected, the notional."""
        return self.stressed_loss + self.exit_costs if self.is_protected else self.notional

    @property
    def trade_risk(self) -> float:
        """Loss of one unit of the whole trade when it is stopped: both commissions count."""
        return self.loss + self.entry_costs + self.exit_costs


@dataclass(frozen=True, slots=True)
class EntryRequest:
    """A wish to open a position, with its stop resolved.

    Attributes
    ----------
    data
        Name of the instrument.
    is_long
        Side.
    price
        The price at which the decision is made: the close for a market order, else the order's own price.
    stop, target
        Prices; None where there is none. The stop of an add is the tighter of its own and the position's.
    stop_alone
        The stop that the entry would have by itself, without a position that it adds to.
    has_own_stop
        The strategy named the stop itself.
    wanted
        The size that the strategy named, its ceiling; None where it leaves the size to the desk.
    sizer_units, sizer_text
        Proposal of a Backtrader sizer that the user added, None without one; why it proposes nothing.
    atr
        Average true range at the decision, NaN before it is known.
    has_fresh_bar
        The instrument delivered a bar now, with finite positive prices.
    terms
        What one unit costs and risks; None where price, stop or rate cannot be used.
    confidence
        How sure the strategy is of the signal, from 0 to 1; None where it does not say.
    conviction
        ``"high"``, ``"medium"`` or ``"low"``; None where the strategy does not say.
    regime
        The market as the strategy sees it; None where it does not say.
    performance
        The strategy's own factor for how well it has been doing; 1 is as usual.
    annual_volatility
        Annualised volatility of the instrument's returns, NaN before it is known.
    return_score
        Deviations by which the bar's return lies from the usual ones, NaN where not known.
    volume, liquidity
        Units traded in this bar; money traded in an average bar; NaN where the data does not tell.
    time, session_start, is_last_bar
        Time of day of the bar, and of its session's start; whether the bar is the last one of its session.
    rate
        Account currency per unit of the instrument's, NaN while it is not known; `terms` are converted by it already.
    exectype, until
        How the entry trades: ``"market"``, ``"limit"`` or ``"stop"`` at `price`, or another of Backtrader's types in
        small letters; the last time, as Backtrader counts it, at which it may fill, None for no end.
    """

    data: str
    is_long: bool
    price: float
    stop: float | None
    target: float | None
    has_own_stop: bool
    wanted: float | None
    sizer_units: float | None
    atr: float
    has_fresh_bar: bool
    terms: UnitTerms | None
    sizer_text: str = ""
    confidence: float | None = None
    conviction: str | None = None
    regime: Regime | None = None
    performance: float = 1.0
    annual_volatility: float = nan
    return_score: float = nan
    volume: float = nan
    liquidity: float = nan
    time: dt.time | None = None
    session_start: dt.time = dt.time.min
    is_last_bar: bool = False
    stop_alone: float | None = None
    rate: float = 1.0
    exectype: str = "market"
    until: float | None = None


@dataclass(frozen=True, slots=True)
class TradeHistory:
    """Closed trades so far: count, share of wins, mean win / mean loss, mean result / mean loss (NaN if undefined).

    `shadows` of them were denied for their bad record, and followed on the prices all the same.
    """

    trades: int = 0
    win_rate: float = nan
    win_loss_ratio: float = nan
    shadows: int = 0
    expectancy: float = nan


@dataclass(frozen=True, slots=True)
class Book:
    """The account at one moment. Money in account currency.

    Attributes
    ----------
    equity, cash
        Broker value and free cash at this bar's close.
    open_risk, reserved_risk
        From the ledger.
    notional, pending_notional, pending_cash
        Gross market value of the positions; notional and cash of entries on their way.
    positions, pending
        Counts of positions and of entries on their way.
    holds_data, awaits_data, leaves_data
        The instrument of the request has a position, a first entry on its way, an exit on its way.
    adds, held_notional
        How often that position was added to, adds on their way counted; its gross notional with them.
    tier
        Heat tier of this bar.
    halted, halted_by
        Why no entry is allowed at all, empty if none; the rule that says so, such as ``"daily_loss"``.
    history
        Closed trades.
    is_breaker_open, size_factor
        The circuit breaker forbids entries; share of the normal size that it, or a halt that was released,
        allows.
    entries_today
        Entries accepted in this session.
    correlation
        Highest correlation of the request's instrument with a position in another one, open or on its way, side
        counted; NaN where it is not known.
    values, groups
        Gross notional of each instrument, entries on their way included; which of them belong together.
    own_risk, risks
        Open and reserved risk of the request's own instrument, and of each other one that has any; together
        `risk`. A NaN where it is not known.
    stressed_risk
        Open and reserved risk of the whole book with every stop overshot, NaN where it is not known.
    """

    equity: float
    cash: float
    open_risk: float
    reserved_risk: float
    notional: float
    pending_notional: float
    pending_cash: float
    positions: int
    pending: int
    holds_data: bool
    awaits_data: bool
    tier: Tier
    halted: str
    history: TradeHistory
    halted_by: str = ""
    is_breaker_open: bool = False
    size_factor: float = 1.0
    entries_today: int = 0
    correlation: float = nan
    leaves_data: bool = False
    adds: int = 0
    held_notional: float = 0.0
    values: Mapping[str, float] = field(default_factory=dict)
    groups: Groups = field(default_factory=Groups)
    own_risk: float = 0.0
    risks: tuple[float, ...] = (nan,)
    stressed_risk: float = nan

    @property
    def risk(self) -> float:
        """Open and reserved risk together."""
        return self.open_risk + self.reserved_risk

    @property
    def others(self) -> int:
        """Positions, and entries on their way, in other instruments than the request's."""
        return self.positions + self.pending - self.holds_data
