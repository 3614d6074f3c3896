"""Steady beats and alternating pairs: fixed points of the beat map and of its square by Newton's method.

The unknown is the state at beat onset. A closed loop conserves its blood volume, so `Phi(x) - x` is singular; each
named total adds the equation "sum of volumes = its prescribed value", and the enlarged system is solved by least
squares. Once close, the step sequence of the integrator is frozen: the map is then smooth to rounding error and the
residual falls to 1e-10. If Newton fails, beats are run one by one, and the status says so.

Everything below holds for a lap of `period` beats: 1 for the steady beat, 2 for a pair that alternates. Every steady
beat solves the equation of the pair too; the pair is sought along the direction in which the steady beat alternates.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

import numpy as np

from .compiled import Compiled, Pass, Segment
from .errors import ConvergenceError, IntegrationError
from .tableau import RODAS4

RTOL = 1e-6  # of the integrator, for plots and summaries
COARSE = 1e-4  # of the beats that close in on an orbit
RTOL_GRADIENT = 1e-7  # gradients want about a hundred times the accuracy of the state
REGULAR = 1e7  # largest entry of the inverse of a scaled matrix that still counts as regular
APART = 1e-4  # of a state's size: closer than this two beats of a pair are one and the same steady beat
NEUTRAL = 1e-6  # a multiplier so close to 1 belongs to a conserved total

Plan = list[Segment]  # step sequence of one beat


@dataclass
class Lap:
    """One or more beats in a row: the passes, with the end state, end tangents and duration of the whole."""

    passes: list[Pass]

    @property
    def x(self) -> np.ndarray:
        return self.passes[-1].x

    @property
    def S(self) -> np.ndarray | None:
        return self.passes[-1].S

    @property
    def rr(self) -> float:
        return sum(p.rr for p in self.passes)

    @property
    def plans(self) -> list[Plan]:
        return [p.segments for p in self.passes]


@dataclass
class Inverse:
    """A kept inverse of the orbit's Jacobian, improved by Broyden's rank-one updates: (nz, nz + totals)."""

    matrix: np.ndarray
    M: np.ndarray  # monodromy at which it was made, scaled


@dataclass
class Orbit:
    """A solved (or attempted) orbit: states at the onset of each beat, frozen steps, residual, counts, kept inverse.

    One entry of `onsets` (n,) and `plans` per beat: one for a steady beat, two for an alternating pair.
    """

    onsets: list[np.ndarray]
    plans: list[Plan]
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

    @property
    def period(self) -> int:
        """Number of beats after which it repeats."""
        return len(self.onsets)

    @property
    def x(self) -> np.ndarray:
        """State at the (first) onset (n,)."""
        return self.onsets[0]

    @x.setter
    def x(self, value: np.ndarray) -> None:
        self.onsets = [value, *self.onsets[1:]]


class OrbitProblem:
    """Residual, Jacobian and scaled steps of an orbit of `period` beats; shared by all solvers."""

    def __init__(self, c: Compiled, theta: np.ndarray, rtol: float, method: str, period: int = 1) -> None:
        self.c, self.theta, self.rtol, self.method, self.period = c, theta, rtol, method, period
        self.rows = c.periodic_rows
        self.D = c.size[self.rows]
        self.totals, self.dtotals = c.totals(theta)
        place = {r: i for i, r in enumerate(self.rows)}
        w = np.zeros((len(self.totals), len(self.rows)))
        for r in c.volume_rows:
            w[:, place[r]] = 1.0
        self.W = w
        # a volume declared with a bound below zero is counted from rest (fluid in the tissue): it takes no share of the
        # total at the start, and cannot run empty
        low = np.array([c.graph.fast[r].declaration.bounds[0] for r in self.rows])
        self.holds = (w > 0) & ((low >= 0) | np.isinf(low))
        self.total_scale = np.maximum(np.abs(self.totals), 1.0) / 30.0  # one typical volume
        self.beats = 0
        self.jacobians = 0

    def run(self, z: np.ndarray, plans: Sequence[Plan] | None = None, tangents: bool = False) -> Lap:
        x = np.zeros(self.c.n)
        x[self.rows] = z
        S = None
        if tangents:
            S = np.zeros((self.c.n, len(self.rows)))
            S[self.rows, np.arange(len(self.rows))] = self.D
            self.jacobians += 1
        passes: list[Pass] = []
        for i in range(self.period):
            plan = plans[i] if plans is not None else None
            passes.append(self.c.beat(x, self.theta, rtol=self.rtol, method=self.method, S=S, plan=plan))
            x, S = passes[-1].x, passes[-1].S
        self.beats += self.period
        return Lap(passes)

    def full(self, z: np.ndarray) -> np.ndarray:
        """State (n,) at an onset, where clock and accumulators are zero."""
        x = np.zeros(self.c.n)
        x[self.rows] = z
        return x

    def onsets(self, z: np.ndarray, p: Lap) -> list[np.ndarray]:
        return [self.full(z), *(self.full(q.x[self.rows]) for q in p.passes[:-1])]

    def residual(self, z: np.ndarray, p: Lap) -> np.ndarray:
        """Scaled: (nz,) of the return, then one entry per named total."""
        r = (p.x[self.rows] - z) / self.D
        g = (self.W @ z - self.totals) / self.total_scale
        return np.concatenate([r, g])

    def monodromy(self, p: Lap) -> np.ndarray:
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
    plans: Sequence[Plan] | None = None,
    settle: int = 8,
    max_beats: int = 400,
    fallback: bool = True,
    period: int = 1,
) -> Orbit:
    """Find the fixed point of the beat map (or of `period` beats in a row) near `x0`.

    With an `inverse` kept from a neighbouring orbit the first iterations cost one lap each; with its `plans` (step
    sequences) too, neighbouring orbits differ smoothly instead of by the noise of step control. Returns an `Orbit`
    whose `status` is a sentence; `converged` is False only if `fallback` beats did not settle either. With
    `period` 2 a steady beat is a solution as well: `solve_pair` looks for the other one.
    """
    problem = OrbitProblem(c, theta, rtol, method, period)
    z = np.array(x0, dtype=float)[problem.rows]
    z = _fill(problem, z)
    history: list[float] = []
    try:
        if inverse is not None:
            orbit = _newton(problem, z, inverse, tol, history, plans)
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
        raise ConvergenceError(f"Newton's method found no {_what(period)} (residuals {_short(history)}).")
    return _by_beats(problem, z, tol, max_beats, history, trouble)


def _what(period: int) -> str:
    return "steady beat" if period == 1 else "alternating pair of beats"


def _short(history: list[float]) -> str:
    return ", ".join(f"{h:.1e}" for h in history[-5:])


def _fill(problem: OrbitProblem, z: np.ndarray) -> np.ndarray:
    """Put a missing or surplus blood volume in proportion into all volumes, so that the start has the right total."""
    z = z.copy()
    for w, rows, total in zip(problem.W, problem.holds, problem.totals, strict=True):
        counted = float(np.sum(z[(w > 0) & ~rows]))
        have = float(w @ z) - counted
        if have > 0:
            z[rows] *= (total - counted) / have
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
    plans: Sequence[Plan] | None = None,
) -> Orbit | None:
    """Newton with exact monodromy, then chord steps with Broyden updates on a frozen step sequence."""
    kept = inverse
    frozen = plans is not None
    if kept is None:
        p = problem.run(z, plans, tangents=True)
        kept = problem.inverse(problem.monodromy(p))
        fresh = True
    else:
        p = problem.run(z, plans)
        fresh = False
    r = problem.residual(z, p)
    size = float(np.max(np.abs(r)))
    history.append(size)
    refreshes = 0
    for _ in range(60):
        if not frozen and size < 1e-2:
            plans, frozen = p.plans, True
            p = problem.run(z, plans)  # identical step ends: the residual is unchanged to rounding
            r = problem.residual(z, p)
            size = float(np.max(np.abs(r)))
        if frozen and size < tol:
            return Orbit(
                onsets=problem.onsets(z, p), plans=p.plans, residual=size, status="converged (Newton)", converged=True,
                beats=problem.beats, jacobians=problem.jacobians, rtol=problem.rtol, method=problem.method,
                inverse=kept, rr=p.rr, history=history,
            )  # fmt: skip
        dz = -kept.matrix @ r
        biggest = float(np.max(np.abs(dz)))
        step = min(1.0, 1.0 / biggest) if biggest > 0 else 1.0
        for rows in problem.holds:  # no volume may fall below a tenth of itself in one step
            drop = -dz[rows] * problem.D[rows] / np.maximum(z[rows], 1e-9)
            if np.max(drop, initial=0.0) > 0:
                step = min(step, 0.9 / float(np.max(drop)))
        accepted = False
        for _ in range(5):
            trial = z + step * dz * problem.D
            try:
                q = problem.run(trial, plans)
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
        p = problem.run(z, plans, tangents=True)
        kept = problem.inverse(problem.monodromy(p))
        fresh = True
    return None


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
        raise ConvergenceError(f"There is no {_what(problem.period)}: {error}", partial=problem.full(z)) from error
    assert p is not None
    converged = best < max(tol, 1e-7)
    if converged:
        status = f"settled by {problem.beats} plain beats (Newton failed{': ' + trouble if trouble else ''})"
    else:
        M = problem.monodromy(problem.run(z, tangents=True))
        top = max(np.linalg.eigvals(M), key=lambda e: abs(e) if abs(e - 1) > NEUTRAL else 0.0)
        status = f"no {_what(problem.period)} after {problem.beats} beats: {classify(top)}"
    return Orbit(
        onsets=problem.onsets(z, p), plans=p.plans, residual=best, status=status, converged=converged,
        beats=problem.beats, jacobians=problem.jacobians, rtol=problem.rtol, method=problem.method, rr=p.rr,
        history=history,
    )  # fmt: skip


# -- alternating pairs ------------------------------------------------------------------------------------------------


def alternation(c: Compiled, orbit: Orbit) -> float:
    """Largest difference between the states at the onsets of a pair, relative to their size; 0 for a steady beat."""
    rows = c.periodic_rows
    return float(np.max(np.abs(orbit.onsets[-1] - orbit.onsets[0])[rows] / c.size[rows]))


def most_negative(multipliers: np.ndarray) -> float:
    """Most negative real multiplier, nan if none is negative. Below -1 the beat alternates."""
    real = np.real(multipliers[np.abs(np.imag(multipliers)) < 1e-9])
    return float(np.min(real)) if len(real) and np.min(real) < 0 else float("nan")


def solve_pair(
    c: Compiled,
    theta: np.ndarray,
    near: np.ndarray,
    *,
    rtol: float = RTOL,
    method: str = RODAS4.name,
    tol: float = 1e-9,
    steady: bool = True,
) -> Orbit:
    """Find the pair of alternating beats around the steady beat with the state `near` (n,) at its onset.

    Starts from the amplitude at which a step along the alternating eigenvector neither grows nor shrinks over two
    beats, then from plain beats; from these alone if `near` is not `steady`. Solutions in which both beats are the same
    are discarded; the first pair that is stable is taken, else the first that was found. Raises `ConvergenceError` with
    the multiplier if there is none.
    """
    single = OrbitProblem(c, theta, rtol, method)
    pair = OrbitProblem(c, theta, rtol, method, period=2)
    z0 = near[single.rows]
    lowest = float("nan")
    if steady:
        values, vectors = np.linalg.eig(single.monodromy(single.run(z0, tangents=True)))
        lowest = most_negative(values)
        starts = _starts(pair, z0, values, vectors, lowest)
    else:
        starts = _plain_starts(pair, z0)
    history: list[float] = []
    trouble = ""
    first: Orbit | None = None
    for z in starts:
        try:
            pair.rtol = max(rtol, COARSE)
            coarse = _newton(pair, z, None, max(tol, 1e-4), history)
            pair.rtol = rtol
            if coarse is None or alternation(c, coarse) < APART:
                continue
            orbit = _newton(pair, coarse.x[pair.rows], coarse.inverse, tol, history)
        except IntegrationError as error:
            trouble = f" ({error})"
            continue
        finally:
            pair.rtol = rtol
        if orbit is None or alternation(c, orbit) < APART:
            continue
        if _lasts(pair, orbit):
            first = orbit
            break
        first = orbit if first is None else first
    if first is not None:
        first.beats, first.jacobians = pair.beats + single.beats, pair.jacobians + single.jacobians
        return first
    if not steady:
        why = "nor a steady beat; the pattern may be longer than two beats"
    elif np.isnan(lowest):
        why = "the steady beat has no negative multiplier"
    elif lowest > -1:
        why = f"the steady beat is stable against alternation, most negative multiplier {lowest:.3f}"
    else:
        why = f"though the steady beat is unstable, multiplier {lowest:.3f}; the pattern may be longer than two beats"
    raise ConvergenceError(f"No alternating pair of beats was found: {why}{trouble}.")


def _lasts(problem: OrbitProblem, orbit: Orbit) -> bool:
    """True if deviations die out: no multiplier, but those of conserved totals, lies outside the unit circle."""
    try:
        e = np.linalg.eigvals(problem.monodromy(problem.run(orbit.x[problem.rows], orbit.plans, tangents=True)))
    except IntegrationError:
        return False
    return bool(np.all(np.abs(e[np.abs(e - 1) > NEUTRAL]) <= 1))


def _starts(
    pair: OrbitProblem, z0: np.ndarray, values: np.ndarray, vectors: np.ndarray, lowest: float
) -> Iterator[np.ndarray]:
    """States from which Newton's method may find the pair: along the alternating eigenvector, then plain beats."""
    pair.rtol = max(pair.rtol, COARSE)
    low, high = np.array([e.declaration.bounds for e in pair.c.graph.fast]).T[:, pair.rows]
    last: np.ndarray | None = None
    if not np.isnan(lowest):
        k = int(np.argmin(np.abs(values - lowest)))
        v, w = np.real(vectors[:, k]), np.real(np.linalg.pinv(vectors)[k])
        v, w = v / np.max(np.abs(v)), w * np.max(np.abs(v))
        for sign in (1.0, -1.0):

            def at(s: float, sign: float = sign) -> np.ndarray:
                return _fill(pair, np.clip(z0 + sign * s * v * pair.D, low, high))

            def growth(s: float, at=at, sign: float = sign) -> float:
                """Of the step s along the eigenvector over two beats, less 1; nan where the beat cannot be run."""
                try:
                    end = pair.run(at(s)).x[pair.rows]
                except IntegrationError:
                    return float("nan")
                return float(sign * (w @ ((end - z0) / pair.D)) / s - 1)

            near, far = 0.0, 0.01
            first = lowest**2 - 1
            while far < 20 and (g := growth(far)) * first > 0:
                near, far = far, 1.5 * far
            if np.isnan(g) or g * first > 0:
                last = at(near) if near > 0 else last
                continue
            for _ in range(5):
                middle = 0.5 * (near + far)
                near, far = (middle, far) if growth(middle) * first > 0 else (near, middle)
            last = at(0.5 * (near + far))
            yield last
    if np.isnan(lowest) or lowest > -1:
        return  # plain beats would only return to the steady one
    yield from _plain_starts(pair, last if last is not None else z0 * (1 + 1e-3), 8)


def _plain_starts(pair: OrbitProblem, z: np.ndarray, laps: int = 0) -> Iterator[np.ndarray]:
    """States after more and more plain beats, `laps` pairs of them before the first."""
    for more in (laps, 8, 32, 128):
        pair.rtol = max(pair.rtol, COARSE)
        try:
            z = _settle(pair, z, more)
        except IntegrationError:
            return
        yield z


def classify(multiplier: complex) -> str:
    """Say in words what a largest Floquet multiplier means.

    Inside the unit circle a deviation dies out ("slow approach"). Outside, the beat is lost: a real multiplier above 1
    is a fold (the steady state ceases to exist nearby), below -1 alternans (every second beat is alike), a complex
    pair a slow oscillation over many beats (Mayer waves, periodic breathing).
    """
    m = complex(multiplier)
    value = f"largest multiplier {m.real:.3f}" + (f" {m.imag:+.3f}i" if abs(m.imag) > 1e-9 else "")
    if abs(m) <= 1:
        return f"slow approach ({value})"
    if abs(m.imag) > 1e-6:
        return f"slow oscillation ({value})"
    return f"alternans ({value})" if m.real < 0 else f"fold: the steady state was lost ({value})"
