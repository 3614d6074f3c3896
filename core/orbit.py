"""The steady beat: fixed points of the beat map by Newton's method, with exact tangents.

The unknown is the state at beat onset. A closed loop conserves its blood volume, so `Phi(x) - x` is singular; each
named total adds the equation "sum of volumes = its prescribed value", and the enlarged system is solved by least
squares. Once close, the step sequence of the integrator is frozen: the map is then smooth to rounding error and the
residual falls to 1e-10. If Newton fails, beats are run one by one, and the status says so.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np

from .compiled import Compiled, Pass, Segment
from .errors import ConvergenceError, IntegrationError
from .tableau import RODAS4

RTOL = 1e-6  # of the integrator, for plots and summaries
COARSE = 1e-4  # of the beats that close in on an orbit
RTOL_GRADIENT = 1e-7  # gradients want about a hundred times the accuracy of the state
REGULAR = 1e7  # largest entry of the inverse of a scaled matrix that still counts as regular


@dataclass
class Inverse:
    """A kept inverse of the orbit's Jacobian, improved by Broyden's rank-one updates: (nz, nz + totals)."""

    matrix: np.ndarray
    M: np.ndarray  # monodromy at which it was made, scaled


@dataclass
class Orbit:
    """A solved (or attempted) orbit: state at onset, frozen steps, residual, counts and the kept inverse."""

    x: np.ndarray
    plan: list[Segment]
    residual: float
    status: str
    converged: bool
    beats: int
    jacobians: int
    rtol: float
    method: str
    inverse: Inverse | None = None
    rr: float = 1.0
    history: list[float] = field(default_factory=list)
    neutral: list[str] = field(default_factory=list)


class OrbitProblem:
    """Residual, Jacobian and scaled steps of one orbit; shared by the Newton, chord and beat-by-beat solvers."""

    def __init__(self, c: Compiled, theta: np.ndarray, rtol: float, method: str) -> None:
        self.c, self.theta, self.rtol, self.method = c, theta, rtol, method
        self.rows = c.periodic_rows
        self.D = c.size[self.rows]
        self.totals, self.dtotals = c.totals(theta)
        place = {r: i for i, r in enumerate(self.rows)}
        w = np.zeros((len(self.totals), len(self.rows)))
        for r in c.volume_rows:
            w[:, place[r]] = 1.0
        self.W = w
        self.total_scale = np.maximum(np.abs(self.totals), 1.0) / 30.0  # one typical volume
        self.beats = 0
        self.jacobians = 0

    def run(self, z: np.ndarray, plan: list[Segment] | None = None, tangents: bool = False, **kw) -> Pass:
        x = np.zeros(self.c.n)
        x[self.rows] = z
        S = None
        if tangents:
            S = np.zeros((self.c.n, len(self.rows)))
            S[self.rows, np.arange(len(self.rows))] = self.D
            self.jacobians += 1
        self.beats += 1
        return self.c.beat(x, self.theta, rtol=self.rtol, method=self.method, S=S, plan=plan, **kw)

    def residual(self, z: np.ndarray, p: Pass) -> np.ndarray:
        """Scaled: (nz,) of the return, then one entry per named total."""
        r = (p.x[self.rows] - z) / self.D
        g = (self.W @ z - self.totals) / self.total_scale
        return np.concatenate([r, g])

    def monodromy(self, p: Pass) -> np.ndarray:
        assert p.S is not None
        return p.S[self.rows] / self.D[:, None]

    def inverse(self, M: np.ndarray) -> Inverse:
        """Pseudo-inverse of the residual's Jacobian.

        A beat conserves each total w, so w (M - I) = 0: with w as a column too the matrix is square and regular, and
        the upper rows of its inverse are the pseudo-inverse. A matrix that stays singular (a total without a name)
        goes to the SVD.
        """
        nz, k = len(self.rows), len(self.W)
        w = self.W * self.D / self.total_scale[:, None]
        A = np.vstack([M - np.eye(nz), w])
        if not np.all(np.isfinite(A)):
            raise IntegrationError("The tangents of the beat map are not finite.")
        square = self.c.kernel.invert(np.hstack([A, np.vstack([w.T, np.zeros((k, k))])]))
        if square is not None and np.max(np.abs(square)) < REGULAR:
            return Inverse(square[:nz], M)
        return Inverse(np.linalg.pinv(A, rcond=1e-12), M)


def solve_orbit(
    c: Compiled,
    theta: np.ndarray,
    x0: np.ndarray,
    *,
    rtol: float = RTOL,
    method: str = RODAS4.name,
    tol: float = 1e-9,
    inverse: Inverse | None = None,
    plan: list[Segment] | None = None,
    settle: int = 8,
    max_beats: int = 400,
    fallback: bool = True,
) -> Orbit:
    """Find the fixed point of the beat map near `x0`.

    With an `inverse` kept from a neighbouring orbit the first iterations cost one beat each; with its `plan` (step
    sequence) too, neighbouring orbits differ smoothly instead of by the noise of step control. Returns an `Orbit`
    whose `status` is a sentence; `converged` is False only if `fallback` beats did not settle either.
    """
    problem = OrbitProblem(c, theta, rtol, method)
    z = np.array(x0, dtype=float)[problem.rows]
    z = _fill(problem, z)
    history: list[float] = []
    try:
        if inverse is not None:
            orbit = _newton(problem, z, inverse, tol, history, plan)
            if orbit is not None:
                return orbit
        for attempt in range(3):
            # close in with coarse beats, whose tangents are cheap; their inverse serves the fine ones as well
            problem.rtol = max(rtol, COARSE)
            z = _settle(problem, z, settle * 4**attempt)
            coarse = _newton(problem, z, None, max(tol, 1e-4), history)
            problem.rtol = rtol
            if coarse is not None:
                z = coarse.x[problem.rows]
                orbit = _newton(problem, z, coarse.inverse, tol, history)
                if orbit is not None:
                    return orbit
    except IntegrationError as error:
        if not fallback:
            raise
        history.append(np.inf)
        trouble: str | None = str(error)
    else:
        trouble = None
    problem.rtol = rtol
    if not fallback:
        raise ConvergenceError(f"Newton's method found no steady beat (residuals {_short(history)}).")
    return _by_beats(problem, z, tol, max_beats, history, trouble)


def _short(history: list[float]) -> str:
    return ", ".join(f"{h:.1e}" for h in history[-5:])


def _fill(problem: OrbitProblem, z: np.ndarray) -> np.ndarray:
    """Put a missing or surplus blood volume in proportion into all volumes, so that the start has the right total."""
    z = z.copy()
    for w, total in zip(problem.W, problem.totals, strict=True):
        rows = w > 0
        have = float(w @ z)
        if have > 0:
            z[rows] *= total / have
    return z


def _settle(problem: OrbitProblem, z: np.ndarray, n: int) -> np.ndarray:
    for _ in range(n):
        z = problem.run(z).x[problem.rows]
    return z


def _newton(
    problem: OrbitProblem,
    z: np.ndarray,
    inverse: Inverse | None,
    tol: float,
    history: list[float],
    plan: list[Segment] | None = None,
) -> Orbit | None:
    """Newton with exact monodromy, then chord steps with Broyden updates on a frozen step sequence."""
    kept = inverse
    frozen = plan is not None
    if kept is None:
        p = problem.run(z, plan, tangents=True)
        kept = problem.inverse(problem.monodromy(p))
        fresh = True
    else:
        p = problem.run(z, plan)
        fresh = False
    r = problem.residual(z, p)
    size = float(np.max(np.abs(r)))
    history.append(size)
    refreshes = 0
    for _ in range(60):
        if not frozen and size < 1e-2:
            plan, frozen = p.segments, True
            p = problem.run(z, plan)  # identical step ends: the residual is unchanged to rounding
            r = problem.residual(z, p)
            size = float(np.max(np.abs(r)))
        if frozen and size < tol:
            return Orbit(
                x=_full(problem, z), plan=p.segments, residual=size, status="converged (Newton)", converged=True,
                beats=problem.beats, jacobians=problem.jacobians, rtol=problem.rtol, method=problem.method,
                inverse=kept, rr=p.rr, history=history,
            )  # fmt: skip
        dz = -kept.matrix @ r
        biggest = float(np.max(np.abs(dz)))
        step = min(1.0, 1.0 / biggest) if biggest > 0 else 1.0
        for w in problem.W:  # no volume may fall below a tenth of itself in one step
            rows = w > 0
            drop = -dz[rows] * problem.D[rows] / np.maximum(z[rows], 1e-9)
            if np.max(drop) > 0:
                step = min(step, 0.9 / float(np.max(drop)))
        accepted = False
        for _ in range(5):
            trial = z + step * dz * problem.D
            try:
                q = problem.run(trial, plan)
            except IntegrationError:
                step *= 0.5
                continue
            s = problem.residual(trial, q)
            new = float(np.max(np.abs(s)))
            # natural monotonicity (Deuflhard): the next step measured with the same inverse must be shorter; the
            # residual itself may rise while a slow state settles
            natural = float(np.max(np.abs(kept.matrix @ s)))
            if natural < (1 - 0.25 * step) * biggest or new < tol:
                accepted = True
                break
            if not fresh:
                break  # a stale inverse: better to refresh than to search
            step *= 0.5
        if accepted:
            contraction = natural / biggest if biggest > 0 else 0.0
            # Broyden's good update of the inverse
            dy, dx = s - r, step * dz
            By = kept.matrix @ dy
            den = float(dx @ By)
            if abs(den) > 1e-12 * float(dx @ dx) and np.isfinite(den):
                kept = Inverse(kept.matrix + np.outer((dx - By) / den, dx @ kept.matrix), kept.M)
            z, r, size, p = trial, s, new, q
            history.append(size)
            fresh = False
            if contraction < 0.3 or (frozen and size < 1e-6 and contraction < 0.6):
                continue
        if refreshes >= 12:
            return None
        refreshes += 1
        if not accepted and fresh:
            return None
        p = problem.run(z, plan, tangents=True)
        kept = problem.inverse(problem.monodromy(p))
        fresh = True
    return None


def _full(problem: OrbitProblem, z: np.ndarray) -> np.ndarray:
    x = np.zeros(problem.c.n)
    x[problem.rows] = z
    return x


def _by_beats(
    problem: OrbitProblem, z: np.ndarray, tol: float, max_beats: int, history: list[float], trouble: str | None
) -> Orbit:
    """Plain beats until they repeat; the honest fallback."""
    best = np.inf
    p = None
    try:
        for _ in range(max_beats):
            p = problem.run(z)
            new = p.x[problem.rows]
            best = float(np.max(np.abs(new - z) / problem.D))
            z = new
            if best < max(tol, 1e-7):
                break
    except IntegrationError as error:
        raise ConvergenceError(f"There is no steady beat: {error}", partial=_full(problem, z)) from error
    assert p is not None
    converged = best < max(tol, 1e-7)
    if converged:
        status = f"settled by {problem.beats} plain beats (Newton failed{': ' + trouble if trouble else ''})"
    else:
        M = problem.monodromy(problem.run(z, tangents=True))
        top = max(np.linalg.eigvals(M), key=lambda e: abs(e) if abs(e - 1) > 1e-6 else 0.0)
        status = f"no steady beat after {problem.beats} beats: {classify(top)}"
    return Orbit(
        x=_full(problem, z), plan=p.segments, residual=best, status=status, converged=converged, beats=problem.beats,
        jacobians=problem.jacobians, rtol=problem.rtol, method=problem.method, rr=p.rr, history=history,
    )  # fmt: skip


def classify(multiplier: complex) -> str:
    """Say in words what a largest Floquet multiplier means."""
    m = complex(multiplier)
    value = f"largest multiplier {m.real:.3f}" + (f" {m.imag:+.3f}i" if abs(m.imag) > 1e-9 else "")
    if abs(m) <= 1:
        return f"slow approach ({value})"
    if abs(m.imag) > 1e-6:
        return f"slow oscillation ({value})"
    return f"alternans ({value})" if m.real < 0 else f"fold: the steady state was lost ({value})"
