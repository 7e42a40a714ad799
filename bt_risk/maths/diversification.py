"""How many independent bets a book holds, beyond how many positions. Weights are signed: a short's is negative."""

from __future__ import annotations

from math import exp, isnan, log, nan
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray


def effective_bets(weights: ArrayLike, volatilities: ArrayLike, correlations: ArrayLike) -> float:
    """Return exp(-sum(p * log(p))), p being each principal portfolio's share of the variance (Meucci 2009).

    The principal portfolios are the eigenvectors of the covariances; the book's exposure to one, squared, times its
    eigenvalue, over the book's variance is its share. 1 where one of them makes all of the risk, n where n make the
    same. Instruments of one volatility and no correlation leave the directions open, and then the number with them.
    NaN for a book without variance and for an unknown number.
    """
    exposures, sigma = np.asarray(weights, dtype=np.float64), np.asarray(volatilities, dtype=np.float64)
    covariances = np.outer(sigma, sigma) * np.asarray(correlations, dtype=np.float64)
    if not exposures.size or not np.isfinite(covariances).all() or not np.isfinite(exposures).all():
        return nan
    variances, directions = np.linalg.eigh(covariances)
    shares = np.maximum(variances, 0.0) * (directions.T @ exposures) ** 2
    # A perfect hedge has a variance of float dust rather than zero.
    if not shares.sum() > 1e-18 * float(np.abs(exposures * sigma).sum()) ** 2:
        return nan
    return _perplexity(shares)


def effective_dimension(correlations: ArrayLike) -> float:
    """Return exp of the entropy of the eigenvalues of a correlation matrix over their sum (Roy and Vetterli 2007).

    How many independent instruments the market offers: n for n uncorrelated ones, 1 where all are one. NaN for an
    unknown correlation.
    """
    matrix = np.asarray(correlations, dtype=np.float64)
    if not matrix.size or not np.isfinite(matrix).all():
        return nan
    return _perplexity(np.maximum(np.linalg.eigvalsh(matrix), 0.0))


def pair_correlations(correlations: ArrayLike, weights: ArrayLike) -> NDArray[np.float64]:
    """Return the correlation of each two positions, once each, negated where one is long and the other short."""
    sides = np.sign(np.asarray(weights, dtype=np.float64))
    matrix = np.asarray(correlations, dtype=np.float64) * np.outer(sides, sides)
    pairs: NDArray[np.float64] = matrix[~np.tri(len(sides), dtype=bool)]
    return pairs


def mean_correlation(pairs: ArrayLike) -> float:
    """Return the mean of the pair correlations that are known; NaN without one."""
    values = np.asarray(pairs, dtype=np.float64)
    known = values[np.isfinite(values)]
    return float(known.mean()) if known.size else nan


def _perplexity(parts: NDArray[np.float64]) -> float:
    """Return exp of the entropy of parts over their sum; a part of nothing adds nothing."""
    shares = [float(part) for part in parts / parts.sum() if part > 0.0]
    entropy = -sum(share * log(share) for share in shares)
    return nan if isnan(entropy) else exp(entropy)
