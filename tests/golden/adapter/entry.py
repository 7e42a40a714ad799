"""The cases whose answer is a decision on an entry: a gate or a cap is picked from the ruling.

A document's yes is an entry that is granted as it was asked; a cap that would cut it is the document's no.
"""

from __future__ import annotations

from math import nan

from bt_risk.maths.exposure import notional
from bt_risk.maths.heat import heat_utilisation, portfolio_heat
from bt_risk.maths.notional import fixed_fractional
from bt_risk.maths.stops import fixed_stop
from bt_risk.rules.entry import decide_entry
from bt_risk.rules.entry_metrics import measure_entry
from bt_risk.rules.groups import Groups
from bt_risk.rules.request import TradeHistory, UnitTerms
from bt_risk.rules.tiers import tier_for
from tests.golden.adapter.halts import daily_loss_halt, strategy_halt
from tests.golden.adapter.words import PLENTY, quietly, ratio, rest, total
from tests.rules.entries import OPEN, book, request

# A size is given in these examples: the method proposes all of the equity and never binds.
GIVEN_SIZE = {
    "sizing": ("fixed_fraction",),
    "fixed_fraction": 1.0,
    "stop": "none",
    "trail": "none",
    "lot": 0.0,
}
STOP_AND_SIZE = {**GIVEN_SIZE, "stop": "atr"}
# The pairs of the document's map; a name outside it is "other".
SECTORS = {
    "BTCUSDT": "store_of_value",
    "ETHUSDT": "smart_contract",
    "SOLUSDT": "smart_contract",
    "ADAUSDT": "smart_contract",
    "AVAXUSDT": "smart_contract",
    "BNBUSDT": "exchange",
    "XRPUSDT": "payments",
    "DOGEUSDT": "meme",
    "LINKUSDT": "oracle",
    "MATICUSDT": "layer2",
    "DOTUSDT": "interoperability",
    "ATOMUSDT": "interoperability",
}


def first_breach(ruling, names):
    """Return the document's name of the first of its checks that was breached, in its order; None if none was."""
    return next((name for rule, name in names.items() if rule in ruling.breached), None)


def can_open_position(*, symbol, size_usd, values, cash):
    """Money is units at a price of 1; the document's cash and values make its equity."""
    profile = quietly("intraday_moderate").replace(**GIVEN_SIZE, max_position=None, target="none")
    held = book(
        equity=total([cash, *values.values()]),
        cash=cash,
        notional=total(values.values()),
        positions=len(values),
        holds_data=symbol in values,
        values=values,
        groups=Groups(SECTORS, anchor="BTCUSDT"),
    )
    ruling = decide_entry(request(1.0, None, data=symbol, wanted=size_usd, atr=0.0), held, profile)
    names = {
        "max_positions": "max_positions",
        "one_position": "duplicate",
        "max_exposure": "exposure",
        "single_position_gate": "single_position",
        "max_sector_exposure": "sector",
        "max_correlated_exposure": "correlated",
    }
    return {"ok": ruling.outcome == "accepted", "check": first_breach(ruling, names)}


def validate_signal(*, equity, entry, stop, target, units, min_rr=1.5, max_position=0.10, side="long"):
    """The document's validation takes 1.5 for the least reward where its configuration says 2."""
    profile = OPEN.replace(
        **STOP_AND_SIZE,
        risk_per_trade_max=quietly("engine").risk_per_trade_max,
        max_position=max_position,
        min_reward_to_risk=min_rr,
    )
    held = book(equity=equity, cash=PLENTY)
    wish = request(entry, stop, is_long=side == "long", target=target, wanted=units)
    ruling = decide_entry(wish, held, profile)
    metrics = measure_entry(wish, held, units)
    names = {
        "max_position": "position_size",
        "risk_per_trade_max": "risk_amount",
        "min_reward_to_risk": "risk_reward",
    }
    return {
        "notional": metrics.notional,
        "notional_pct": metrics.notional_share,
        "risk_amount": metrics.risk,
        "risk_pct": metrics.risk_share,
        "rr": metrics.reward_to_risk,
        "valid": ruling.outcome == "accepted",
        "failed": [name for rule, name in names.items() if rule in ruling.breached],
    }


def evaluate_position_risk(*, position_value, leverage, correlation, daily_loss, strategy_drawdown, capital):
    """Leverage is that of the account with the new position; the day and the strategy are halted by their own rules."""
    profile = quietly("enterprise").replace(**GIVEN_SIZE, min_liquidity=None)
    day = daily_loss_halt(day_start_value=capital, day_pnl=-daily_loss, limit=profile.daily_loss)
    is_own = strategy_halt(capital=capital, drawdown=strategy_drawdown, limit=profile.max_strategy_drawdown)
    halted_by = "daily_loss" if day["halt"] else "strategy_drawdown" if is_own else ""
    held = book(
        equity=capital,
        cash=PLENTY,
        notional=rest(notional(capital, leverage), position_value),
        positions=1,
        correlation=correlation,
        halted=halted_by,
        halted_by=halted_by,
    )
    ruling = decide_entry(request(1.0, None, wanted=position_value), held, profile)
    names = {
        "max_position": "position_size",
        "max_leverage": "leverage",
        "max_correlation": "correlation",
        "daily_loss": "daily_loss",
        "strategy_drawdown": "strategy_drawdown",
    }
    return {"ok": ruling.outcome == "accepted", "check": first_breach(ruling, names)}


def can_add_position(*, current_risks, new_risk, account_value, max_heat):
    """The new position is one unit that risks the new risk; the tier of the heat is not asked."""
    profile = OPEN.replace(**GIVEN_SIZE, max_heat=max_heat)
    held = book(
        equity=account_value, cash=PLENTY, open_risk=total(current_risks), positions=len(current_risks)
    )
    unit = UnitTerms(loss=new_risk, entry_costs=0.0, exit_costs=0.0, notional=1.0, cash=1.0)
    return decide_entry(request(1.0, None, wanted=1.0, terms=unit), held, profile).outcome == "accepted"


def pre_trade_check(*, entry, stop, size, current_risks, account_value, max_heat, side="long"):
    profile = OPEN.replace(**STOP_AND_SIZE, max_heat=max_heat)
    heat = portfolio_heat(current_risks, account_value)
    held = book(
        equity=account_value,
        cash=PLENTY,
        open_risk=total(current_risks),
        positions=len(current_risks),
        tier=tier_for(heat_utilisation(heat, max_heat), profile),
    )
    ruling = decide_entry(request(entry, stop, is_long=side == "long", wanted=size), held, profile)
    reason = first_breach(ruling, {"valid_size": "size", "max_heat": "heat_limit"})
    return {"allowed": ruling.outcome == "accepted", "reason": reason or "ok"}


def combined_size(
    *,
    account_value,
    price,
    confidence,
    volatility,
    win_rate=nan,
    avg_win=nan,
    avg_loss=1.0,
    current_exposure=0.0,
):
    """The document's Kelly is asked as soon as there are numbers, without a least count of trades."""
    profile = quietly("intraday_moderate").replace(lot=0.0, kelly_min_trades=1, target="none")
    trades = 1 if win_rate == win_rate else 0
    held = book(
        equity=account_value,
        cash=rest(account_value, current_exposure),
        notional=current_exposure,
        history=TradeHistory(trades, win_rate, ratio(avg_win, notional(1, avg_loss))),
    )
    stop = fixed_stop(price, profile.fixed_stop, is_long=True)
    wish = request(price, stop, confidence=confidence, atr=fixed_fractional(price, volatility))
    ruling = decide_entry(wish, held, profile)
    metrics = measure_entry(wish, held, ruling.units)
    name = {"inverse_volatility": "volatility", "max_exposure": "exposure"}.get(ruling.rule, ruling.rule)
    return {
        "size_usd": metrics.notional,
        "quantity": ruling.units,
        "pct_of_account": metrics.notional_share,
        "limiting_factor": name,
        "reason": name,
    }


CALLS = {
    "can_add_position": can_add_position,
    "can_open_position": can_open_position,
    "combined_size": combined_size,
    "evaluate_position_risk": evaluate_position_risk,
    "pre_trade_check": pre_trade_check,
    "validate_signal": validate_signal,
}
