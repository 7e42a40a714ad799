"""Profiles by name, mapping or file. Requires: a source. Gives: `load_profile` and the names it knows."""

from __future__ import annotations

import functools
import os
import warnings
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from bt_risk.errors import ProfileError
from bt_risk.rules.profile.aliases import breaker_limits
from bt_risk.rules.profile.doubts import ProfileWarning, find_doubts
from bt_risk.rules.profile.environment import SWITCH, demands_breaker, read_environment
from bt_risk.rules.profile.fields import RiskProfile
from bt_risk.rules.profile.files import SUFFIXES, read_file
from bt_risk.rules.profile.settings import Settings, read_settings
from bt_risk.rules.profile.shipped import MODERATE, PROFILES
from bt_risk.rules.profile.validation import nearest

Source = str | os.PathLike[str] | Mapping[str, Any] | RiskProfile

# The files of the folder presets, in the order in which they are listed.
PRESETS = (
    "kelly_conservative",
    "kelly_default",
    "kelly_aggressive",
    "intraday_conservative",
    "intraday_moderate",
    "intraday_aggressive",
    "engine",
    "enterprise",
)


def load_profile(
    source: Source, *, environ: Mapping[str, str] | None = None, **overrides: Any
) -> RiskProfile:
    """Return the profile that `source` means, changed by the environment and by `overrides`.

    A stronger source wins field by field: overrides, environment, file or mapping, its ``base``, MODERATE.

    Parameters
    ----------
    source
        The name of a shipped profile or of a preset; a `RiskProfile`; a mapping; or the path of a .toml, .yaml or
        .yml file. A mapping and a file hold fields, the keys of a ``risk_management`` section, ``base`` (any
        source; a path is taken from the file's folder; MODERATE where there is none) and ``heat_of`` (the name
        of a shipped profile whose heat limits, band and allocation are taken). What has no ``name`` is called
        after its file, or "custom".
    environ
        Environment variables, e.g. ``os.environ``; None reads none. RISK_MAX_PORTFOLIO_RISK,
        RISK_MAX_POSITION_SIZE, RISK_DAILY_LOSS_LIMIT, CIRCUIT_BREAKER_ENABLED, CIRCUIT_BREAKER_DAILY_LOSS and
        CIRCUIT_BREAKER_POSITION_LOSS; others that begin with RISK_ or CIRCUIT_BREAKER_ are refused.
    overrides
        Fields, keys of a ``risk_management`` section, and ``heat_of``.

    Raises
    ------
    ProfileError
        Something is unknown, missing, unreadable, out of its domain or contradictory; one message with all of it.

    Warns
    -----
    ProfileWarning
        The profile holds doubtful values; one message with all of them. A `RiskProfile` that comes back
        unchanged does not warn: see `find_doubts`.
    """
    return _checked(source, environ or {}, overrides)


def resolve_profile(source: Source) -> RiskProfile:
    """Return what `load_profile` returns for `source` alone."""
    return _checked(source, {}, {})


def profile_names() -> tuple[str, ...]:
    """Return the names that `load_profile` knows: the shipped profiles, then the presets."""
    return (*PROFILES, *PRESETS)


def _checked(source: Source, environ: Mapping[str, str], overrides: Mapping[str, Any]) -> RiskProfile:
    base, own = _found(source, Path(), ())
    stated = [own, read_environment(environ), _read_overrides(overrides)]
    profile = _changed(base, stated)
    if demands_breaker(environ) and not breaker_limits(profile)["circuit_breaker_enabled"]:
        raise ProfileError(
            f"{SWITCH} is true, but no limit of the breaker is set: set CIRCUIT_BREAKER_DAILY_LOSS or another"
        )
    doubts = [] if profile is source else find_doubts(profile)
    if doubts:
        message = f"profile {profile.name!r}: " + "; ".join(doubts)
        warnings.warn(message, ProfileWarning, stacklevel=3)
    return profile


def _changed(base: RiskProfile, stated: Sequence[Settings]) -> RiskProfile:
    """Return `base` with what is stated, the last source winning."""
    problems = [problem for settings in stated for problem in settings.problems]
    if problems:
        raise ProfileError("; ".join(problems))
    changes: dict[str, Any] = {}
    for settings in stated:
        changes |= settings.fields
    if any(settings.lowers_risk for settings in stated) and "risk_per_trade" not in changes:
        most = changes["risk_per_trade_max"]
        if base.risk_per_trade is not None and most is not None:
            changes["risk_per_trade"] = min(base.risk_per_trade, most)
    return base.replace(**changes) if changes else base


def _found(source: Source, folder: Path, opened: tuple[Path, ...]) -> tuple[RiskProfile, Settings]:
    """Return the profile that `source` starts from, and what it states itself."""
    if isinstance(source, RiskProfile):
        return source, Settings()
    if isinstance(source, Mapping):
        base, keys = _on_base(source, folder, opened)
        return base, _named("custom", read_settings(keys))
    if isinstance(source, str):
        name = source.strip().lower()
        if name in PROFILES:
            return PROFILES[name], Settings()
        if name in PRESETS:
            return _preset(name), Settings()
        if Path(source).suffix.lower() not in SUFFIXES and Path(source).name == source:
            raise ProfileError(
                f"unknown profile {source!r}{nearest(name, profile_names())};"
                f" choose one of {', '.join(profile_names())}, or give a path that ends in {', '.join(SUFFIXES)}"
            )
    elif not isinstance(source, os.PathLike):
        raise ProfileError(f"profile must be a name, a RiskProfile, a mapping or a path; received {source!r}")
    return _in_file(folder / Path(source), opened)


def _in_file(path: Path, opened: tuple[Path, ...]) -> tuple[RiskProfile, Settings]:
    keys = read_file(path)
    if path.resolve() in opened:
        raise ProfileError(f"{path} is its own base")
    try:
        base, keys = _on_base(keys, path.parent, (*opened, path.resolve()))
    except ProfileError as error:
        raise ProfileError(f"{path}: base: {error}") from None
    settings = _named(path.stem, read_settings(keys))
    return base, replace(settings, problems=[f"{path}: {problem}" for problem in settings.problems])


def _on_base(
    keys: Mapping[Any, Any], folder: Path, opened: tuple[Path, ...]
) -> tuple[RiskProfile, dict[Any, Any]]:
    own = dict(keys)
    base, stated = _found(own.pop("base", MODERATE), folder, opened)
    return _changed(base, [stated]), own


def _named(name: str, settings: Settings) -> Settings:
    return replace(settings, fields={"name": name, **settings.fields})


@functools.cache
def _preset(name: str) -> RiskProfile:
    keys = read_file(Path(__file__).with_name("presets") / f"{name}.toml")
    return _changed(RiskProfile(), [read_settings(keys)])


def _read_overrides(overrides: Mapping[str, Any]) -> Settings:
    if "base" in overrides:
        raise ProfileError(
            "base belongs into a file or a mapping; heat_of takes another profile's heat limits"
        )
    return read_settings(overrides)
