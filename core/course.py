"""Slow time: days to years as an ordinary differential equation over steady beats.

The rate of every slow state is a function of the steady beat that the slow states permit. Each evaluation is one
orbit solve, warm-started with the kept inverse of the last one. LSODA takes the steps, with the exact Jacobian through
the orbit where it is stiff (BDF was tried first: near an equilibrium its step equations stopped converging). When no
steady beat can be found the person decompensates, and the course says on which day and how.
"""

from __future__ import annotations

import hashlib
import json
import time as wall
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
import xarray as xr
from scipy.integrate import LSODA
from scipy.linalg import eig

from .beat import SAMPLES, Beat
from .component import check_value
from .errors import ConvergenceError, DataError, EventError, HeartloopError
from .events import ParameterCourse, flatten
from .orbit import Orbit, Plan, solve_orbit
from .progress import Bar
from .results import Result
from .summary import UNITS

if TYPE_CHECKING:
    from .model import Model

RTOL_COURSE = 1e-5  # of the beats inside a course
JACOBIAN_SAMPLES = 300  # of a beat, for the Jacobian of the slow rates: it steers the steps, it is not in the result
TOL = 1e-10  # residual of the orbits inside a course
SLOW_RTOL = 5e-5  # a failing course amplifies errors some hundredfold while it accelerates
# days; each beat is solved to a tolerance of its own, so the rates carry a noise of about 1e-7 a day, and steps of
# hundreds of days near an equilibrium would amplify it beyond the slow tolerance
MAX_STEP = 15.0
NO_RETURN = 1e-6  # 1/day; a slow mode with a smaller rate (2700 years) is a direction that nothing brings back


class Course(Result):
    """Slow states and whole-beat features over days (`.data`, dimension `day`); `.at(day)` is the model then.

    `status` is "complete", "interrupted ..." or "decompensated ..."; whatever was reached is kept. It goes on with a
    day and a multiplier if a steady beat was unstable (seen on the last day and wherever a Jacobian was worked out).
    """

    kind = "Course"

    def __init__(self, model: Model, data: xr.Dataset, status: str, counts: dict[str, float]) -> None:
        self.model, self.data, self.status, self.counts = model, data, status, counts

    def at(self, day: float) -> Model:
        """Model with the slow states and parameters of that day (linear between output days)."""
        days = self.data["day"].values
        if not days[0] <= day <= days[-1]:
            raise EventError(f"Day {day:g} is outside the course ({days[0]:g}..{days[-1]:g}).")
        new = self.model._copy()
        for path in self.model._c.slow_paths:
            new._theta[self.model._theta_index[path]] = np.interp(day, days, self.data[path].values)
        for path in json.loads(self.data.attrs.get("courses", "[]")):
            new._theta[self.model._theta_index[path]] = np.interp(day, days, self.data[path].values)
        return new

    @property
    def parameters(self) -> pd.DataFrame:
        return self.model.parameters

    @property
    def provenance(self) -> dict[str, Any]:
        return self.model.provenance | {"status": self.status}

    def summary(self) -> pd.Series:
        """Whole-beat numbers on the last day."""
        keys = [k for k in UNITS if k in self.data]
        s = pd.Series({k: float(self.data[k][-1]) for k in keys}, name="value")
        s.attrs["units"] = {k: UNITS[k] for k in keys}
        return s

    def __repr__(self) -> str:
        return f"Course({float(self.data['day'][-1]):g} days; {self.status}; {self.counts.get('beats', 0):.0f} beats)"


class _Walker:
    """Slow right-hand side: theta of a day, orbits with warm starts, counts."""

    def __init__(self, model: Model, courses: list[ParameterCourse], rtol: float, tol: float) -> None:
        self.model, self.rtol, self.tol = model, rtol, tol
        self.c = model._c
        self.slow = slice(self.c.np, self.c.n_theta)
        self.base = model._theta.copy()
        self.size = np.maximum(np.abs(self.base), 1e-2)
        self.size[self.slow] = [e.declaration.size for e in self.c.graph.slow]
        self.courses: list[tuple[int, float, float, float, float]] = []  # index, start, end, from, to
        for e in sorted(courses, key=lambda e: e.start):
            for path in model.resolve(e.path):
                i = model._theta_index[path]
                if i >= self.c.np:
                    raise EventError(f"'{path}' is a slow state; a course can move parameters only.")
                before = self.value(i, e.start)
                to = before * e.to if e.relative else e.to
                check_value(path, to, model._entry(path))
                self.courses.append((i, e.start, e.start + e.over, before, to))
        _ = model.reference  # the resting orbit is also where the first warm start comes from
        self.orbit: Orbit | None = model._reference.orbit
        self.plans: list[Plan] | None = None
        self.planned: np.ndarray | None = None
        # where the solution moves with theta: columns of theta, the theta of the last orbit, d x / d theta there
        self.moving = np.concatenate([sorted({c[0] for c in self.courses}), np.arange(self.c.np, self.c.n_theta)])
        self.moving = self.moving.astype(int)
        self.last: np.ndarray | None = None
        self.low, self.high = np.array([e.declaration.bounds for e in self.c.graph.fast]).T
        self.slope: np.ndarray | None = None
        self.unstable: str | None = None  # when a beat was first seen that plain beats would leave, and how
        self.beats = self.jacobians = self.rates = self.orbits = 0

    def value(self, i: int, day: float) -> float:
        value = self.base[i]
        for j, a, b, start, end in self.courses:
            if j == i and day >= a:
                value = end if day >= b else start + (end - start) * (day - a) / (b - a)
        return float(value)

    def theta(self, day: float, s: np.ndarray) -> np.ndarray:
        theta = self.base.copy()
        for i in {c[0] for c in self.courses}:
            theta[i] = self.value(i, day)
        theta[self.slow] = s
        return theta

    def breaks(self) -> list[float]:
        return sorted({b for c in self.courses for b in (c[1], c[2])})

    def model_at(self, day: float, s: np.ndarray) -> Model:
        m = self.model._copy()
        m._theta = self.theta(day, s)
        return m

    def beat(self, day: float, s: np.ndarray, rtol: float | None = None) -> Beat:
        m = self.model_at(day, s)
        guess = self.orbit.x if self.orbit is not None else m._guess
        if self.slope is not None and self.last is not None:
            ahead = guess + self.slope @ (m._theta - self.last)[self.moving]
            if np.all((ahead >= self.low) & (ahead <= self.high)):  # a leaflet beyond shut has no equation
                guess = ahead
        inverse = self.orbit.inverse if self.orbit is not None else None
        # one step sequence serves neighbouring orbits, so that the rates are smooth; a new one after 1 % of change
        if self.planned is None or np.max(np.abs(m._theta - self.planned) / self.size) > 0.01:
            self.plans, self.planned = None, m._theta.copy()
        o = solve_orbit(
            self.c, m._theta, guess, rtol=rtol or self.rtol, tol=self.tol, inverse=inverse, plans=self.plans, settle=4
        )
        self.plans = o.plans if o.converged else None
        self.beats += o.beats
        self.jacobians += o.jacobians
        self.orbits += 1
        if not o.converged:
            raise ConvergenceError(o.status)
        self.orbit, self.last = o, m._theta
        return Beat(m, o)

    def rate(self, day: float, s: np.ndarray) -> np.ndarray:
        self.rates += 1
        beat = self.beat(day, s)
        return beat.model.slow_rates(beat.features())

    def jacobian(self, day: float, s: np.ndarray) -> np.ndarray:
        """dF/ds, exactly through the orbit: F_s + F_features * d features/ds."""
        beat = self.beat(day, s)
        directions = np.zeros((self.c.n_theta, len(self.moving)))
        directions[self.moving, np.arange(len(self.moving))] = 1.0
        self.slope = beat.state_tangents(directions)
        self.watch(day, beat)
        return slow_jacobian(beat, self.slope[:, -self.c.ns :], JACOBIAN_SAMPLES)

    def watch(self, day: float, beat: Beat) -> None:
        """Note the first beat that is steady but unstable."""
        if self.unstable is None and not beat.stable:
            self.unstable = f"by day {day:.1f} the steady beat is unstable: {beat.stability}"


def slow_jacobian(beat: Beat, dx: np.ndarray | None = None, samples: int = SAMPLES) -> np.ndarray:
    """Jacobian (ns, ns) of the slow rates per day at a steady beat, through the orbit.

    `dx` (n, ns) are the orbit's own tangents along the slow states, where they are known already.
    """
    import casadi as ca

    m, c = beat.model, beat.model._c
    if c._slow_jacobian is None:
        rhs = c.slow_rhs()
        phi, th = ca.SX.sym("phi", rhs.size1_in(0)), ca.SX.sym("theta", rhs.size1_in(1))
        out = rhs(phi, th)
        c._slow_jacobian = ca.Function("slow_jac", [phi, th], [ca.jacobian(out, phi), ca.jacobian(out, th)])
    names = c.graph.features
    reference = m.reference if any(n.endswith("_rest") for n in names) else {}
    f = beat.features()
    values = np.array([reference[n.removesuffix("_rest")] if n.endswith("_rest") else f[n] for n in names])
    j_phi, j_theta = c._slow_jacobian(values, m._theta)
    directions = np.zeros((c.n_theta, c.ns))
    directions[c.np :, :] = np.eye(c.ns)
    J = j_theta.sparse().toarray()[:, c.np :]
    wanted = [n for n in names if not n.endswith("_rest")]
    if wanted:
        table = beat.feature_tangents(directions, dx, samples)
        dphi = np.zeros((len(names), c.ns))
        for i, n in enumerate(names):
            if n in wanted:
                dphi[i] = table[n]
        J = J + j_phi.sparse() @ dphi
    return J


def slow_modes(beat: Beat) -> pd.DataFrame:
    """Modes of the slow clock at a steady beat, the slowest first: eigenvalues of `slow_jacobian`.

    Columns: rate (1/day, negative = returns), frequency (1/day, 0 unless it oscillates), time_constant (day, inf
    where nothing returns), states (those that take at least a fifth part in the mode, the largest first) and
    irreversible (rate is zero to rounding). A state's part is |left x right eigenvector|, in which scales cancel.
    """
    paths = beat.model._c.slow_paths
    columns = ["rate", "frequency", "time_constant", "states", "irreversible"]
    if not paths:
        return pd.DataFrame(columns=columns).rename_axis("mode")
    values, left, right = eig(slow_jacobian(beat), left=True, right=True)
    part = np.abs(left.conj() * right)
    part /= part.sum(axis=0)
    rows = []
    for k in np.argsort(-values.real, kind="stable"):
        rate, lasting = float(values[k].real), bool(abs(values[k]) < NO_RETURN)
        order = np.argsort(-part[:, k], kind="stable")
        main = [paths[i] for i in order if part[i, k] >= 0.2 or i == order[0]]
        tau = np.inf if lasting or rate == 0 else -1 / rate
        rows.append((rate, float(values[k].imag), tau, ", ".join(main), lasting))
    return pd.DataFrame(rows, columns=columns).rename_axis("mode")


def progress(
    model: Model,
    days: float,
    *,
    events: Sequence[Any] = (),
    every: float | None = None,
    rtol: float = SLOW_RTOL,
    beat_rtol: float = RTOL_COURSE,
    beat_tol: float = TOL,
    bar: bool = True,
    checkpoint: str | Path | None = None,
    resume: bool = False,
) -> Course:
    """Follow the slow states for `days`.

    Parameters
    ----------
    events
        `set_parameter(path, to, start=day, over=days)` records (insults and therapies).
    every
        Spacing of output days (default: about 73 points).
    rtol
        Relative slow tolerance; absolute is the same times the size of each state.
    beat_rtol, beat_tol
        Tolerance of the integrator inside the beats, and scaled residual at which a beat counts as steady.
    checkpoint, resume
        File that is written after every accepted step; with `resume` the course continues from it.

    Ctrl-C returns what was reached. A lost orbit ends the course with a "decompensated" status. Raises `EventError`
    for impossible events and `ConvergenceError` if even the resting person has no steady beat.
    """
    if not (np.isfinite(days) and 0 < days <= 36600):
        raise EventError(f"days = {days!r} must lie between 0 and 36600.")
    courses = []
    for e in flatten(list(events)):
        if not isinstance(e, ParameterCourse):
            raise EventError(f"{type(e).__name__} lasts seconds; a course takes set_parameter and pace events only.")
        courses.append(e)
    if not model._c.ns:
        raise EventError("This model has no slow states; add remodeling components to the circuit.")
    w = _Walker(model, courses, beat_rtol, beat_tol)
    c = model._c
    s0 = w.base[w.slow].copy()
    size = np.array([e.declaration.size for e in c.graph.slow])
    every = every or max(days / 73.0, 0.25)
    grid = np.unique(np.concatenate([np.arange(0.0, days, every), [days]]))
    key = hashlib.sha256(repr((c.hash, w.base.tolist(), w.courses, rtol, beat_rtol, beat_tol)).encode()).hexdigest()
    rows: list[dict[str, float]] = []
    start, s = 0.0, s0
    if resume and checkpoint and Path(checkpoint).exists():
        start, s, rows = _load_checkpoint(Path(checkpoint), key, w)
    status = "complete"
    began, cpu = wall.time(), wall.process_time()
    show = Bar(model.title, days, "days") if bar else None
    done = {round(r["day"], 9) for r in rows}
    accepted = 0
    try:
        edges = [b for b in w.breaks() if start < b < days] + [days]
        for edge in edges:
            if edge <= start:
                continue
            first_step = None
            tries = 0
            while start < edge - 1e-12:
                try:
                    if not rows and start == 0.0:
                        rows.append(_row(w, 0.0, s))
                        done.add(0.0)
                    solver = LSODA(
                        w.rate, start, s, edge, rtol=rtol, atol=rtol * size, jac=w.jacobian,
                        first_step=min(first_step or 0.05, edge - start), max_step=MAX_STEP,
                    )  # fmt: skip
                    while solver.status == "running":
                        message = solver.step()
                        if solver.status == "failed":
                            raise ConvergenceError(f"the slow step failed: {message}")
                        accepted += 1
                        dense = solver.dense_output()
                        for day in grid[(grid > solver.t_old) & (grid <= solver.t + 1e-12)]:
                            if round(float(day), 9) not in done:
                                rows.append(_row(w, float(day), dense(day)))
                                done.add(round(float(day), 9))
                        start, s, tries = float(solver.t), solver.y.copy(), 0
                        if show:
                            show.update(start, _note(rows[-1]))
                        if checkpoint:
                            _save_checkpoint(Path(checkpoint), key, start, s, rows, w)
                except ConvergenceError as error:
                    # the orbit was lost inside a step: creep up to the day with smaller steps before giving up
                    tries += 1
                    first_step = (first_step or 1.0) / 20
                    if tries > 3 or first_step < 1e-3:
                        status = f"decompensated on day {start:.2f}: {error}"
                        break
            if status != "complete":
                break
        else:
            w.watch(days, w.beat(days, s))
    except KeyboardInterrupt:
        status = f"interrupted on day {start:.2f}"
    finally:
        if show:
            show.close()
    if w.unstable:
        status = f"{status}; {w.unstable}"
    counts = {
        "beats": w.beats, "orbits": w.orbits, "jacobians": w.jacobians, "rates": w.rates, "steps": accepted,
        "seconds": wall.time() - began, "cpu_seconds": wall.process_time() - cpu,
    }  # fmt: skip
    if not rows:
        raise ConvergenceError(f"The course could not start: {status}.")
    return Course(model, _dataset(w, rows, status, counts), status, counts)


def _row(w: _Walker, day: float, s: np.ndarray) -> dict[str, float]:
    beat = w.beat(day, s)
    row = {"day": day}
    row |= {p: float(v) for p, v in zip(w.c.slow_paths, s, strict=True)}
    row |= {w.c.param_paths[i]: w.value(i, day) for i in {c[0] for c in w.courses}}
    f = beat.features()
    row |= {k: float(v) for k, v in beat.model.slow_outputs(f).items()}
    return row | {k: float(v) for k, v in (f | beat.model.read_slow(f)).items()}


def _note(row: dict[str, float]) -> str:
    return "  ".join(f"{k} {row[k]:.3g}" for k in ("EF", "MAP", "PCWP", "HR") if k in row)


def _dataset(w: _Walker, rows: list[dict[str, float]], status: str, counts: dict[str, float]) -> xr.Dataset:
    rows = sorted(rows, key=lambda r: r["day"])
    frame = pd.DataFrame(rows).set_index("day")
    units: dict[str, tuple[str, str]] = {}
    for e in (*w.c.graph.slow, *w.c.graph.params):
        units[e.path] = (e.declaration.unit, e.declaration.doc)
    for path in w.c.slow_out_paths:
        d = w.c.graph.output_declarations[path]
        units[path] = (d.unit, d.doc)
    variables = {}
    for k in frame.columns:
        unit, doc = units.get(k, (UNITS.get(k, "1"), k))
        variables[k] = ("day", frame[k].to_numpy(dtype=float), {"units": unit, "long_name": doc})
    attrs: dict[str, Any] = {"status": status, "courses": json.dumps([w.c.param_paths[c[0]] for c in w.courses])}
    attrs |= {k: float(v) for k, v in counts.items()}
    day = ("day", frame.index.to_numpy(dtype=float), {"units": "day", "long_name": "time"})
    return xr.Dataset(variables, coords={"day": day}, attrs=attrs)


def _save_checkpoint(path: Path, key: str, day: float, s: np.ndarray, rows: list, w: _Walker) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    scratch = path.with_suffix(path.suffix + ".part")
    assert w.orbit is not None
    scratch.write_text(json.dumps({"key": key, "day": day, "s": s.tolist(), "x": w.orbit.x.tolist(), "rows": rows}))
    scratch.replace(path)


def _load_checkpoint(path: Path, key: str, w: _Walker) -> tuple[float, np.ndarray, list[dict[str, float]]]:
    try:
        stored = json.loads(path.read_text())
        if stored["key"] != key:
            raise DataError(
                f"{path} belongs to another course (model, parameters, events or tolerance differ). "
                "Delete it, or run without resume."
            )
        if w.orbit is not None:
            w.orbit.x = np.array(stored["x"])
        return float(stored["day"]), np.array(stored["s"]), list(stored["rows"])
    except (KeyError, TypeError, ValueError) as error:
        if isinstance(error, HeartloopError):
            raise
        raise DataError(f"{path} is not a readable checkpoint ({error}).") from error
