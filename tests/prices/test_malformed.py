"""A thousand malformed inputs: an error that names its place or a repair that is reported, and never a bad price."""

from __future__ import annotations

import re
import warnings
from collections import Counter

import numpy as np
import pandas as pd
import pytest

from bt_risk.errors import PriceError
from bt_risk.prices import check_prices, load_prices
from bt_risk.prices.repair import REPAIRS
from tests.prices.malformed import file_of, frame_of

SEEDS = 500
# A row that is wrong is named by its number; a table that is none by the file or frame alone.
PLACE = re.compile(r"(frame( \w+)?|\S+\.csv)( (line|row) \d+)?( \([-0-9 :.]+\))?: .+")


def outcome_of(source) -> Counter:
    """Load, report and repair one input; say what came of it."""
    loaded, error = attempted(source)
    mended, left = attempted(source, repair=REPAIRS)
    try:
        report = check_prices(source)
    except PriceError:
        assert (loaded, mended, left) == (None, None, error)
        return Counter(unreadable=1)
    assert (loaded is None) == bool(report.errors)
    if loaded is not None:
        assert mended is not None
        return Counter(sound=1)
    assert any(str(finding) in error or finding.text.split(";")[0] in error for finding in report.errors)
    if mended is None:
        return Counter(refused=1, beyond_repair=1)
    assert mended.attrs["repairs"]
    return Counter(refused=1, repaired=1)


def attempted(source, **options) -> tuple[pd.DataFrame | None, str]:
    try:
        frame = load_prices(source, **options)
    except PriceError as error:
        return None, one_line(error)
    assert_sound(frame)
    return frame, ""


def one_line(error: PriceError) -> str:
    assert PLACE.fullmatch(str(error)), str(error)
    return str(error)


def assert_sound(frame: pd.DataFrame) -> None:
    """Hold the frame to every promise of `load_prices`, by plain arithmetic."""
    assert len(frame)
    assert list(frame.columns) == ["Open", "High", "Low", "Close", "Volume"]
    assert (frame.dtypes == np.float64).all()
    values = frame.to_numpy()
    assert np.isfinite(values).all()
    assert (values[:, :4] > 0.0).all()
    assert (values[:, 4] >= 0.0).all()
    assert (values[:, 1] >= values[:, :4].max(axis=1) * (1.0 - 1e-9)).all()
    assert (values[:, 2] <= values[:, :4].min(axis=1) * (1.0 + 1e-9)).all()
    assert frame.index.tz is None
    assert not frame.index.hasnans
    assert frame.index.is_monotonic_increasing
    assert frame.index.is_unique


@pytest.fixture(autouse=True)
def any_warning_is_a_failure():
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        yield


def test_no_malformed_file_is_believed(tmp_path):
    path = tmp_path / "ACME.csv"
    outcomes = Counter()
    for seed in range(SEEDS):
        path.write_bytes(file_of(seed))
        outcomes += outcome_of(path)
    assert outcomes["refused"] + outcomes["unreadable"] >= 400, outcomes
    assert min(outcomes["unreadable"], outcomes["repaired"]) >= 100, outcomes


def test_no_malformed_frame_is_believed():
    outcomes = Counter()
    for seed in range(SEEDS):
        outcomes += outcome_of(frame_of(seed))
    assert outcomes["refused"] + outcomes["unreadable"] >= 300, outcomes
    assert min(outcomes["unreadable"], outcomes["repaired"], outcomes["beyond_repair"]) >= 20, outcomes
