"""The worked examples whose answer is a decision: arguments renamed, a gate or a cap picked from the ruling.

A document's yes is an entry that is granted as it was asked; a cap that would cut it is the document's no.
"""

import json
import warnings
from math import nan
from pathlib import Path

import pytest

from bt_risk.maths.drawdown import loss_fraction
from bt_risk.maths.heat import heat_utilisation, portfolio_heat
from bt_risk.maths.limits import at_least
from bt_risk.rules.entry import decide_entry
from bt_risk.rules.entry_metrics import measure_entry
from bt_risk.rules.groups import Groups
from bt_risk.rules.profile import load_profile
from bt_risk.rules.profile.doubts import ProfileWarning
from bt_risk.rules.request import TradeHistory
from bt_risk.rules.tiers import tier_for
from tests.golden.test_golden_cases import mismatches
from tests.rules.entries import OPEN, book, request

CASES = json.loads((Path(__file__).parents[1] / "golden/golden_cases.json").read_text("utf-8"))["cases"]

# A size is given in these examples: the method proposes all of the equity and never binds.
GIVEN_SIZE = {
    "sizing": ("fixed_fraction",),
    "fixed_fraction": 1.0,
    "stop": "none",
    "trail": "none",
    "lot": 0.0,
}
PLENTY = 1e12
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


def preset(name):
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ProfileWarning)  # the presets keep their documents' doubtful numbers
        return load_profile(name)


def first_breach(ruling, names):
    """Return the document's name of the first of its checks that was breached, in its order; None if none was."""
    return next((name for rule, name in names.items() if rule in ruling.breached), None)


def can_open_position(*, symbol, size_usd, values, cash):
    """Money is units at a price of 1; the document's cash and values make its equity."""
    equity = cash + sum(values.values())
    profile = preset("intraday_moderate").replace(**GIVEN_SIZE, max_position=None, target="none")
    held = book(
        equity=equity,
        cash=cash,
        notional=sum(values.values()),
        positions=len(values),
        holds_data=symbol in values,
        values=values,
        groups=Groups(SECTORS, anchor="BTCUSDT"),
    )
    ruling = decide_entry(request(1.0, None, data=symbol, wanted=size_usd, atr=0.0), held, profile)
    check = first_breach(
        ruling,
        {
            "max_positions": "max_positions",
            "one_position": "duplicate",
            "max_exposure": "exposure",
            "single_position_gate": "single_position",
            "max_sector_exposure": "sector",
            "max_correlated_exposure": "correlated",
        },
    )
    return {"ok": ruling.outcome == "accepted", "check": check}


def validate_signal(*, equity, entry, stop, target, units, min_rr=1.5, max_position=0.10):
    """The document's validation takes 1.5 for the least reward where its configuration says 2."""
    profile = OPEN.replace(
        **{**GIVEN_SIZE, "stop": "atr"},
        risk_per_trade_max=preset("engine").risk_per_trade_max,
        max_position=max_position,
        min_reward_to_risk=min_rr,
    )
    held = book(equity=equity, cash=PLENTY)
    wish = request(entry, stop, target=target, wanted=units)
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
    """Leverage is that of the account with the new position; the day's halt is the one of that rule."""
    profile = preset("enterprise").replace(**GIVEN_SIZE, min_liquidity=None)
    is_halted = at_least(loss_fraction(-daily_loss, capital), profile.daily_loss)
    held = book(
        equity=capital,
        cash=PLENTY,
        notional=leverage * capital - position_value,
        positions=1,
        correlation=correlation,
        strategy_loss=strategy_drawdown,
        halted="the day's loss" if is_halted else "",
        halted_by="daily_loss",
    )
    ruling = decide_entry(request(1.0, None, wanted=position_value), held, profile)
    check = first_breach(
        ruling,
        {
            "max_position": "position_size",
            "max_leverage": "leverage",
            "max_correlation": "correlation",
            "daily_loss": "daily_loss",
            "max_strategy_drawdown": "strategy_drawdown",
        },
    )
    return {"ok": ruling.outcome == "accepted", "check": check}


def pre_trade_check(*, entry, stop, size, current_risks, account_value, max_heat):
    profile = OPEN.replace(**{**GIVEN_SIZE, "stop": "atr"}, max_heat=max_heat)
    heat = portfolio_heat(current_risks, account_value)
    held = book(
        equity=account_value,
        cash=PLENTY,
        open_risk=sum(current_risks),
        positions=len(current_risks),
        tier=tier_for(heat_utilisation(heat, max_heat), profile),
    )
    ruling = decide_entry(request(entry, stop, wanted=size), held, profile)
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
    profile = preset("intraday_moderate").replace(lot=0.0, kelly_min_trades=1, target="none")
    is_proven = win_rate == win_rate
    held = book(
        equity=account_value,
        cash=account_value - current_exposure,
        notional=current_exposure,
        history=TradeHistory(20 * is_proven, win_rate, avg_win / avg_loss),
    )
    wish = request(price, price * 0.97, confidence=confidence, atr=volatility * price)
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
    function.__name__: function
    for function in (
        can_open_position,
        combined_size,
        evaluate_position_risk,
        pre_trade_check,
        validate_signal,
    )
}
DECIDED = [case for case in CASES if case["function"] in CALLS]


@pytest.mark.parametrize("case", DECIDED, ids=lambda case: case["id"])
def test_the_decision_agrees_with_the_worked_example(case):
    found = CALLS[case["function"]](**case["inputs"])
    assert not mismatches(found, case["expected"], case["tolerance"])


def test_there_are_examples_for_each_function():
    assert {case["function"] for case in DECIDED} == CALLS.keys()
    assert len(DECIDED) == 32
