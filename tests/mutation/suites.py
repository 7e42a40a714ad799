"""Which tests have to notice a mutant of which module: its own table first, then the worked examples.

The properties come last, as they take longest. A module that is not listed is held to the test of its name.
"""

from __future__ import annotations

from pathlib import Path

ROOT = Path(__file__).parents[2]

BELOW_ONE = "tests/maths/test_below_one.py"
WORKED = "tests/golden/test_golden_cases.py"

TAILS = ("tests/maths/test_tail_models.py",)
MATHS = {
    "cornish_fisher": TAILS,
    "drawdown_measures": ("tests/maths/test_drawdown_episodes.py",),
    "es_backtest": ("tests/maths/test_var_backtest.py",),
    "filtered_risk": TAILS,
    "moments": TAILS,
    "risk_models": TAILS,
    "series": ("tests/maths/test_returns.py", "tests/maths/test_value_at_risk.py"),
    "student_t_risk": TAILS,
}

ENTRY = ("tests/rules/test_entry.py", "tests/rules/test_decide_entry.py", "tests/rules/test_entry_limits.py")
CAPS = (
    "tests/rules/test_caps.py",
    "tests/rules/caps/test_caps.py",
    "tests/rules/caps/test_heat_caps.py",
)
CHECKS = ("tests/rules/test_checks.py", "tests/rules/checks/test_checks.py")
TRAILS = ("tests/rules/exits/test_trails.py",)
METHODS = ("tests/rules/test_methods.py",)
BY_NOTIONAL = (*METHODS, "tests/rules/methods/test_by_notional.py")
BY_RISK = (*METHODS, "tests/rules/methods/test_by_risk.py")

RULES = {
    "caps": CAPS,
    "checks": CHECKS,
    "checks/min_position": (*CHECKS, *CAPS),
    "decision": ("tests/rules/test_records.py", "tests/rules/test_explanation.py", *ENTRY),
    "entry": (*ENTRY, "tests/rules/test_oversized.py"),
    "entry_metrics": ENTRY,
    "events": ("tests/rules/test_records.py", "tests/rules/test_events.py"),
    "groups": ("tests/rules/test_groups.py", *CAPS, *CHECKS),
    "journal": ("tests/rules/journal",),
    "journal/rows": ("tests/rules/test_records.py",),
    "notice": ("tests/rules/halts/test_account.py",),
    "position_view": ("tests/edge/test_risk_report.py",),
    "reading": ("tests/rules/test_recommendations.py", "tests/rules/test_emergency.py"),
    "reduction": ("tests/rules/test_reduction.py", "tests/rules/test_reduction_policies.py"),
    "request": (*ENTRY, *CAPS, *CHECKS),
    "rule_tally": ("tests/edge/test_decision_analyzer.py",),
    "shadow": ("tests/rules/shadow", "tests/studies/test_shadow.py"),
    "sizing": (*ENTRY, *METHODS, "tests/rules/test_oversized.py", "tests/rules/test_counterfactual.py"),
    "tiers": ("tests/rules/test_tiers.py", "tests/rules/test_tier_boundaries.py"),
    "trade_summary": ("tests/edge/test_trade_risk_analyzer.py",),
    "exits/break_even": TRAILS,
    "exits/chandelier": TRAILS,
    "exits/end_of_day": ("tests/rules/exits/test_times.py", "tests/rules/exits/test_exit_decision.py"),
    "exits/fixed_trail": TRAILS,
    "exits/initial_stop": ("tests/rules/test_initial_stop.py", "tests/rules/exits/test_initial_stop.py"),
    "exits/next_stop": TRAILS,
    "exits/reason": ("tests/edge/test_trades.py",),
    "exits/time_limit": ("tests/rules/exits/test_times.py", "tests/rules/exits/test_exit_decision.py"),
    "halts/account": ("tests/rules/halts/test_account.py", "tests/rules/halts/test_account_spikes.py"),
    "halts/correlation_spike": ("tests/rules/halts/test_spikes.py",),
    "halts/observation": ("tests/rules/halts/test_account.py",),
    "halts/position_loss": ("tests/rules/halts/test_positions.py",),
    "halts/position_timeout": ("tests/rules/halts/test_positions.py",),
    "halts/price_spike": ("tests/rules/halts/test_spikes.py",),
    "halts/volatility_spike": ("tests/rules/halts/test_spikes.py",),
    "methods/atr_risk": BY_RISK,
    "methods/budget": (*METHODS, "tests/rules/methods/test_budget.py"),
    "methods/cash_fraction": BY_NOTIONAL,
    "methods/confidence": BY_NOTIONAL,
    "methods/dynamic": BY_NOTIONAL,
    "methods/fixed_fraction": BY_NOTIONAL,
    "methods/inverse_volatility": BY_NOTIONAL,
    "methods/kelly": (*METHODS, "tests/rules/methods/test_kelly.py"),
    "methods/regime": BY_RISK,
    "methods/risk_per_trade": METHODS,
    "profile": ("tests/rules/profile",),
}


def modules(prefix: str) -> list[str]:
    """Return the modules of maths and rules that begin with `prefix`, e.g. "maths/kelly" or "rules"."""
    package = ROOT / "bt_risk"
    paths = sorted(path for room in ("maths", "rules") for path in (package / room).rglob("*.py"))
    names = [
        path.relative_to(package).with_suffix("").as_posix() for path in paths if path.read_text("utf-8")
    ]
    names = [name for name in names if not name.endswith("__init__")]
    return [name for name in names if name == prefix or name.startswith(prefix.rstrip("/") + "/")]


def suite_of(module: str) -> list[str]:
    """Return the test files that are held against `module`, in the order of running."""
    room, _, name = module.partition("/")
    if room == "maths":
        own = MATHS.get(name, (f"tests/maths/test_{name}.py",))
        return [*own, BELOW_ONE, WORKED, "tests/maths/test_properties.py"]
    folder = name.rpartition("/")[0]
    named = Path("tests/rules", folder, f"test_{name.rpartition('/')[2]}.py").as_posix()
    own = RULES.get(name) or RULES.get(folder) or (named,)
    return [*own, WORKED, "tests/rules/test_entry_properties.py"]
