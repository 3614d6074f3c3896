"""What a fit knows and what it does not: Fisher information, profile likelihood, samples of the posterior.

Everything is on the fitted scale (`studies.parameters`): logarithms of log-scaled parameters, so an entry of 0.1 is
10 %. Residuals are in standard deviations, so the Fisher information is J'J and a rise of the squared misfit by 3.841
is the 95 % limit.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from heartloop.errors import ConvergenceError, ParameterError, UnknownNameError, suggest
from heartloop.progress import Bar

if TYPE_CHECKING:
    from .fit import Fit, Point, Problem

GOOD, WEAK = 0.15, 0.7  # standard error on the log scale: within 15 %; within a factor of two
SAME = 0.95  # correlation beyond which two parameters trade against each other
LOST = 1e-10  # eigenvalue over the largest below which a direction carries no information


class Identifiability:
    """Fisher information at a fit.

    Attributes
    ----------
    table
        Per parameter: standard error (fitted scale), its value with all others known (`alone`), the factor between
        them (`inflation`), the parameter it trades with most and their correlation, and a verdict.
    eigenvalues, directions
        Of J'J, largest first, and the parameter combinations (columns), unit length.
    correlation
        Of the estimates (m, m).
    condition, collinearity
        Root of the eigenvalue ratio; 1 / smallest singular value of the column-normalised Jacobian (above 10-15 the
        set is taken as poorly identifiable; Brun et al. 2001).
    """

    def __init__(
        self, names: Sequence[str], J: np.ndarray, log: Sequence[bool], value: np.ndarray, slope: np.ndarray,
        at_bound: set[str],
    ) -> None:  # fmt: skip
        m = len(names)
        u, sv, vt = np.linalg.svd(J, full_matrices=True)
        del u
        full = np.zeros(m)
        full[: len(sv)] = sv
        self.eigenvalues = full**2
        self.directions = pd.DataFrame(vt.T, index=list(names), columns=[f"direction {i + 1}" for i in range(m)])
        kept = self.eigenvalues > LOST * max(self.eigenvalues[0], 1e-300)
        with np.errstate(divide="ignore"):
            spread = np.where(kept, 1 / np.maximum(self.eigenvalues, 1e-300), np.inf)
        self.covariance = (vt.T[:, kept] * spread[kept]) @ vt[kept]
        lost = np.any(np.abs(vt.T[:, ~kept]) > 1e-3, axis=1)
        self.standard_errors = np.where(lost, np.inf, np.sqrt(np.diag(self.covariance)))
        norm = np.linalg.norm(J, axis=0)
        alone = np.where(norm > 0, 1 / np.maximum(norm, 1e-300), np.inf)
        d = np.sqrt(np.maximum(np.diag(self.covariance), 1e-300))
        self.correlation = pd.DataFrame(self.covariance / np.outer(d, d), index=list(names), columns=list(names))
        self.condition = float(full[0] / full[-1]) if full[-1] > 0 else float("inf")
        singular = np.linalg.svd(J / np.maximum(norm, 1e-300), compute_uv=False)
        smallest = float(singular[-1]) if len(singular) == m else 0.0
        self.collinearity = float(1 / smallest) if smallest > 1e-12 else float("inf")
        rows = []
        for i, name in enumerate(names):
            other = self.correlation.iloc[i].drop(name)
            partner = str(other.abs().idxmax()) if len(other) else ""
            rho = float(other[partner]) if partner else 0.0
            se = float(self.standard_errors[i])
            relative = se if log[i] else (se * slope[i] / value[i] if value[i] else np.inf)
            rows.append((name, se, alone[i], se / alone[i] if np.isfinite(alone[i]) else np.inf, partner, rho,
                         _verdict(relative, partner, rho, name in at_bound)))  # fmt: skip
        columns = ["parameter", "standard_error", "alone", "inflation", "trades_with", "correlation", "verdict"]
        self.table = pd.DataFrame(rows, columns=columns).set_index("parameter")

    def __repr__(self) -> str:
        text = self.table.to_string(float_format=lambda x: f"{x:.3g}")
        values = ", ".join(f"{e:.2g}" for e in self.eigenvalues)
        return f"{text}\neigenvalues {values}; condition {self.condition:.3g}; collinearity {self.collinearity:.3g}"


def _verdict(relative: float, partner: str, rho: float, at_bound: bool) -> str:
    if at_bound:
        return "at its bound"
    if not np.isfinite(relative):
        return "not identifiable: the measurements do not see it"
    if relative <= GOOD:
        return "determined"
    trade = f", trades with {partner}" if partner and abs(rho) > SAME else ""
    if relative <= WEAK:
        return "weakly determined" + trade
    return "not identifiable in practice" + trade


# -- profiles -------------------------------------------------------------------------------------------------------


@dataclass
class Profile:
    """Profile likelihood of one parameter.

    `table`: value, rise (of the squared misfit), the other parameters, at_bound (who stands at one), evaluations.
    `low`, `high`: limits, nan where the profile is open. `verdict` is a sentence; `evaluations` counts orbits.
    """

    parameter: str
    table: pd.DataFrame
    low: float
    high: float
    drop: float
    verdict: str
    evaluations: int
    failures: int

    def __repr__(self) -> str:
        limits = f"{self.low:.4g} to {self.high:.4g}"
        return f"Profile({self.parameter}: {limits}; {self.verdict}; {self.evaluations} orbits)"


def trace(found: Fit, j: int, points: int, drop: float, max_steps: int) -> Profile:
    """Walk from the fit to both sides, each step sized by the last rise, until the misfit has risen by `drop`."""
    from .fit import _at_bounds, minimise

    if points < 1 or drop <= 0:
        raise ParameterError(f"points = {points} and drop = {drop:g} must be positive.")
    pr = found.problem
    p = pr.parameters[j]
    before, failed_before = pr.evaluations, pr.failures
    best = 2 * found.point.cost
    rows: list[tuple[float, float, np.ndarray, str, int]] = [(found.point.u[j], 0.0, found.point.u, "", 0)]
    limits, open_because = {-1: np.nan, 1: np.nan}, {-1: "", 1: ""}
    se = float(found.identifiability().standard_errors[j])
    first = min(max(0.7 * se * np.sqrt(drop), 1e-4), 0.3)
    bar = Bar(f"profile of {p.name}", 2 * points, "points")
    try:
        for side in (-1, 1):
            point: Point = found.point
            step, last = first, 0.0
            for k in range(points):
                bound = p.low if side < 0 else p.high
                if side * (bound - point.u[j]) < 1e-9:
                    open_because[side] = "reaches its bound"
                    break
                move = side * min(step, side * (bound - point.u[j]))
                count = pr.evaluations
                try:
                    start = pr.evaluate(*_along(pr, point, j, move), point)
                    new = minimise(pr, start, max_steps=max_steps, enough=1e-4, rest_tol=1e-3, fixed=[j]).point
                except ConvergenceError:
                    open_because[side] = "there is no steady beat beyond"
                    break
                rise = 2 * new.cost - best
                at = ", ".join(n for n in _at_bounds(pr, new.u) if n != p.name)
                rows.append((new.u[j], rise, new.u, at, pr.evaluations - count))
                bar.update(k + 1 + (points if side > 0 else 0))
                if rise >= drop:
                    low, high = np.sqrt(max(last, 0.0)), np.sqrt(rise)
                    part = (np.sqrt(drop) - low) / (high - low)
                    limits[side] = float(p.values(point.u[j] + part * (new.u[j] - point.u[j]))[0])
                    break
                slope = (np.sqrt(max(rise, 1e-12)) - np.sqrt(max(last, 0.0))) / abs(new.u[j] - point.u[j])
                wanted = (np.sqrt(drop) - np.sqrt(max(rise, 0.0))) / max(slope, 1e-9)
                step = float(np.clip(1.05 * wanted, 0.3 * step, 2.5 * step))
                point, last = new, rise
            else:
                open_because[side] = f"is flat over {points} points"
    finally:
        bar.close()
    rows.sort(key=lambda r: r[0])
    columns = {"value": [p.values(r[0])[0] for r in rows], "rise": [r[1] for r in rows]}
    for i, q in enumerate(pr.parameters):
        if i != j:
            columns[q.name] = [q.values(r[2][i])[0] for r in rows]
    table = pd.DataFrame(columns | {"at_bound": [r[3] for r in rows], "evaluations": [r[4] for r in rows]})
    sides = [f"{'below' if s < 0 else 'above'} it {why}" for s, why in open_because.items() if why]
    verdict = "open: " + " and ".join(sides) if sides else "closed on both sides: identifiable"
    helped = sorted({n for r in rows if r[3] for n in r[3].split(", ")})
    if helped:
        verdict += f"; {', '.join(helped)} stood at a bound, which can close a profile that the data leave open"
    return Profile(p.name, table, limits[-1], limits[1], drop, verdict, pr.evaluations - before,
                   pr.failures - failed_before)  # fmt: skip


def follow(e: np.ndarray, Eu: np.ndarray, Es: np.ndarray) -> np.ndarray:
    """How set points follow, (ns, 1 + m): first column removes the errors `e`, the others keep them for a unit step.

    Least norm: a set point whose efferent is cut does nothing and stays where it is.
    """
    if not len(e):
        return np.zeros((0, Eu.shape[1] + 1))
    return np.linalg.lstsq(Es, np.column_stack([e, Eu]), rcond=1e-7)[0]


def following(pr: Problem, point: Point) -> Callable[[np.ndarray], np.ndarray]:
    """Set points at other positions, to first order such that the reflex stays at rest there."""
    _, _, Eu, Es = pr.jacobian(point)
    back = follow(point.e, Eu, Es)[:, 1:]

    def at(u: np.ndarray) -> np.ndarray:
        s = point.s - back @ (u - point.u)
        return np.clip(s, *pr.rest_bounds.T) if len(s) else s

    return at


def _along(pr: Problem, point: Point, j: int, move: float) -> tuple[np.ndarray, np.ndarray]:
    """Positions and set points a `move` of parameter j along the profile, to first order."""
    Ju, Js, Eu, Es = pr.jacobian(point)
    back = follow(point.e, Eu, Es)
    J, r = Ju - Js @ back[:, 1:], point.r - Js @ back[:, 0]
    others = np.array([i for i in range(pr.m) if i != j], dtype=int)
    du = np.zeros(pr.m)
    du[j] = move
    if len(others):
        du[others] = np.linalg.lstsq(J[:, others], -(r + J[:, j] * move), rcond=1e-8)[0]
        biggest = float(np.max(np.abs(du[others])))
        du[others] *= min(1.0, 0.5 / biggest) if biggest > 0 else 1.0
    u = np.clip(point.u + du, pr.low, pr.high)
    s = point.s - back[:, 0] - back[:, 1:] @ (u - point.u)
    return u, np.clip(s, *pr.rest_bounds.T) if len(s) else s


# -- posterior ------------------------------------------------------------------------------------------------------


class Posterior:
    """Samples of the free parameters.

    `samples` (draws x parameters, physical values), `method` a sentence on what they are, `failures` orbits lost.
    """

    def __init__(self, found: Fit, U: np.ndarray, method: str, evaluations: int = 0, failures: int = 0) -> None:
        self._fit, self._u = found, U
        names = [p.name for p in found.problem.parameters]
        columns = [p.values(0.0)[0] * np.exp(U[:, i]) if p.log else p.start[0] + U[:, i] * p.size
                   for i, p in enumerate(found.problem.parameters)]  # fmt: skip
        self.samples = pd.DataFrame(np.column_stack(columns), columns=names)
        self.method, self.evaluations, self.failures = method, evaluations, failures

    def summary(self) -> pd.DataFrame:
        """Mean, SD and the 2.5, 50 and 97.5 % points of each parameter."""
        q = self.samples.quantile([0.025, 0.5, 0.975]).T
        q.columns = ["low", "median", "high"]
        return pd.concat([self.samples.mean().rename("mean"), self.samples.std().rename("sd"), q], axis=1)

    def predict(self, of: Sequence[str], *, draws: int = 40) -> pd.DataFrame:
        """Steady beats at the first `draws` samples: numbers `of` (draws x of), fitted or not.

        Reflex set points follow the parameters to first order, so that each sample is at rest.

        Failed orbits are left out and counted in `.attrs["failures"]`. Raises `UnknownNameError` for unknown keys.
        """
        known = self._fit.beat.features()
        for k in of:
            if k not in known:
                raise UnknownNameError(f"The model's summary has no '{k}'.{suggest(k, known)}")
        pr, point = self._fit.problem, self._fit.point
        set_points = following(pr, point)
        rows, failures = [], 0
        bar = Bar("predict", draws, "orbits")
        try:
            for i, u in enumerate(self._u[:draws]):
                try:
                    f = pr.evaluate(u, set_points(u), point).beat.features()
                    rows.append([f.get(k, np.nan) for k in of])
                except ConvergenceError:
                    failures += 1
                bar.update(i + 1)
        finally:
            bar.close()
        table = pd.DataFrame(rows, columns=list(of))
        table.attrs["failures"] = failures
        return table

    def __repr__(self) -> str:
        return f"Posterior({len(self.samples)} draws; {self.method})"


def laplace(found: Fit, draws: int, seed: int) -> Posterior:
    """Gaussian at the fit, cut at the bounds by rejection."""
    if draws < 1:
        raise ParameterError(f"draws = {draws} must be at least 1.")
    info, pr = found.identifiability(), found.problem
    bad = [p.name for p, s in zip(pr.parameters, info.standard_errors, strict=True) if not np.isfinite(s)]
    if bad:
        raise ConvergenceError(
            f"There is no Gaussian approximation: the measurements do not see {', '.join(bad)}. Give a prior, or free "
            "fewer parameters."
        )
    rng = np.random.default_rng(seed)
    kept: list[np.ndarray] = []
    tried = inside = 0
    while inside < draws and tried < 1000 * draws:
        U = rng.multivariate_normal(found.point.u, info.covariance, size=draws, method="svd")
        U = U[np.all((pr.low <= U) & (pr.high >= U), axis=1)]
        kept.append(U)
        tried += draws
        inside += len(U)
    U = np.vstack(kept)[:draws]
    if len(U) < draws:
        raise ConvergenceError(
            f"Only {len(U)} of {tried} Gaussian samples lie inside the bounds: the fit stands at a bound or the data "
            "say too little. Give a prior."
        )
    share = 100 * inside / tried
    return Posterior(
        found, U, f"Laplace approximation: Gaussian on the fitted scale at the fit, {share:.0f} % inside the bounds"
    )


def sample_emcee(found: Fit, draws: int, seed: int, walkers: int | None, steps: int) -> Posterior:
    """Affine-invariant ensemble (Goodman & Weare 2010) through the package emcee, one orbit per walker and step."""
    try:
        import emcee
    except ImportError as error:
        raise ParameterError(
            "method='emcee' needs the package emcee (`pip install emcee`); method='laplace' needs nothing."
        ) from error
    pr, point = found.problem, found.point
    n = walkers or 2 * pr.m + 2
    set_points = following(pr, point)
    before, failed = pr.evaluations, pr.failures

    def log_probability(u: np.ndarray) -> Any:
        if np.any(u < pr.low) or np.any(u > pr.high):
            return -np.inf
        try:
            return -pr.evaluate(u, set_points(u), point).cost
        except ConvergenceError:
            return -np.inf

    start = laplace(found, n, seed)._u
    start = point.u + 0.5 * (start - point.u)
    sampler = emcee.EnsembleSampler(n, pr.m, log_probability)
    state = np.random.RandomState(seed).get_state()
    bar = Bar("posterior", steps, "steps")
    done = 0
    try:
        for done, _ in enumerate(sampler.sample(start, iterations=steps, rstate0=state), start=1):
            bar.update(done)
    except KeyboardInterrupt:
        if done < 2:
            raise
    finally:
        bar.close()
    U = sampler.get_chain(discard=done // 3, flat=True)
    rng = np.random.default_rng(seed)
    U = U[rng.choice(len(U), size=draws, replace=len(U) < draws)]
    note = f"emcee: {n} walkers, {done} steps, first third dropped; reflex set points follow to first order"
    return Posterior(found, U, note, pr.evaluations - before, pr.failures - failed)
