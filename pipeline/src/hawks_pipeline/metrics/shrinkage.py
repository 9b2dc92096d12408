"""How much of a percentage is the shooter: beta priors, their posteriors, and Wilson without one."""

from typing import NamedTuple, TypeAlias

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy import optimize, special, stats

Floats: TypeAlias = NDArray[np.float64]

LEVEL = 0.90
TAILS = ((1 - LEVEL) / 2, (1 + LEVEL) / 2)
KAPPA = (5.0, 2000.0)
"""Below, a prior says nothing; above, nobody can differ: both are a fit gone wrong."""

FEWEST = 20
"""Shooters with FEWEST_ATTEMPTS each, below which a season to date is too young for a prior of its own."""

FEWEST_ATTEMPTS = 10


class Prior(NamedTuple):
    """A beta distribution: its mean, and `kappa` = alpha + beta, the attempts that it is worth."""

    mean: float
    kappa: float

    @property
    def alpha(self) -> float:
        """The makes that it is worth."""
        return self.mean * self.kappa

    @property
    def beta(self) -> float:
        """The misses that it is worth."""
        return (1 - self.mean) * self.kappa


def fit(made: ArrayLike, tried: ArrayLike, *, floor: Prior | None = None) -> Prior | None:
    """Fit a beta-binomial to shooters' makes and attempts by maximum likelihood.

    With too few shooters the result is `floor`, the previous season's prior, or None without one.
    """
    k, n = np.asarray(made, dtype=float), np.asarray(tried, dtype=float)
    if (n >= FEWEST_ATTEMPTS).sum() < FEWEST or not 0 < k.sum() < n.sum():
        return floor
    some = n > 0
    k, n = k[some], n[some]

    def loss(place: Floats) -> float:
        prior = Prior(float(special.expit(place[0])), float(np.exp(place[1])))
        after = special.betaln(k + prior.alpha, n - k + prior.beta)
        return -float((after - special.betaln(prior.alpha, prior.beta)).sum())

    start = np.array([special.logit(k.sum() / n.sum()), np.log(150.0)])
    bounds = [(start[0] - 1, start[0] + 1), tuple(np.log(KAPPA))]
    found = optimize.minimize(loss, start, method="L-BFGS-B", bounds=bounds)
    return Prior(float(special.expit(found.x[0])), float(np.exp(found.x[1])))


def shrunk(made: ArrayLike, tried: ArrayLike, prior: Prior) -> tuple[Floats, Floats, Floats]:
    """Return mean, low and high of the posterior Beta(k + alpha, n - k + beta)."""
    k, n = np.asarray(made, dtype=float), np.asarray(tried, dtype=float)
    alpha, beta = k + prior.alpha, n - k + prior.beta
    low, high = (stats.beta.ppf(tail, alpha, beta) for tail in TAILS)
    return alpha / (alpha + beta), low, high


def wilson(made: ArrayLike, tried: ArrayLike) -> tuple[Floats, Floats, Floats]:
    """Return k/n and its 90 % interval after Wilson; NaN without attempts."""
    k, n = np.asarray(made, dtype=float), np.asarray(tried, dtype=float)
    n = np.where(n > 0, n, np.nan)
    share, z = k / n, stats.norm.ppf(TAILS[1])
    middle = (share + z * z / (2 * n)) / (1 + z * z / n)
    half = z / (1 + z * z / n) * np.sqrt(share * (1 - share) / n + z * z / (4 * n * n))
    # Rounding may leave a bound on the wrong side of an extreme share.
    return share, np.minimum(middle - half, share).clip(0), np.maximum(middle + half, share).clip(max=1)


def benjamini_hochberg(p: ArrayLike) -> Floats:
    """Return the smallest false discovery rate at which each p-value is a finding. NaN stays NaN."""
    p = np.asarray(p, dtype=float)
    q = np.full(p.shape, np.nan)
    known = np.flatnonzero(~np.isnan(p))
    order = known[np.argsort(p[known], kind="stable")]
    scaled = p[order] * len(order) / np.arange(1, len(order) + 1)
    q[order] = np.minimum.accumulate(scaled[::-1])[::-1].clip(max=1)
    return q
