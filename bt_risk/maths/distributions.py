"""Tails of the distributions that risk statistics are judged by: chi-square, binomial, Student's t.

Probabilities are fractions. Undefined is NaN. The normal is `statistics.NormalDist`.
"""

from __future__ import annotations

from functools import lru_cache
from math import erfc, exp, inf, isnan, lgamma, log, log1p, nan, pi, sqrt
from statistics import NormalDist

_TINY = 1e-300
_EPSILON = 3e-16
_MAX_TERMS = 100_000


def chi_square_tail(value: float, degrees: int) -> float:
    """Return the probability that a chi-square of whole `degrees` of freedom exceeds `value`.

    By the recurrence Q(a + 1, x) = Q(a, x) + x ** a * exp(-x) / Gamma(a + 1), with a = degrees / 2 and
    x = value / 2, from Q(1, x) = exp(-x) or Q(1 / 2, x) = erfc(sqrt(x)). NaN for a negative value or no degrees.
    """
    if isnan(value) or value < 0.0 or degrees < 1:
        return nan
    half = value / 2.0
    if half == 0.0:
        return 1.0
    order, tail = (1.0, exp(-half)) if degrees % 2 == 0 else (0.5, erfc(sqrt(half)))
    while order < degrees / 2.0:
        tail += exp(order * log(half) - half - lgamma(order + 1.0))
        order += 1.0
    return min(tail, 1.0)


def binomial_cdf(successes: int, trials: int, probability: float) -> float:
    """Return the probability of at most `successes` in `trials` independent ones of the given probability.

    I(trials - successes, successes + 1) at 1 - probability, the regularised incomplete beta function. NaN without
    trials or for a probability outside [0, 1].
    """
    if trials < 1 or not 0.0 <= probability <= 1.0:
        return nan
    if successes < 0:
        return 0.0
    if successes >= trials:
        return 1.0
    return incomplete_beta(1.0 - probability, float(trials - successes), successes + 1.0)


def incomplete_beta(x: float, a: float, b: float) -> float:
    """Return the regularised incomplete beta function I_x(a, b), by its continued fraction (DLMF 8.17.22).

    NaN outside 0 <= x <= 1, a > 0, b > 0.
    """
    if not 0.0 <= x <= 1.0 or not a > 0.0 or not b > 0.0:
        return nan
    if x in (0.0, 1.0):
        return x
    # The fraction converges fast below the mean only; above it the complement does.
    if x > (a + 1.0) / (a + b + 2.0):
        return 1.0 - incomplete_beta(1.0 - x, b, a)
    front = exp(lgamma(a + b) - lgamma(a) - lgamma(b) + a * log(x) + b * log1p(-x))
    return front / (a * _beta_fraction(x, a, b))


def student_t_density(value: float, degrees: float) -> float:
    """Return the density of Student's t; the normal's for infinite degrees, NaN for degrees of zero or less."""
    if not degrees > 0.0:
        return nan
    if degrees == inf:
        return NormalDist().pdf(value)
    front = lgamma((degrees + 1.0) / 2.0) - lgamma(degrees / 2.0) - log(degrees * pi) / 2.0
    return exp(front - (degrees + 1.0) / 2.0 * log1p(value * value / degrees))


def student_t_cdf(value: float, degrees: float) -> float:
    """Return the probability that Student's t is at most `value`: I(degrees / 2, 1 / 2) / 2 for a negative one.

    At degrees / (degrees + value ** 2). The normal's for infinite degrees; NaN for degrees of zero or less.
    """
    if not degrees > 0.0 or isnan(value):
        return nan
    if degrees == inf:
        return NormalDist().cdf(value)
    tail = 0.5 * incomplete_beta(degrees / (degrees + value * value), degrees / 2.0, 0.5)
    return tail if value < 0.0 else 1.0 - tail


@lru_cache(maxsize=1024)
def student_t_quantile(probability: float, degrees: float) -> float:
    """Return the value that Student's t does not exceed with the given probability.

    Newton's steps on the distribution, kept inside a bracket that each of them narrows. The normal's for infinite
    degrees. NaN for a probability outside (0, 1) or degrees of zero or less.
    """
    if not 0.0 < probability < 1.0 or not degrees > 0.0:
        return nan
    if degrees == inf:
        return NormalDist().inv_cdf(probability)
    if probability > 0.5:
        return -student_t_quantile(1.0 - probability, degrees)
    # The first terms of its expansion about the normal (Abramowitz and Stegun 26.7.5) are close for most degrees.
    z = NormalDist().inv_cdf(probability)
    value = z + (z**3 + z) / (4.0 * degrees)
    high, low = 0.0, 2.0 * value - 1.0
    while student_t_cdf(low, degrees) > probability:
        high, low = low, low * 2.0
    value = value if low < value < high else (low + high) / 2.0
    for _ in range(200):
        miss = student_t_cdf(value, degrees) - probability
        if miss > 0.0:
            high = value
        else:
            low = value
        step = value - miss / student_t_density(value, degrees)
        following = step if low < step < high else (low + high) / 2.0
        if abs(following - value) <= 1e-15 * abs(value):
            return following
        value = following
    return value


def _beta_fraction(x: float, a: float, b: float) -> float:
    # 1 + d1 / (1 + d2 / (1 + ...)) from the front, as a product of ratios (Thompson and Barnett 1986).
    value = numerator = 1.0
    denominator = 0.0
    for term in range(1, _MAX_TERMS):
        m = term // 2
        if term % 2:
            d = -(a + m) * (a + b + m) * x / ((a + 2 * m) * (a + 2 * m + 1.0))
        else:
            d = m * (b - m) * x / ((a + 2 * m - 1.0) * (a + 2 * m))
        numerator = 1.0 + d / numerator or _TINY
        denominator = 1.0 / (1.0 + d * denominator or _TINY)
        ratio = numerator * denominator
        value *= ratio
        if abs(ratio - 1.0) < _EPSILON:
            break
    return value
