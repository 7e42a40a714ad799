"""Run many jobs, here or in several processes; the answers come back in the order of the questions."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Sequence
from typing import Any

from tqdm import tqdm

from bt_risk.errors import BtRiskError
from bt_risk.studies.run_profile import run_profile


def run_all(specs: Sequence[dict[str, Any]], jobs: int, progress: bool) -> list[dict[str, Any]]:
    """Return what `run_profile` gives for each of `specs`, in their order.

    Raises
    ------
    BtRiskError
        More than one job is wanted and joblib is not installed.
    """
    answers: list[dict[str, Any]] = [{} for _ in specs]
    finished = _parallel(specs, jobs) if jobs > 1 else (_numbered(item) for item in enumerate(specs))
    bar = tqdm(finished, total=len(specs), desc="profiles", unit="run", file=sys.stderr, disable=not progress)
    for number, answer in bar:
        answers[number] = answer
    return answers


def _numbered(item: tuple[int, dict[str, Any]]) -> tuple[int, dict[str, Any]]:
    return item[0], run_profile(item[1])


def _parallel(specs: Sequence[dict[str, Any]], jobs: int) -> Iterator[tuple[int, dict[str, Any]]]:
    try:
        from joblib import Parallel, delayed
    except ImportError:
        raise BtRiskError(
            "jobs > 1 needs joblib: pip install 'bt-risk[parallel]', or leave jobs at 1"
        ) from None
    pool = Parallel(n_jobs=min(jobs, len(specs)), return_as="generator_unordered")
    return iter(pool(delayed(_numbered)(item) for item in enumerate(specs)))
