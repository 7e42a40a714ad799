"""The risk profile: every number that a run's decisions are made with. Gives: `RiskProfile`."""

from __future__ import annotations

from dataclasses import dataclass

from bt_risk.rules.profile.checked import CheckedProfile


@dataclass(frozen=True, slots=True, kw_only=True)
class RiskProfile(CheckedProfile):
    """The limits, the sizing and the stops of one run; immutable, checked when it is made.

    Every rate is a fraction of equity unless it says otherwise: 0.02 is 2 %. ``None`` switches a limit off.

    Parameters
    ----------
    name
        What the profile is called in tables and plots.

    sizing
        The methods that propose a size; the smallest proposal wins. ``risk_per_trade`` risks a share of equity to
        the stop; ``kelly`` takes a part of the Kelly share as notional; ``fixed_fraction`` takes a share of equity
        as notional; ``inverse_volatility`` scales ``volatility_base`` by ``volatility_target`` / (ATR / price);
        ``atr_risk`` risks ``risk_per_trade`` on one ATR; ``confidence`` and ``dynamic`` scale with the strategy's
        confidence; ``regime`` scales ``risk_per_trade`` with the strategy's regime; ``cash_fraction`` spends a
        share of the free cash.
    allocation
        Risk of the next trade: ``target_heat`` keeps the heat below the upper edge of the band, ``equal_heat``
        splits that edge over ``max_positions``, ``conviction`` multiplies by the strategy's conviction,
        ``risk_per_trade`` looks at the single trade only. An explicit stop or size may use the room up to
        ``max_heat``.
    risk_per_trade, risk_money, risk_per_trade_max
        Share of equity lost when a trade is stopped at its stop, round-trip costs included, None where no listed
        method asks for it; the same as an amount of money (replaces the share where given); the bound on every
        method.
    kelly_fraction, kelly_min_trades, kelly_min_win_rate, kelly_floor, kelly_min, kelly_max, kelly_prior,
    kelly_shrinkage
        Multiplier on the full Kelly share; closed trades needed before Kelly speaks; win rate below which there is
        no bet; share traded without an edge; bounds on the share of equity where there is one; (win rate, ratio of
        mean win to mean loss) assumed before enough trades are closed; confidence level to whose lower bound the
        win rate is shrunk.
    fixed_fraction, volatility_target, volatility_base, dynamic_base, cash_fraction
        Shares of equity (or cash) of the methods above; `volatility_target` is ATR / price.
    confidence_low, confidence_high, confidence_floor
        The confidence at which trading begins, from which it is full, and the share of ``max_position`` at the
        first.
    conviction_high, conviction_medium, conviction_low
        Multipliers on ``risk_per_trade``.
    regime_mismatch
        Multiplier for a trade against the regime's trend.
    volatility_tiers
        Pairs (annualised volatility, multiplier), highest volatility first: strictly above the volatility the
        multiplier holds for the risk of the trade; empty for none.
    is_concurrent_adjusted
        Divide a size by one more than the number of open positions.
    lot, min_position
        Sizes are rounded down to a multiple of `lot`, 0 allows fractions; a trade whose notional is below this
        share of equity is skipped.

    max_heat, target_heat
        Limit of (open + reserved risk) / equity, and the band (low, high) in which it should lie.
    heat_basis
        Open risk is measured from the average ``entry`` or from the last price (``mark``).
    heat_warning, heat_critical, heat_hysteresis
        Shares of ``max_heat`` from which a tier begins; a tier ends only this much (as a share of ``max_heat``)
        below its beginning.
    reduction
        Which positions an EMERGENCY closes first, or ``trim`` to cut only the excess.
    heat_reserve
        Share of ``max_heat`` that is kept back for requests of high conviction; the others may use the rest.
    max_stressed_heat, stress_atr
        Limit of the heat if every stop fills so many ATR beyond its price.
    max_correlated_heat, heat_correlation
        Limit of the heat if the stops of any two positions are hit with that correlation: at 1 all of them
        together, at 0 each by itself.

    max_positions, max_adds, max_position, single_position_gate, max_exposure, max_leverage
        Open and pending positions; how often one of them may be added to, which takes no further place; notional of
        one position, adds included / equity, cut to fit; the same as a gate that denies; notional of all positions /
        equity; gross notional / equity.
    max_sector_exposure, max_correlated_exposure, correlation_beta
        Notional of one group / equity; notional that moves with the anchor / equity; the share of an instrument's
        notional that does, where `betas` name none.
    groups, limit_other
        Instrument -> group, a mapping or pairs, kept as pairs; whether the instruments that it does not name share
        a group of their own, ``other``, or are limited by none.
    anchor, betas
        The instrument that others move with, such as an index; instrument -> share of its notional that does,
        kept like the groups.
    max_correlation
        Largest correlation of returns, side counted, with any other position, open or on its way.
    max_participation, min_liquidity
        Units / volume of the bar; money traded in an average bar.
    min_reward_to_risk
        Smallest distance to the target / distance to the stop.
    entry_gap_buffer
        Cash kept for a worse opening price, as a share of the price; None means one ATR.
    entry_windows, max_trades_per_day
        Pairs of times ("09:30", "11:00") in which entries are allowed; accepted entries of one day.
    oversized
        What becomes of a request of which a cap allows less than was asked: ``resize`` cuts it, ``reject`` denies
        it in the name of the cap. Rounding to the lot and shares such as ``half_open_size`` cut in either case.
    dry_run
        Every entry is decided and recorded, none is sent.

    stop, atr_period, atr_stop, fixed_stop
        Protective stop: ``atr_stop`` times the ATR, or ``fixed_stop`` as a share of the price, or ``none``.
    stop_anchor
        ``fill`` keeps the decided distance from the fill price, ``decision`` keeps the decided price.
    entry_bar_stop
        The stop of a market entry works on the bar of its fill already.
    place_stops
        False sizes by the stop but sends no stop order: a baseline to measure what stops do, not a way to trade.
        The sizes stay those of the stop; the heat has one definition, by which what no stop protects risks its
        full notional, on its way as well as open. Heat limits are held against that, and would cut the sizes to
        them: a baseline that is to keep its sizes has none.
    trail, trail_atr, trail_activation, trail_fraction, trail_activation_gain
        ``chandelier``: stop `trail_atr` ATR from the extreme since entry, once that was `trail_activation` times
        the initial risk in favour. ``fixed``: stop `trail_fraction` behind the price, once the gain was
        `trail_activation_gain` of the entry price.
    break_even
        Multiple of the initial risk at which the stop goes to the entry.
    target, target_fraction, target_atr, target_r
        ``none``, ``fixed`` (a share of the price), ``atr``, ``r`` (times the initial risk), or ``farther`` of the
        last two.
    target_with_trail
        ``keep`` the target, or ``cancel`` it once the trail moves the stop.
    ladder
        Pairs (multiple of the initial risk, share of the position) at which parts are closed; empty for none.
    min_hold, max_hold, max_hold_bars
        Hours before a signal exit is allowed; hours, and bars, after which a position is closed.
    end_of_day
        Time of day ("15:55") from which positions are closed and entries denied; ``last_bar`` for the session's
        last bar.

    daily_loss, emergency_daily_loss
        Loss since the session's start / equity at its start: entries halt; everything is closed.
    daily_halt_sessions
        Sessions after the one that broke the limit in which entries stay halted, on daily bars.
    drawdown_halt, drawdown_reduce, drawdown_emergency
        Fall from the highest equity / that equity: entries halt; positions are halved; everything is closed.
    drawdown_cooldown, max_releases
        Sessions flat after which a halt is released at half-open size; how often until a new high.
    max_strategy_drawdown
        The strategy's own realised and open loss / its capital.
    min_expectancy, min_expectancy_trades
        Least mean result of the closed trades / their mean loss, from so many trades on; those that it denies are
        followed on the prices and count as closed trades, so that entries can pass again.
    position_loss, position_loss_of_cost
        Loss of one position / equity (at its value), and / its cost (above it), that closes it.
    position_timeout
        Seconds above which a position is closed, a backstop behind ``max_hold``.
    volatility_spike, correlation_spike, price_spike
        Standard deviations of a bar's return, and mean correlation, that halt entries; deviations of a bar's
        return that are told.
    breaker_loss, breaker_profit, breaker_cooldown, half_open_size
        Loss and gain of the day that open the breaker; seconds until it is half open, None for the next session;
        share of the normal size then.
    emergency_positions
        Number of positions above which everything is closed.
    alert_drawdown, alert_positions, alert_daily_loss, alert_correlation
        Levels above which an alert is raised; None means 80 % of the limit.

    Raises
    ------
    ProfileError
        One message with every problem found.
    """

    sizing: tuple[str, ...] = ("risk_per_trade",)
    allocation: str = "target_heat"
    risk_per_trade: float | None = 0.0233
    risk_money: float | None = None
    risk_per_trade_max: float | None = 0.05
    kelly_fraction: float = 0.25
    kelly_min_trades: int = 20
    kelly_min_win_rate: float | None = None
    kelly_floor: float = 0.0
    kelly_min: float | None = None
    kelly_max: float | None = None
    kelly_prior: tuple[float, float] | None = None
    kelly_shrinkage: float | None = None
    fixed_fraction: float = 0.02
    volatility_target: float = 0.02
    volatility_base: float = 0.05
    dynamic_base: float = 0.02
    cash_fraction: float = 0.95
    confidence_low: float = 0.55
    confidence_high: float = 0.80
    confidence_floor: float = 0.25
    conviction_high: float = 2.0
    conviction_medium: float = 1.0
    conviction_low: float = 0.5
    regime_mismatch: float = 0.5
    volatility_tiers: tuple[tuple[float, float], ...] = ()
    is_concurrent_adjusted: bool = False
    lot: float = 1.0
    min_position: float | None = None

    max_heat: float | None = 0.10
    target_heat: tuple[float, float] | None = (0.06, 0.08)
    heat_basis: str = "entry"
    heat_warning: float = 0.90
    heat_critical: float = 0.95
    heat_hysteresis: float = 0.02
    reduction: str = "highest_risk"
    heat_reserve: float = 0.0
    max_stressed_heat: float | None = None
    stress_atr: float = 1.0
    max_correlated_heat: float | None = None
    heat_correlation: float = 1.0

    max_positions: int | None = 3
    max_adds: int = 0
    max_position: float | None = 0.25
    single_position_gate: float | None = None
    max_exposure: float | None = None
    max_leverage: float | None = 1.0
    max_sector_exposure: float | None = None
    max_correlated_exposure: float | None = None
    correlation_beta: float = 0.7
    groups: tuple[tuple[str, str], ...] = ()
    limit_other: bool = True
    anchor: str | None = None
    betas: tuple[tuple[str, float], ...] = ()
    max_correlation: float | None = None
    max_participation: float | None = None
    min_liquidity: float | None = None
    min_reward_to_risk: float | None = None
    entry_gap_buffer: float | None = None
    entry_windows: tuple[tuple[str, str], ...] = ()
    max_trades_per_day: int | None = None
    oversized: str = "resize"
    dry_run: bool = False

    stop: str = "atr"
    atr_period: int = 14
    atr_stop: float = 2.5
    fixed_stop: float = 0.02
    stop_anchor: str = "fill"
    entry_bar_stop: bool = True
    place_stops: bool = True
    trail: str = "chandelier"
    trail_atr: float = 2.5
    trail_activation: float = 1.0
    trail_fraction: float = 0.02
    trail_activation_gain: float = 0.01
    break_even: float | None = None
    target: str = "none"
    target_fraction: float = 0.04
    target_atr: float = 5.0
    target_r: float = 2.0
    target_with_trail: str = "keep"
    ladder: tuple[tuple[float, float], ...] = ()
    min_hold: float | None = None
    max_hold: float | None = None
    max_hold_bars: int | None = None
    end_of_day: str | None = None

    daily_loss: float | None = 0.05
    emergency_daily_loss: float | None = None
    daily_halt_sessions: int = 1
    drawdown_halt: float | None = 0.15
    drawdown_reduce: float | None = 0.20
    drawdown_emergency: float | None = 0.30
    drawdown_cooldown: int = 20
    max_releases: int = 1
    max_strategy_drawdown: float | None = None
    min_expectancy: float | None = None
    min_expectancy_trades: int = 20
    position_loss: float | None = None
    position_loss_of_cost: float | None = None
    position_timeout: float | None = None
    volatility_spike: float | None = None
    correlation_spike: float | None = None
    price_spike: float | None = None
    breaker_loss: float | None = None
    breaker_profit: float | None = None
    breaker_cooldown: float | None = None
    half_open_size: float = 0.25
    emergency_positions: int | None = None
    alert_drawdown: float | None = None
    alert_positions: int | None = None
    alert_daily_loss: float | None = None
    alert_correlation: float | None = None
