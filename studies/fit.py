"""Fit a person to measurements: weighted least squares through the steady beat, with exact gradients.

Each residual is (model - measured) / SD of one number of the steady beat. Gauss-Newton steps inside a box trust region
take the parameters there, on a log scale where a parameter is log-scaled, never outside its bounds. Every orbit solve
attempted counts as one evaluation: starts, rejected steps and failures too; gradients are counted apart.

The reflex regulates what is to be fitted, so it is handled in two stages. With its efferents cut every effector stands
at rest, which is what a rest at equilibrium means; the parameters are fitted there, while the set points follow. Then
the efferents act again and both are brought to the solution together: at the end every reflex error vanishes on the
fitted orbit, so the fitted person's rest is an equilibrium.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np
import pandas as pd
from scipy.optimize import lsq_linear

from heartloop.beat import Beat
from heartloop.errors import ConvergenceError, DataError, ParameterError, UnknownNameError, suggest
from heartloop.model import Model
from heartloop.orbit import RTOL_GRADIENT, Inverse, OrbitProblem, solve_orbit
from heartloop.progress import Bar
from heartloop.reflex import REST
from heartloop.summary import UNITS

from .identify import Identifiability, Posterior, Profile, follow, laplace, sample_emcee, trace
from .parameters import Parameter, default_free, free_parameters

EFFERENTS = ("autonomic.efferent_heart", "autonomic.efferent_vessels", "autonomic.vagal_efferent")
CARDIAC = ("autonomic.efferent_heart", "autonomic.vagal_efferent")
REST_SIZE = {"onset": 0.1, "mean": 1.0}  # errors of the RR interval (s) and of firing, tone or volume
REST_TOL = 1e-5
NEEDS_MORE = ("Ees", "V0", "Ea")  # summary keys that need a tangent beat of their own
DEFAULT_SD = 0.05  # relative, for measurements given without one
ORBIT_TOL = 1e-9
MAX_MOVE = 0.7  # first trust region: a factor of two
FAR = 0.2  # a step beyond which the tangents no longer foresee the orbit; a few plain beats are better
ENOUGH = 1e-6  # gain of the cost, relative to 1 + cost, that is not worth an orbit
ROUGHLY, ROUGH_REST = 1e-4, 0.05  # `enough` and `rest_tol` of the first stage, which only has to come near
SEEN = 1.0  # least change of the data (SD per e-fold, others adjusted) for which a default parameter is freed
Z95 = 1.959963984540054


class Traced(Beat):
    """A steady beat that keeps the tangents of its state, to foresee the next orbit nearby."""

    tangents: np.ndarray | None = None  # (n, directions)

    def state_tangents(self, directions: np.ndarray) -> np.ndarray:
        self.tangents = super().state_tangents(directions)
        return self.tangents

    def foresee(self, step: np.ndarray) -> tuple[np.ndarray, Inverse | None]:
        """State at onset (n,) a `step` along the directions of the last tangents, and the inverse to start with."""
        if self.tangents is None:
            return self.x, self.orbit.inverse
        problem = OrbitProblem(self.model._c, self.model._theta, self.orbit.rtol, self.orbit.method)
        inverse = problem.inverse(self._M) if self._M is not None else self.orbit.inverse
        dx = self.tangents @ step
        low, high = np.array([e.declaration.bounds for e in self.model._c.graph.fast]).T
        return np.clip(self.x + dx, np.minimum(low, self.x), np.maximum(high, self.x)), inverse


@dataclass
class Point:
    """One evaluated place: positions `u` (m,), set points `s`, its steady beat, residuals `r` (k,), rest errors `e`.

    `table` are the derivatives of (r, e) in (u, s), once known.
    """

    u: np.ndarray
    s: np.ndarray
    beat: Beat
    r: np.ndarray
    e: np.ndarray
    table: tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray] | None = None

    @property
    def cost(self) -> float:
        return 0.5 * float(self.r @ self.r)

    def merit(self) -> float:
        """Cost and rest errors in one number, for accepting a step."""
        return self.cost + 0.5 * float(self.e @ self.e)


@dataclass
class Problem:
    """Residuals and Jacobian of one fit.

    `model` holds every value that is not free; `keys`, `measured`, `sd` are (k,); `intervals` adds one-sided
    residuals; `prior` (m,) are SDs on the fitted scale (inf: none); `rest` maps set points to their error features.
    """

    model: Model
    parameters: list[Parameter]
    keys: list[str]
    measured: np.ndarray
    sd: np.ndarray
    intervals: dict[str, tuple[float, float, float]] = field(default_factory=dict)
    prior: np.ndarray = field(default_factory=lambda: np.zeros(0))
    rest: list[tuple[str, str, float]] = field(default_factory=list)
    evaluations: int = 0
    failures: int = 0
    gradients: int = 0
    checked: bool = False  # whether the summary has all the keys

    def __post_init__(self) -> None:
        if not len(self.prior):
            self.prior = np.full(len(self.parameters), np.inf)
        self.low = np.array([p.low for p in self.parameters])
        self.high = np.array([p.high for p in self.parameters])
        m = self.model
        self.rest_rows = np.array([m._theta_index[path] for path, _, _ in self.rest], dtype=int)
        self.rest_bounds = np.array([m._entry(path).bounds for path, _, _ in self.rest], dtype=float).reshape(-1, 2)

    @property
    def m(self) -> int:
        return len(self.parameters)

    def keep(self, columns: Sequence[int]) -> None:
        """Leave only these parameters free."""
        self.parameters = [self.parameters[j] for j in columns]
        self.prior, self.low, self.high = self.prior[columns], self.low[columns], self.high[columns]

    def at(self, u: np.ndarray, s: np.ndarray) -> Model:
        """Model at positions `u` with set points `s`."""
        new = self.model._copy()
        for p, x in zip(self.parameters, u, strict=True):
            new._theta[p.rows] = p.values(x)
        new._theta[self.rest_rows] = s
        return new

    def set_points(self) -> np.ndarray:
        return self.model._theta[self.rest_rows].copy()

    def evaluate(self, u: np.ndarray, s: np.ndarray, near: Point | None = None, careful: bool = False) -> Point:
        """Steady beat and residuals; counts one evaluation whatever comes of it.

        Raises `ConvergenceError` if there is no steady beat. With `careful`, plain beats are tried as well.
        """
        self.evaluations += 1
        model = self.at(u, s)
        start, inverse = model._guess, None
        if near is not None and isinstance(near.beat, Traced):
            step = np.concatenate([u - near.u, s - near.s])
            far = float(np.max(np.abs(u - near.u), initial=0.0)) > FAR
            start, inverse = (near.beat.x, None) if far else near.beat.foresee(step)
        try:
            orbit = solve_orbit(
                model._c, model._theta, start, rtol=RTOL_GRADIENT, tol=ORBIT_TOL, inverse=inverse, fallback=careful
            )
            if not orbit.converged:
                raise ConvergenceError(f"There is {orbit.status}.")
            point = self.point(u, s, Traced(model, orbit))
            if not (np.all(np.isfinite(point.r)) and np.all(np.isfinite(point.e))):
                raise ConvergenceError(f"{self.not_finite(point)} is not finite on the steady beat.")
        except ConvergenceError:
            self.failures += 1
            raise
        return point

    def point(self, u: np.ndarray, s: np.ndarray, beat: Beat) -> Point:
        f = beat.features()
        if not self.checked:
            _check_keys([*self.keys, *self.intervals], f)
            self.checked = True
        # a key may vanish on a strange beat, for example the ejection time of a valve that never opens
        r = [(f.get(k, math.nan) - v) / d for k, v, d in zip(self.keys, self.measured, self.sd, strict=True)]
        for k, (low, high, d) in self.intervals.items():
            x = f.get(k, math.nan)
            r.append((max(0.0, x - high) - max(0.0, low - x)) / d if math.isfinite(x) else math.nan)
        r += [x / d for x, d in zip(u, self.prior, strict=True) if np.isfinite(d)]
        e = np.array([f[feature] / size for _, feature, size in self.rest])
        return Point(np.array(u, dtype=float), np.array(s, dtype=float), beat, np.array(r, dtype=float), e)

    def not_finite(self, point: Point) -> str:
        names = [*self.keys, *self.intervals, *(f"prior {p.name}" for p in self.parameters)]
        bad = [n for n, x in zip(names, point.r, strict=False) if not np.isfinite(x)]
        return bad[0] if bad else "a reflex error"

    def jacobian(self, point: Point) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
        """Exact: dr/du (k, m), dr/ds (k, ns), de/du (ns, m), de/ds (ns, ns). Counts one gradient if not known yet."""
        if point.table is not None:
            return point.table
        self.gradients += 1
        model, n = self.model, self.m + len(self.rest)
        d = np.zeros((model._c.n_theta, n))
        for j, (p, x) in enumerate(zip(self.parameters, point.u, strict=True)):
            d[p.rows, j] = p.slope(x)
        d[self.rest_rows, np.arange(self.m, n)] = 1.0
        table = point.beat.feature_tangents(d)
        f = point.beat.features()
        rows = [table[k] / s for k, s in zip(self.keys, self.sd, strict=True)]
        rows += [table[k] / s * float(not low <= f[k] <= high) for k, (low, high, s) in self.intervals.items()]
        J = np.array(rows)
        E = np.array([table[feature] / size for _, feature, size in self.rest]).reshape(-1, n)
        prior = np.diag(1 / self.prior)[np.isfinite(self.prior)]
        Ju = np.vstack([J[:, : self.m], prior])
        Js = np.vstack([J[:, self.m :], np.zeros((len(prior), n - self.m))])
        point.table = (Ju, Js, E[:, : self.m], E[:, self.m :])
        return point.table

    def total_jacobian(self, point: Point) -> np.ndarray:
        """dr/du with the set points following, so that rest stays an equilibrium: (k, m)."""
        Ju, Js, Eu, Es = self.jacobian(point)
        return Ju - Js @ follow(point.e, Eu, Es)[:, 1:]


@dataclass
class Outcome:
    """Where a minimisation ended and why."""

    point: Point
    status: str
    converged: bool
    steps: int


def minimise(
    problem: Problem, start: Point, *, max_steps: int = 40, enough: float = ENOUGH, rest_tol: float = REST_TOL,
    goal: float = 0.0, fixed: Sequence[int] = (), bar: Bar | None = None,
) -> Outcome:  # fmt: skip
    """Gauss-Newton in a box trust region; set points follow by Newton's method.

    Stops when the rest errors are below `rest_tol` and either every |z| is below `goal` or the next step promises to
    lower the cost by less than `enough` x (1 + cost). Parameters in `fixed` stay. A failed orbit shortens the step.
    """
    point, radius, steps = start, MAX_MOVE, 0
    free = np.array([j for j in range(problem.m) if j not in set(fixed)], dtype=int)
    while True:
        settled = not len(point.e) or float(np.max(np.abs(point.e))) < rest_tol
        if settled and goal > 0 and float(np.max(np.abs(point.r))) < goal:
            return Outcome(point, "converged: the measurements are met", True, steps)
        if steps >= max_steps:
            return Outcome(point, f"stopped after {steps} steps, not converged", False, steps)
        Ju, Js, Eu, Es = problem.jacobian(point)
        back = follow(point.e, Eu, Es)
        J = (Ju - Js @ back[:, 1:])[:, free]
        r = point.r - Js @ back[:, 0]
        steps += 1
        accepted = False
        while not accepted:
            du = np.zeros(problem.m)
            du[free] = _box_step(J, r, (problem.low - point.u)[free], (problem.high - point.u)[free], radius)
            ds = -back[:, 0] - back[:, 1:] @ du
            gain = 0.5 * float(r @ r) - 0.5 * float(np.sum((r + J @ du[free]) ** 2))
            whole = float(np.max(np.abs(du), initial=0.0)) < 0.99 * radius  # not shortened by the region
            if settled and whole and gain < enough * (1 + point.cost):
                return Outcome(point, _ended(problem, point), True, steps)
            if radius < 1e-6:
                return Outcome(point, "stopped: no smaller step lowers the misfit", False, steps)
            s = _inside(point.s + ds, problem.rest_bounds)
            try:
                trial = problem.evaluate(np.clip(point.u + du, problem.low, problem.high), s, point)
            except ConvergenceError:
                radius = 0.3 * min(radius, float(np.max(np.abs(du), initial=radius)))
                continue
            predicted = gain + 0.5 * float(point.e @ point.e) + 0.5 * float(point.r @ point.r) - 0.5 * float(r @ r)
            actual = point.merit() - trial.merit()
            ratio = actual / predicted if predicted > 0 else (1.0 if actual >= 0 else -1.0)
            slack = max(rest_tol, float(np.max(np.abs(point.e), initial=0.0)))
            quiet = gain < enough * (1 + point.cost) and float(np.max(np.abs(trial.e), initial=0.0)) <= slack
            if ratio > 1e-3 or quiet:
                accepted = True
                if ratio > 0.7:
                    radius = min(2.0, max(radius, 2 * float(np.max(np.abs(du), initial=0.0))))
                elif ratio < 0.25:
                    radius *= 0.5
                point = trial
            else:
                radius = 0.3 * min(radius, max(float(np.max(np.abs(du), initial=0.0)), 1e-9))
            if bar is not None:
                bar.update(steps, f"{problem.evaluations} orbits, misfit {_rms(point.r):.3g} SD")


def _box_step(J: np.ndarray, r: np.ndarray, low: np.ndarray, high: np.ndarray, radius: float) -> np.ndarray:
    """Least-squares step inside bounds and trust region, with a ridge that vanishes with the misfit."""
    m = J.shape[1]
    if m == 0:
        return np.zeros(0)
    ridge = 1e-3 * math.sqrt(min(1.0, float(r @ r))) * max(float(np.linalg.norm(J, 2)), 1e-12)
    A = np.vstack([J, ridge * np.eye(m)])
    b = np.concatenate([-r, np.zeros(m)])
    lo, hi = np.maximum(low, -radius), np.minimum(high, radius)
    lo, hi = np.minimum(lo, 0.0), np.maximum(hi, 0.0)
    stuck = hi - lo < 1e-12
    step = np.zeros(m)
    if not np.all(stuck):
        step[~stuck] = lsq_linear(A[:, ~stuck], b, (lo[~stuck], hi[~stuck]), method="bvls", tol=1e-14).x
    return step


def _inside(s: np.ndarray, bounds: np.ndarray) -> np.ndarray:
    return np.clip(s, bounds[:, 0], bounds[:, 1]) if len(s) else s


def _rms(r: np.ndarray) -> float:
    return float(np.sqrt(np.mean(r**2))) if len(r) else 0.0


def _ended(problem: Problem, point: Point) -> str:
    at = _at_bounds(problem, point.u)
    return "converged" + (f", with {', '.join(at)} at a bound" if at else "")


def _at_bounds(problem: Problem, u: np.ndarray) -> list[str]:
    near = (u - problem.low < 1e-6) | (problem.high - u < 1e-6)
    return [p.name for p, n in zip(problem.parameters, near, strict=True) if n]


class Fit:
    """A fitted model with its uncertainty. Made by `fit` (or `Model.fit`).

    Attributes
    ----------
    model
        `Model` with the fitted values; its rest is an equilibrium of the reflex and the reference of slow drives.
    beat
        Its steady beat.
    table
        Per free parameter: value, unit, standard error, low and high of the 95 % interval (cut at the bounds),
        relative standard error, start value, verdict, what else moves with it and why it is free. Standard errors
        come from the exact Jacobian and the SDs of the measurements.
    residuals
        Per measurement: measured, model, sd, z = (model - measured) / sd, relative = model / measured - 1.
    evaluations, failures, gradients
        Orbit solves attempted, those of them that failed, and gradients through the orbit.
    status, converged, notes, given
        Sentence; whether a minimum was reached; sentences about the data and the result; values set, not fitted.
    """

    def __init__(
        self, problem: Problem, point: Point, status: str, converged: bool, notes: Sequence[str],
        given: Mapping[str, float], model: Model, name: str = "",
    ) -> None:  # fmt: skip
        self.problem, self.point, self.name = problem, point, name
        self.status, self.converged = status, converged
        self.given = dict(given)
        self.model, self.beat = model, point.beat
        self.jacobian = problem.total_jacobian(point)
        self.evaluations, self.failures, self.gradients = problem.evaluations, problem.failures, problem.gradients
        self._identifiability: Identifiability | None = None
        self.residuals = self._residuals()
        self.table = self._table()
        self.notes = [*notes, *self._remarks()]

    def _residuals(self) -> pd.DataFrame:
        f, pr = self.beat.features(), self.problem
        rows = []
        for k, v, d in zip(pr.keys, pr.measured, pr.sd, strict=True):
            rows.append((k, float(v), float(f[k]), float(d), (f[k] - v) / d, f[k] / v - 1 if v else math.nan))
        columns = ["quantity", "measured", "model", "sd", "z", "relative"]
        table = pd.DataFrame(rows, columns=columns).set_index("quantity")
        table.attrs["units"] = {k: UNITS.get(k, "") for k in pr.keys}
        return table

    def _table(self) -> pd.DataFrame:
        verdicts = self.identifiability().table["verdict"]
        se = self.identifiability().standard_errors
        rows = []
        for p, u, s in zip(self.problem.parameters, self.point.u, se, strict=True):
            value = float(p.values(u)[0])
            low, high = (float(p.values(np.clip(u + sign * Z95 * s, p.low, p.high))[0]) for sign in (-1, 1))
            error = abs(float(p.slope(u)[0])) * s
            also = ", ".join(f"{q} = {v:.4g}" for q, v in zip(p.paths[1:], p.values(u)[1:], strict=True))
            rows.append((p.name, value, p.unit, error, low, high, error / abs(value) if value else math.nan,
                         float(p.start[0]), verdicts[p.name], also, p.reason))  # fmt: skip
        columns = ["parameter", "value", "unit", "standard_error", "low", "high", "relative", "start", "verdict",
                   "moves_with_it", "reason"]  # fmt: skip
        return pd.DataFrame(rows, columns=columns).set_index("parameter")

    def _remarks(self) -> list[str]:
        notes = []
        k, m = len(self.problem.keys), self.problem.m
        if k == m and not np.any(np.isfinite(self.problem.prior)):
            notes.append(
                f"There are as many measurements as free parameters ({k}): the fit meets the data whether or not the "
                "model is right, so small residuals prove nothing; the standard errors carry the information."
            )
        at = _at_bounds(self.problem, self.point.u)
        if at:
            notes.append(
                f"{', '.join(at)} ended at a bound: standard errors there, and of what they correlate with, are too "
                "small."
            )
        weak = [n for n, v in self.table["verdict"].items() if str(v).startswith("not identifiable")]
        if weak:
            notes.append(f"The measurements do not determine {', '.join(map(str, weak))}; see identifiability().")
        return notes

    # -- uncertainty --------------------------------------------------------------------------------------------------

    def identifiability(self) -> Identifiability:
        """Fisher information at the fit: eigenvalues and directions, correlation, collinearity, a verdict each."""
        if self._identifiability is None:
            pr = self.problem
            self._identifiability = Identifiability(
                [p.name for p in pr.parameters], self.jacobian, [p.log for p in pr.parameters],
                np.array([abs(p.values(u)[0]) for p, u in zip(pr.parameters, self.point.u, strict=True)]),
                np.array([abs(p.slope(u)[0]) for p, u in zip(pr.parameters, self.point.u, strict=True)]),
                set(_at_bounds(pr, self.point.u)),
            )  # fmt: skip
        return self._identifiability

    def profile(self, parameter: str, *, points: int = 6, drop: float = 3.841, max_steps: int = 12) -> Profile:
        """Profile likelihood of one parameter: the others are fitted again with it held at other values.

        Parameters
        ----------
        parameter
            Name of a free parameter, as in `table`.
        points
            Values on each side at most.
        drop
            Rise of the squared misfit at which to stop; 3.841 gives the 95 % interval.

        Each point is warm-started from its neighbour. The interval is open on a side where the rise was not reached,
        and points where another parameter stands at a bound are marked: they can make a parameter look determined.
        Raises `UnknownNameError` for a parameter that is not free.
        """
        j = self._free_index(parameter)
        return trace(self, j, points, drop, max_steps)

    def posterior(
        self, draws: int = 1000, *, method: str = "laplace", seed: int = 0, walkers: int | None = None, steps: int = 200
    ) -> Posterior:
        """Samples of the free parameters given the data, flat on the fitted scale within bounds (or the prior).

        Parameters
        ----------
        method
            "laplace": the Gaussian at the fit, from the exact Jacobian, cut at the bounds; costs no orbit and is
            right only as far as the model is linear over the spread. "emcee": an ensemble sampler with one orbit a
            step and walker (needs the package emcee); failed orbits have probability zero and are counted.
        """
        if method == "laplace":
            return laplace(self, draws, seed)
        if method == "emcee":
            return sample_emcee(self, draws, seed, walkers, steps)
        raise ParameterError(f"method = '{method}' is not one of laplace, emcee.")

    def _free_index(self, parameter: str) -> int:
        names = [p.name for p in self.problem.parameters]
        if parameter not in names:
            raise UnknownNameError(f"'{parameter}' is not a free parameter of this fit.{suggest(parameter, names)}")
        return names.index(parameter)

    # -- words --------------------------------------------------------------------------------------------------------

    def summary(self) -> str:
        """Residuals, parameters and notes as text."""
        parts = [repr(self), "", self.residuals.to_string(float_format=lambda x: f"{x:.4g}"), ""]
        columns = ["value", "unit", "standard_error", "low", "high", "relative", "verdict"]
        parts += [self.table[columns].to_string(float_format=lambda x: f"{x:.4g}"), ""]
        return "\n".join([*parts, *("Note: " + n for n in self.notes)])

    def __repr__(self) -> str:
        worst = float(np.nanmax(np.abs(self.residuals["relative"])))
        return (
            f"Fit({self.name + ': ' if self.name else ''}{len(self.problem.keys)} measurements, "
            f"{self.problem.m} free parameters; {self.status}; worst {100 * worst:.2g} %, "
            f"{self.evaluations} orbit solves, {self.gradients} gradients)"
        )


# -- the verb -------------------------------------------------------------------------------------------------------


def fit(
    model: Model,
    patient: Any,
    free: Sequence[str] | Mapping[str, Sequence[str]] | str | None = None,
    *,
    co: str | None = None,
    sd: Mapping[str, float] | None = None,
    prior: float | Mapping[str, float] | None = None,
    denervated: bool | None = None,
    starts: int = 1,
    seed: int = 0,
    max_steps: int = 40,
    goal: float = 1e-3,
    progress: bool = True,
) -> Fit:
    """Fit `model` to a patient by weighted least squares through the steady beat.

    Parameters
    ----------
    patient
        A `Patient` (from `read_patient`), or a mapping from summary keys to values in the units of `Beat.summary()`.
    free
        Free parameters: paths, short paths or wildcards; names joined by '+' move by a common factor; a mapping gives
        each name its paths. Default: the entries of `studies.parameters.CANDIDATES` that the measurements can tell.
    co
        Cardiac output to believe, "fick" or "td", if the patient has both. Default: as the patient was read.
    sd
        Standard deviations by key; default the patient's own, 5 % for a plain mapping.
    prior
        SD of a Gaussian prior around the start on the fitted scale (0.3 is 30 % for a log-scaled parameter), for all
        or by name. Needed if there are fewer measurements than parameters.
    denervated
        Cut the cardiac nerves. Default: as the patient says.
    starts
        Number of starts; beyond the first they are random within a factor of 2 and the bounds.
    goal
        Stop as soon as every |z| is below this.

    A measured heart rate is given to the sinus node, not fitted. Returns a `Fit`.

    Raises `UnknownNameError` (a parameter, key or method unknown), `ParameterError` (empty, doubled or immovable free
    parameters), `DataError` (values not finite, SDs not positive, fewer measurements than free parameters without a
    prior) and `ConvergenceError` (no steady beat at any start).
    """
    target = _Target.read(patient, co, sd, denervated)
    base, given, notes = _prepare(model, target)
    keys = list(target.measured)
    intervals = {k: (*v, 1.0) for k, v in target.intervals.items()}
    parameters = default_free(base, keys) if free is None else free_parameters(base, free)
    taken = [q for p in parameters for q in p.paths if q in given]
    if taken:
        raise ParameterError(f"{taken[0]} is given by the measured heart rate or denervation; it cannot be free.")
    prior_sd = _prior(prior, parameters)
    if len(keys) + int(np.isfinite(prior_sd).sum()) < len(parameters):
        raise DataError(
            f"{len(keys)} measurements ({', '.join(keys)}) cannot determine {len(parameters)} free parameters "
            f"({', '.join(p.name for p in parameters)}). Free fewer, or give prior=0.3 (SD on the fitted scale)."
        )
    if not 1 <= starts <= 1000:
        raise ParameterError(f"starts = {starts} is not in 1..1000.")
    rest = _rest_targets(base)
    problem = Problem(
        base, parameters, keys, np.array([target.measured[k] for k in keys]), np.array([target.sd[k] for k in keys]),
        intervals, prior_sd, rest,
    )  # fmt: skip
    bar = Bar("fit", max_steps, "steps") if progress else None
    try:
        outcome, more = _search(problem, starts, seed, max_steps, goal, free is None, bar)
    finally:
        if bar is not None:
            bar.close()
    point = outcome.point
    if problem.failures:
        notes.append(f"{problem.failures} of {problem.evaluations} orbit solves found no steady beat.")
    fitted = point.beat.model.at_rest()
    fitted._guess, fitted._inverse, fitted._guess_theta = point.beat.x, point.beat.orbit.inverse, fitted._theta.copy()
    point = replace(point, beat=Beat(fitted, point.beat.orbit))
    status = outcome.status
    return Fit(problem, point, status, outcome.converged, [*notes, *more], given, fitted, target.name)


def _search(
    problem: Problem, starts: int, seed: int, max_steps: int, goal: float, prune: bool, bar: Bar | None
) -> tuple[Outcome, list[str]]:
    """Best of `starts` minimisations, each in two stages if the model has an intact reflex; and notes."""
    rng = np.random.default_rng(seed)
    best: Outcome | None = None
    trouble = ""
    ends: list[float] = []
    notes: list[str] = []
    intact = problem.model
    efferents = [p for p in EFFERENTS if p in intact._theta_index and intact[p] != 0.0]
    calm = intact.with_(dict.fromkeys(efferents, 0.0)) if problem.rest and efferents else None
    for k in range(starts):
        u = np.zeros(problem.m)
        if k:
            u = np.clip(rng.uniform(-np.log(2), np.log(2), problem.m), problem.low, problem.high)
        s = problem.set_points()
        try:
            if calm is not None:
                problem.model = calm
                begin = _start(problem, u, s)
                if prune and not k:
                    begin, notes = _prune(problem, begin)
                near = dict(max_steps=max_steps, goal=max(goal, 0.01), bar=bar)
                first = minimise(problem, begin, enough=ROUGHLY, rest_tol=ROUGH_REST, **near)  # type: ignore[arg-type]
                problem.model = intact
                begin = _start(problem, first.point.u, first.point.s, first.point)
            else:
                begin = _start(problem, u, s)
                if prune and not k:
                    begin, notes = _prune(problem, begin)
            outcome = minimise(problem, begin, max_steps=max_steps, goal=goal, bar=bar)
        except ConvergenceError as error:
            trouble = str(error)
            continue
        finally:
            problem.model = intact
        ends.append(outcome.point.cost)
        if best is None or outcome.point.cost < best.point.cost:
            best = outcome
    if best is None:
        raise ConvergenceError(f"No start has a steady beat: {trouble} Start from other values.")
    if starts > 1:
        same = sum(c <= 1.01 * best.point.cost + 1e-6 for c in ends)
        notes.append(f"{same} of {starts} starts ended within 1 % of the best misfit, {starts - len(ends)} failed.")
    return best, notes


def _start(problem: Problem, u: np.ndarray, s: np.ndarray, near: Point | None = None) -> Point:
    """First point; a start that Newton's method cannot take is tried with plain beats."""
    try:
        return problem.evaluate(u, s, near)
    except ConvergenceError:
        return problem.evaluate(u, s, None, careful=True)


def _prune(problem: Problem, point: Point) -> tuple[Point, list[str]]:
    """Keep, in their order, the default parameters that the data tell apart from those before them."""
    Ju, Js, Eu, Es = problem.jacobian(point)
    J = Ju - Js @ follow(point.e, Eu, Es)[:, 1:]
    kept: list[int] = []
    basis = np.zeros((len(J), 0))
    for j in range(problem.m):
        rest = J[:, j] - basis @ (basis.T @ J[:, j])
        if np.linalg.norm(rest) > SEEN:
            kept.append(j)
            basis = np.column_stack([basis, rest / np.linalg.norm(rest)])
    if len(kept) in (0, problem.m):
        return point, []
    lost = [p.name for j, p in enumerate(problem.parameters) if j not in kept]
    problem.keep(kept)
    smaller = replace(point, u=point.u[kept], table=(Ju[:, kept], Js, Eu[:, kept], Es))
    if isinstance(point.beat, Traced) and point.beat.tangents is not None:
        columns = [*kept, *range(len(point.u), point.beat.tangents.shape[1])]
        point.beat.tangents = point.beat.tangents[:, columns]
    return smaller, [f"{', '.join(lost)} stayed where it was: these measurements cannot tell it from the others."]


@dataclass
class _Target:
    """What is to be met: values, SDs, intervals; and what the patient is."""

    name: str
    measured: dict[str, float]
    sd: dict[str, float]
    intervals: dict[str, tuple[float, float]]
    denervated: bool
    notes: list[str]

    @classmethod
    def read(cls, patient: Any, co: str | None, sd: Mapping[str, float] | None, denervated: bool | None) -> _Target:
        if isinstance(patient, Mapping):
            measured = {str(k): _number(str(k), v) for k, v in patient.items()}
            own = {k: DEFAULT_SD * abs(v) or DEFAULT_SD for k, v in measured.items()}
            t = cls("", measured, own, {}, bool(denervated), [])
        elif hasattr(patient, "measured") and hasattr(patient, "sd"):
            measured = {k: _number(k, v) for k, v in patient.measured.items()}
            cut = bool(patient.denervated) if denervated is None else denervated
            t = cls(patient.id, measured, dict(patient.sd), dict(patient.intervals), cut, list(patient.notes))
        else:
            raise DataError("A fit needs a patient (heartloop.read_patient) or a mapping from summary keys to values.")
        t._choose_output(patient, co)
        unknown = [k for k in sd or {} if k not in t.measured]
        if unknown:
            raise UnknownNameError(f"sd names '{unknown[0]}', which is not measured.{suggest(unknown[0], t.measured)}")
        t.sd |= {k: _number(f"sd of {k}", v) for k, v in (sd or {}).items()}
        for k in t.measured:
            if not t.sd.get(k, 0.0) > 0:
                raise DataError(f"The standard deviation of {k} is {t.sd.get(k, 0.0):g}; it must be above 0.")
        if not t.measured:
            raise DataError("There is no measurement to fit.")
        return t

    def _choose_output(self, patient: Any, co: str | None) -> None:
        methods = dict(getattr(patient, "co_methods", {}))
        if co is None:
            return
        if co not in ("fick", "td"):
            raise UnknownNameError(f"Cardiac output by '{co}' is not known; choose 'fick' or 'td'.")
        if co not in methods:
            raise DataError(f"The patient has no cardiac output by '{co}'; it has {', '.join(methods) or 'none'}.")
        if methods[co] == self.measured.get("CO"):
            return
        self.measured["CO"] = _number("CO", methods[co])
        self.sd["CO"] = (0.2 if co == "fick" else 0.1) * methods[co]
        name = {"fick": "Fick", "td": "thermodilution"}
        self.notes = [n for n in self.notes if "thermodilution" not in n]
        if len(methods) == 2:
            a, b = methods["fick"], methods["td"]
            self.notes.append(
                f"Cardiac output by Fick ({a:g} L/min) and by thermodilution ({b:g} L/min) differ by "
                f"{100 * abs(b - a) / min(a, b):.0f} %: they cannot both be right. The fit uses {name[co]}."
            )


def _number(key: str, value: Any) -> float:
    try:
        number = float(value)
    except (TypeError, ValueError):
        raise DataError(f"{key} = {value!r} is not a number.") from None
    if not math.isfinite(number):
        raise DataError(f"{key} = {number} is not finite; leave out what was not measured.")
    return number


def _prepare(model: Model, t: _Target) -> tuple[Model, dict[str, float], list[str]]:
    """Model with the nerves cut and the rate given; what was set; notes."""
    notes = list(t.notes)
    given: dict[str, float] = {}
    if t.denervated:
        cut = [p for p in CARDIAC if p in model._theta_index]
        if cut:
            given |= dict.fromkeys(cut, 0.0)
            notes.append("The heart is denervated: its sympathetic and vagal efferents are cut, vessels keep theirs.")
        else:
            notes.append("The heart is denervated, but this model has no cardiac nerves to cut.")
    if "HR" in t.measured and "pacing.HR_rest" in model._theta_index:
        rate = t.measured.pop("HR")
        t.sd.pop("HR", None)
        given["pacing.HR_rest"] = rate
        low, high = model._entry("pacing.HR_intrinsic").bounds
        if t.denervated or rate > model["pacing.HR_intrinsic"]:
            given["pacing.HR_intrinsic"] = min(max(rate, low), high)
        notes.append(f"The heart rate ({rate:g} 1/min) is given, not fitted.")
        if not t.measured:
            raise DataError("Only the heart rate is measured, and that is given; there is nothing left to fit.")
    notes += _conflict(t, given)
    try:
        return model.with_(given), given, notes
    except ParameterError as error:
        raise DataError(f"The measured heart rate cannot be given to the model: {error}") from error


def _conflict(t: _Target, given: Mapping[str, float]) -> list[str]:
    """Output by two ways, if the record has both."""
    have = t.measured
    rate = given.get("pacing.HR_rest", have.get("HR"))
    if rate is None or not {"CO", "EF", "LVEDV"} <= set(have):
        return []
    other = have["EF"] * have["LVEDV"] * rate / 1000
    gap = other / have["CO"] - 1
    if abs(gap) < 0.1:
        return []
    return [
        f"Ejection fraction x end-diastolic volume x rate gives {other:.2f} L/min, {100 * gap:+.0f} % from the "
        f"measured output ({have['CO']:g} L/min): no model without a leak can meet all three."
    ]


def _check_keys(keys: Sequence[str], features: Mapping[str, float]) -> None:
    known = [k for k in features if not k.startswith("rest:")]
    for k in keys:
        if k in NEEDS_MORE:
            raise UnknownNameError(f"'{k}' cannot be fitted: it is a tangent of the beat, not a number on it.")
        if k not in known:
            raise UnknownNameError(f"The model's summary has no '{k}'.{suggest(k, known)}")


def _prior(prior: float | Mapping[str, float] | None, parameters: Sequence[Parameter]) -> np.ndarray:
    names = [p.name for p in parameters]
    if prior is None:
        return np.full(len(names), np.inf)
    table = dict(prior) if isinstance(prior, Mapping) else dict.fromkeys(names, prior)
    for k, v in table.items():
        if k not in names:
            raise UnknownNameError(f"prior names '{k}', which is not free.{suggest(k, names)}")
        if not _number(f"prior of {k}", v) > 0:
            raise ParameterError(f"The prior SD of {k} is {v:g}; it must be above 0.")
    return np.array([float(table.get(n, np.inf)) for n in names])


def _rest_targets(model: Model) -> list[tuple[str, str, float]]:
    """Set points that follow the fit: (path, error feature, size). Empty for a model without a reflex."""
    found = []
    for path, (output, how) in REST.items():
        feature = "rest:" + output
        if path in model._theta_index and feature in model.features:
            found.append((path, feature, REST_SIZE[how]))
    return found

