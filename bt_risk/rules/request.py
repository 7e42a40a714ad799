"""What a rule may look at: the request, what a unit of it costs, and the book as it stands. All frozen."""

from __future__ import annotations

from dataclasses import dataclass

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
    """

    loss: float
    entry_costs: float
    exit_costs: float
    notional: float
    cash: float

    @property
    def heat_risk(self) -> float:
        """Risk that the ledger will hold for one unit: the loss and the costs of the exit."""
        return self.loss + self.exit_costs

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
        Prices; None where there is none.
    has_own_stop
        The strategy named the stop itself.
    wanted
        The size that the strategy named, its ceiling; None where it leaves the size to the desk.
    sizer_units
        Proposal of a Backtrader sizer that the user added; None without one.
    atr
        Average true range at the decision, NaN before it is known.
    has_fresh_bar
        The instrument delivered a bar now, with finite positive prices.
    terms
        What one unit costs and risks; None where price or stop cannot be used.
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


@dataclass(frozen=True, slots=True)
class TradeHistory:
    """Closed trades so far, as Kelly needs them: count, share of wins, mean win / mean loss (NaN if undefined)."""

    trades: int = 0
    win_rate: float = float("nan")
    win_loss_ratio: float = float("nan")


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
    holds_data, awaits_data
        The instrument of the request has a position, or an entry on its way.
    tier
        Heat tier of this bar.
    halted
        Why no entry is allowed at all, empty if none.
    history
        Closed trades.
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

    @property
    def risk(self) -> float:
        """Open and reserved risk together."""
        return self.open_risk + self.reserved_risk
