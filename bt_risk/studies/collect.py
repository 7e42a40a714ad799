"""Put the answers of single runs side by side. Requires what `run_profile` gives; gives a `Comparison`."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import pandas as pd

from bt_risk.errors import StrategyError
from bt_risk.maths.drawdown import drawdown_curve
from bt_risk.rules.decision import FLAT_COLUMNS
from bt_risk.rules.events import RiskEvent
from bt_risk.rules.profile import RiskProfile
from bt_risk.studies.comparison import Comparison
from bt_risk.studies.summary import summarise
from bt_risk.views.metrics import METRICS

# Backtrader numbers orders through a whole process, so that the number says nothing about the run.
_DECISION_COLUMNS = ["profile", *(name for name in FLAT_COLUMNS if name != "order")]
_EVENT_COLUMNS = ["profile", *RiskEvent.__dataclass_fields__]


def collect(
    profiles: Sequence[RiskProfile],
    answers: Sequence[dict[str, Any]],
    *,
    cash: float,
    title: str,
    settings: Mapping[str, str],
) -> Comparison:
    """Return the comparison of `answers`, one a profile in the same order.

    Raises
    ------
    StrategyError
        No run came to its end.
    """
    pairs = list(zip(profiles, answers, strict=True))
    failures = {profile.name: answer["error"] for profile, answer in pairs if answer["error"]}
    finished = [(profile, answer) for profile, answer in pairs if not answer["error"]]
    if not finished:
        name, reason = next(iter(failures.items()))
        raise StrategyError(f"no run came to its end; {name}: {reason}")

    equity, heat, tiers = (_curves(finished, series) for series in ("equity", "heat", "tier"))
    decisions = _rows(finished, "decisions", _DECISION_COLUMNS)
    events = _rows(finished, "events", _EVENT_COLUMNS)
    events["datetime"] = pd.to_datetime(events["datetime"])
    return Comparison(
        table=_table(finished, equity, heat, events, cash),
        equity=equity,
        heat=heat,
        drawdown=equity.apply(lambda curve: pd.Series(drawdown_curve(curve.to_numpy()), index=curve.index)),
        tiers=tiers,
        decisions=decisions,
        events=events,
        profiles=tuple(profile for profile, _ in finished),
        failures=failures,
        title=title,
        settings=settings,
    )


_Finished = list[tuple[RiskProfile, dict[str, Any]]]


def _curves(finished: _Finished, series: str) -> pd.DataFrame:
    curves = {
        profile.name: pd.Series(answer["series"][series], index=pd.DatetimeIndex(answer["datetime"]))
        for profile, answer in finished
    }
    return pd.DataFrame(curves).rename_axis("datetime")


def _rows(finished: _Finished, kind: str, columns: list[str]) -> pd.DataFrame:
    rows = [{"profile": profile.name, **row} for profile, answer in finished for row in answer[kind]]
    return pd.DataFrame(rows, columns=columns)


def _table(
    finished: _Finished,
    equity: pd.DataFrame,
    heat: pd.DataFrame,
    events: pd.DataFrame,
    cash: float,
) -> pd.DataFrame:
    rows = {}
    for profile, answer in finished:
        name = profile.name
        kinds = events.loc[events["profile"] == name, "kind"]
        rows[name] = {
            **summarise(
                equity[name].dropna(), heat[name].dropna(), profile, cash=cash, trades=answer["trades"]
            ),
            "denied": answer["outcomes"].get("denied", 0),
            "reduced": answer["outcomes"].get("reduced", 0),
            "emergencies": int((kinds == "emergency").sum()),
        }
    table = pd.DataFrame.from_dict(rows, orient="index", columns=[metric.key for metric in METRICS])
    return table.rename_axis("profile")
