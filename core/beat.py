"""A steady beat or an alternating pair in hand: signals, summary, multipliers and exact gradients."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
import xarray as xr

from .compiled import Pass
from .errors import ConvergenceError, UnknownNameError, suggest
from .orbit import (
    APART,
    NEUTRAL,
    RTOL_GRADIENT,
    Orbit,
    OrbitProblem,
    Plan,
    alternation,
    classify,
    most_negative,
    solve_orbit,
)
from .results import Result
from .summary import UNITS, Sample, clinical, extra

if TYPE_CHECKING:
    from .model import Model

SAMPLES = 1500
JOULE = 1.33322e-4  # J per mmHg mL
CHUNK = 32  # tangent directions carried through one sampled beat


def take_sample(model: Model, p: Pass) -> Sample:
    """What the summary reads off an integrated beat: signals, exact beat means, onsets of the stimuli."""
    c = model._c
    return _sample(model, p, c.reader(model._paths)(p.X, p.V, p.piece), p.t, p.X[-1, c.accumulators], p.rr)


def _sample(model: Model, p: Pass, Y: np.ndarray, t: np.ndarray, acc: np.ndarray, rr: float) -> Sample:
    c = model._c
    means = {k: acc[c.index[a] - c.n_periodic] / rr for k, a in c.graph.measures.items()}
    marks = {g: int(np.argmin(np.abs(p.t - a))) for g, (a, _) in p.marks.items()}
    return Sample(t, rr, dict(zip(model._paths, Y.T, strict=True)), means, marks)


class Beat(Result):
    """One beat of an orbit: the steady beat (`Model.periodic`), or one of the two of a `Pair`.

    Attributes
    ----------
    residual, converged
        max |Phi(x) - x| / scale with every named total, and whether it is below the tolerance asked.
    x
        State at onset (n,).
    """

    kind = "Beat"

    def __init__(self, model: Model, orbit: Orbit, index: int = 0) -> None:
        self.model, self.orbit, self.index = model, orbit, index
        self.residual, self.converged = orbit.residual, orbit.converged
        self.x, self.plan = orbit.onsets[index], orbit.plans[index]
        self._pass: Pass | None = None
        self._features: dict[str, float] | None = None
        self._sample: Sample | None = None
        self._data: xr.Dataset | None = None
        self._M: np.ndarray | None = None  # of the whole orbit, from this beat's onset
        self._each: list[np.ndarray] | None = None  # of each beat of the orbit, this one first
        self._multipliers: np.ndarray | None = None
        self._elastance: xr.Dataset | None = None

    @property
    def status(self) -> str:
        """How the beat was found; a beat that would not last says so, with the multiplier that is to blame.

        Multipliers are worked out when this is first read.
        """
        if not self.converged or self.stable:
            return self.orbit.status
        what = "steady" if self.orbit.period == 1 else "a pair"
        return f"{self.orbit.status}; {what} but unstable: {self.stability}"

    @property
    def beats(self) -> tuple[Beat, ...]:
        """This beat alone; a `Pair` has two."""
        return (self,)

    # -- samples ------------------------------------------------------------------------------------------------------

    def _run(self) -> Pass:
        if self._pass is None:
            o = self.orbit
            self._pass = self.model._c.beat(
                self.x, self.model._theta, rtol=o.rtol, method=o.method, plan=self.plan, samples=SAMPLES
            )
        return self._pass

    def sample(self) -> Sample:
        """The signals the summary reads, at about 1500 samples."""
        if self._sample is None:
            self._sample = take_sample(self.model, self._run())
        return self._sample

    def _all(self, s: Sample, theta: np.ndarray) -> dict[str, float]:
        m = self.model
        r = clinical(s, m.roles, m.bsa) | extra(s, m.features)
        for k in m._c.graph.measures:
            r.setdefault(k, s.means[k])
        totals = np.asarray(m._c._totals(theta)[0]).ravel()
        if len(totals):
            r["BV"] = float(totals[0])
        if "SW" in r:
            r["stroke_work"] = r["SW"] * JOULE
        return r

    def features(self) -> dict[str, float]:
        """Summary numbers and named features that cost no further integration: {name: value}."""
        if self._features is None:
            self._features = self._all(self.sample(), self.model._theta)
        return self._features

    def summary(self) -> pd.Series:
        """Clinical numbers of the beat; units in `.attrs["units"]`."""
        r = dict(self.features())
        r |= self.model.read_slow(r)
        if self.model.roles.get("lv"):
            r |= self._end_systole()
        keys = [k for k in UNITS if k in r]
        series = pd.Series({k: r[k] for k in keys}, name="value")
        series.attrs["units"] = {k: UNITS[k] for k in keys}
        return series

    @property
    def data(self) -> xr.Dataset:
        """All states and outputs over the beat (dimension `time`, s since sinus firing) with units and long names."""
        if self._data is None:
            c, p = self.model._c, self._run()
            Y = c.outputs(p.X, p.V, p.piece)
            variables: dict[str, Any] = {}
            for i, e in enumerate(c.graph.fast):
                variables[e.path] = ("time", p.X[:, i], {"units": e.declaration.unit, "long_name": e.declaration.doc})
            for i, path in enumerate(c.out_paths):
                d = c.graph.output_declarations[path]
                variables[path] = ("time", Y[:, i], {"units": d.unit, "long_name": d.doc})
            self._data = xr.Dataset(
                variables,
                coords={
                    "time": ("time", p.t, {"units": "s", "long_name": "time since sinus firing"}),
                    "phase": ("time", p.t / p.rr, {"units": "1", "long_name": "time / RR interval"}),
                },
                attrs={"RR": p.rr, "status": self.status, "residual": self.residual},
            )
        return self._data

    @property
    def parameters(self) -> pd.DataFrame:
        """Parameter table of the model that beat."""
        return self.model.parameters

    @property
    def provenance(self) -> dict[str, Any]:
        return self.model.provenance | {"status": self.status, "residual": self.residual, "rtol": self.orbit.rtol}

    # -- stability ----------------------------------------------------------------------------------------------------

    def _later(self) -> list[tuple[np.ndarray, Plan]]:
        """(state at onset, steps) of every beat of the orbit in order, this one first."""
        o = self.orbit
        turn = [*range(self.index, o.period), *range(self.index)]
        return [(self.x if i == self.index else o.onsets[i], o.plans[i]) for i in turn]

    def _beat_tangents(self, directions: np.ndarray) -> list[tuple[np.ndarray, np.ndarray]]:
        """Scaled tangents of each beat of the orbit, this one first: in the state (nz, nz) and in theta (nz, m)."""
        c, theta, o = self.model._c, self.model._theta, self.orbit
        rows, D = c.periodic_rows, c.size[c.periodic_rows]
        nz, m = len(rows), directions.shape[1]
        S = np.zeros((c.n, nz + m))
        S[rows, np.arange(nz)] = D
        dtheta = np.hstack([np.zeros((c.n_theta, nz)), directions])
        found = []
        for x, plan in self._later():
            p = c.beat(x, theta, rtol=o.rtol, method=o.method, S=S, dtheta=dtheta, plan=plan)
            assert p.S is not None
            found.append((p.S[rows][:, :nz] / D[:, None], p.S[rows][:, nz:] / D[:, None]))
        self._each = [M for M, _ in found]
        self._M = _product(self._each)
        return found

    def _monodromy(self) -> np.ndarray:
        if self._M is None:
            self._beat_tangents(np.zeros((self.model._c.n_theta, 0)))
        assert self._M is not None
        return self._M

    @property
    def multipliers(self) -> np.ndarray:
        """Floquet multipliers, largest modulus first. One equals 1 for each conserved total (`neutral`).

        Those of a beat in a pair belong to the map of both beats.
        """
        if self._multipliers is None:
            e = np.linalg.eigvals(self._monodromy())
            self._multipliers = e[np.argsort(-np.abs(e))]
        return self._multipliers

    def _free_multipliers(self) -> np.ndarray:
        """Multipliers without those of the conserved totals."""
        return self.multipliers[np.abs(self.multipliers - 1) > NEUTRAL]

    @property
    def alternans(self) -> float:
        """Most negative real multiplier (nan if none is negative); below -1 plain beats alternate."""
        return most_negative(self.multipliers)

    @property
    def neutral(self) -> dict[str, list[str]]:
        """Conserved totals found from the monodromy: name -> the states that it sums.

        Left null vectors of M - I; those in the span of the circuit's named totals carry that name.
        """
        c = self.model._c
        M = self._monodromy()
        rows = c.periodic_rows
        u, sv, vt = np.linalg.svd((M - np.eye(len(M))).T)
        null = vt[sv < 1e-7 * max(1.0, sv[0])] / c.size[rows]  # back to unscaled states
        del u
        found: dict[str, list[str]] = {}
        w = np.isin(rows, c.volume_rows).astype(float)
        for i, vector in enumerate(null):
            v = vector / np.max(np.abs(vector))
            big = [c.paths[rows[j]] for j in np.flatnonzero(np.abs(v) > 1e-3)]
            aligned = abs(v @ w) / (np.linalg.norm(v) * np.linalg.norm(w)) if w.any() else 0.0
            name = next(iter(c.graph.totals), "volume") if aligned > 1 - 1e-6 else f"unnamed {i}"
            found[name] = big
        return found

    @property
    def stable(self) -> bool:
        """True if small deviations die out beat by beat; conserved totals do not count."""
        e = self._free_multipliers()
        return not len(e) or bool(abs(e[0]) <= 1)

    @property
    def stability(self) -> str:
        """Sentence on the largest multiplier that is not a conserved total; see `heartloop.orbit.classify`."""
        e = self._free_multipliers()
        return classify(e[0]) if len(e) else "only conserved totals"

    def slow_modes(self) -> pd.DataFrame:
        """How the slow states return (or not) near this beat, the slowest first; see `heartloop.course.slow_modes`."""
        from .course import slow_modes

        return slow_modes(self)

    # -- gradients ----------------------------------------------------------------------------------------------------

    def _tight(self) -> Beat:
        if self.orbit.rtol <= RTOL_GRADIENT * 1.001 and self.converged:
            return self
        period = self.orbit.period
        o = solve_orbit(
            self.model._c, self.model._theta, self.orbit.x, rtol=RTOL_GRADIENT, method=self.orbit.method, tol=1e-10,
            inverse=self.orbit.inverse, period=period,
        )  # fmt: skip
        if not o.converged or (period > 1 and alternation(self.model._c, o) < APART):
            raise ConvergenceError(
                f"The gradient needs a {'steady beat' if period == 1 else 'pair of beats'} at rtol {RTOL_GRADIENT:g}, "
                f"but {o.status if not o.converged else 'both beats became the same'}."
            )
        return type(self)(self.model, o, self.index)

    def state_tangents(self, directions: np.ndarray) -> np.ndarray:
        """d x*/d theta along `directions` (n_theta, m), by the implicit function theorem: (n, m)."""
        c, theta, o = self.model._c, self.model._theta, self.orbit
        problem = OrbitProblem(c, theta, o.rtol, o.method, o.period)
        forced = np.zeros((len(problem.rows), directions.shape[1]))
        for M, B in self._beat_tangents(directions):
            forced = M @ forced + B
        inverse = problem.inverse(self._monodromy())
        if self.index == 0:
            o.inverse = inverse  # fresher than the solver's own: neighbouring orbits start from it
        right = np.vstack([forced, -(problem.dtotals @ directions) / problem.total_scale[:, None]])
        dx = np.zeros((c.n, directions.shape[1]))
        dx[problem.rows] = (-inverse.matrix @ right) * problem.D[:, None]
        return dx

    def feature_tangents(
        self, directions: np.ndarray, dx: np.ndarray | None = None, samples: int = SAMPLES
    ) -> dict[str, np.ndarray]:
        """Derivatives of every feature along `directions` (n_theta, m): {name: (m,)}.

        `dx` are the state tangents along the same directions, where they are known already; fewer `samples` of the
        beat cost less and cost digits.
        """
        c, theta = self.model._c, self.model._theta
        dx = self.state_tangents(directions) if dx is None else dx
        reader = c.reader(self.model._paths)
        result: dict[str, list[float]] = {}
        for first in range(0, directions.shape[1], CHUNK):
            block = slice(first, first + CHUNK)
            dth = directions[:, block]
            p = c.beat(
                self.x, theta, rtol=self.orbit.rtol, method=self.orbit.method, plan=self.plan, samples=samples,
                S=dx[:, block], dtheta=dth, sample_tangents=True,
            )  # fmt: skip
            assert p.SX is not None and p.dheld is not None and p.dt is not None and p.drr is not None
            Y = reader(p.X, p.V, p.piece)
            dV = np.vstack([dth, p.dheld, np.zeros((c.ng, dth.shape[1]))])
            dY = reader.tangents(p.X, p.V, p.piece, p.SX, dV)
            acc, dacc = p.X[-1, c.accumulators], p.SX[-1, c.accumulators]
            size = np.maximum(np.max(np.abs(Y), axis=0), 1e-9)
            for k in range(dth.shape[1]):
                grow = max(float(np.max(np.abs(dY[:, :, k]) / size)), float(np.max(np.abs(p.dt[:, k]))) / p.rr, 1e-12)
                eps = 1e-6 / grow
                high, low = (
                    self._all(
                        _sample(
                            self.model,
                            p,
                            Y + e * dY[:, :, k],
                            p.t + e * p.dt[:, k],
                            acc + e * dacc[:, k],
                            p.rr + e * p.drr[k],
                        ),
                        theta + e * dth[:, k],
                    )
                    for e in (eps, -eps)
                )
                for key in high:
                    result.setdefault(key, []).append((high[key] - low[key]) / (2 * eps))
        return {k: np.array(v) for k, v in result.items()}

    def gradient(self, of: Sequence[str], to: Sequence[str], elasticity: bool = False) -> pd.DataFrame:
        """Exact derivatives of steady-beat numbers in parameters, through the orbit.

        Parameters
        ----------
        of
            Summary keys or feature names.
        to
            Parameter or slow-state paths; a short path or wildcard moves all it addresses together.
        elasticity
            Return d ln(of) / d ln(to) instead.

        Returns a DataFrame (of x to). The orbit is first re-solved at rtol 1e-7 if it was looser. Raises
        `UnknownNameError` for unknown names and `ConvergenceError` if there is no steady beat.
        """
        return _gradient([self._tight()], of, to, elasticity)

    # -- elastance ----------------------------------------------------------------------------------------------------

    def elastance(self) -> xr.Dataset:
        """E(t) and its volume intercept: tangent of the steady beat to a little blood volume, reflexes held.

        E = dp/dV along that tangent, the small-load limit of a slow caval occlusion: filling and arterial pressure
        fall together, and the cell follows. It is given from the ventricular stimulus to mitral opening (NaN
        elsewhere). A volume added to the ventricle alone, at one end-diastole, is no measure of it where a wall ejects:
        more is ejected, and by end-systole hardly any of the volume is left to divide by.
        """
        if self._elastance is None:
            m, c = self.model, self.model._c
            lv = m.roles["lv"]
            S = np.zeros((c.n, 1))
            S[:, 0] = self._with_more_blood()
            p = c.beat(
                self.x, m._theta, rtol=self.orbit.rtol, method=self.orbit.method, plan=self.plan,
                samples=SAMPLES, S=S, dtheta=np.zeros((c.n_theta, 1)), sample_tangents=True,
            )  # fmt: skip
            assert p.SX is not None and p.dheld is not None
            reader = c.reader((lv + ".p", lv + ".V", m.roles["mitral_valve"] + ".q"))
            pr, vol, q = reader(p.X, p.V, p.piece).T
            dv = np.vstack([np.zeros((c.n_theta, 1)), p.dheld, np.zeros((c.ng, 1))])
            dp, dV, _ = reader.tangents(p.X, p.V, p.piece, p.SX, dv)[:, :, 0].T
            E = np.where(np.abs(dV) > 0.02 * np.max(np.abs(dV)), dp / np.where(dV == 0, 1.0, dV), np.nan)
            closed = q < 0.02 * np.max(q)
            start = int(np.searchsorted(p.t, p.marks[m.roles["lv_onset"]][0]))
            shut = start + int(np.argmax(closed[start:]))
            opening = shut + int(np.argmax(~closed[shut:])) if np.any(~closed[shut:]) else len(p.t)
            E[:start] = np.nan
            E[opening:] = np.nan
            self._elastance = xr.Dataset(
                {
                    "E": ("time", E, {"units": "mmHg/mL", "long_name": "emergent elastance"}),
                    "V0": ("time", vol - pr / E, {"units": "mL", "long_name": "volume intercept"}),
                    "p": ("time", pr, {"units": "mmHg"}),
                    "V": ("time", vol, {"units": "mL"}),
                },
                coords={"time": ("time", p.t, {"units": "s"})},
            )
        return self._elastance

    def _with_more_blood(self) -> np.ndarray:
        """State tangent (n,) to total blood volume with everything held that neither stores nor moves blood.

        What may follow: chambers with their cells, vessels and valves. Reflexes, held, keep rate and tone.
        """
        c = self.model._c
        problem = OrbitProblem(c, self.model._theta, self.orbit.rtol, self.orbit.method)
        owners = {p.rsplit(".", 1)[0] for p in [*c.graph.volumes, *(p for p in c.paths if p.endswith(".q"))]}
        free = np.array([any(c.paths[i].startswith(o + ".") for o in owners) for i in problem.rows])
        self._monodromy()
        assert self._each is not None
        M = _product([each[np.ix_(free, free)] for each in self._each])
        w = (problem.W * problem.D / problem.total_scale[:, None])[:, free]
        A = np.vstack([M - np.eye(len(M)), w])
        right = np.zeros(len(A))
        right[-len(w)] = 1.0 / problem.total_scale[0]
        dx = np.zeros(c.n)
        dx[problem.rows[free]] = np.linalg.lstsq(A, right, rcond=1e-12)[0] * problem.D[free]
        return dx

    def _end_systole(self) -> dict[str, float]:
        e = self.elastance()
        E, p, V = e["E"].values, e["p"].values, e["V"].values
        f = self.features()
        if not np.any(np.isfinite(E)) or "SV" not in f:
            return {}
        # end-systole: the upper left corner of the loop, the largest p/V
        i = int(np.nanargmax(np.where(np.isfinite(E) & (E > 0), p / V, -np.inf)))
        return {"Ees": float(E[i]), "V0": float(V[i] - p[i] / E[i]), "Ea": float(p[i] / f["SV"])}

    def __repr__(self) -> str:
        f = self.features()
        keys = [k for k in ("HR", "MAP", "CO", "EF", "LVEDP") if k in f]
        return f"Beat({', '.join(f'{k} {f[k]:.3g}' for k in keys)}; {self.status}, residual {self.residual:.1e})"


class Pair(Result):
    """Two beats that alternate (`Model.periodic(period=2)`): a fixed point of the beat map applied twice.

    Numbers of a pair (`features`, `summary`, `gradient`) are the means of the numbers of its two beats.

    Attributes
    ----------
    beats
        The two `Beat`s in their order.
    steady
        The steady beat in between, unstable where the pair is what really happens; None if there was none.
    residual, converged, x
        As those of a `Beat`, over both beats; `x` (n,) is the state at the first onset.
    """

    kind = "Pair"
    of_beats: type[Beat] = Beat

    def __init__(self, model: Model, orbit: Orbit, steady: Beat | None = None) -> None:
        self.model, self.orbit, self.steady = model, orbit, steady
        self.beats = tuple(self.of_beats(model, orbit, i) for i in range(orbit.period))
        self.residual, self.converged, self.x = orbit.residual, orbit.converged, orbit.x
        self._data: xr.Dataset | None = None

    @property
    def status(self) -> str:
        """How the pair was found, and the multiplier of the steady beat that it replaces."""
        lost = self.steady.alternans if self.steady is not None else float("nan")
        between = f"; the steady beat has multiplier {lost:.3f}" if np.isfinite(lost) else ""
        return f"alternating pair, {self.beats[0].status}{between}"

    @property
    def multipliers(self) -> np.ndarray:
        """Floquet multipliers of the map of both beats, largest modulus first."""
        return self.beats[0].multipliers

    @property
    def neutral(self) -> dict[str, list[str]]:
        """Conserved totals, as of a `Beat`."""
        return self.beats[0].neutral

    @property
    def stable(self) -> bool:
        """True if small deviations from the pair die out."""
        return self.beats[0].stable

    @property
    def stability(self) -> str:
        """Sentence on the largest multiplier of the pair that is not a conserved total."""
        return self.beats[0].stability

    def features(self) -> dict[str, float]:
        """Means over both beats of what `Beat.features` gives; what one beat lacks is left out."""
        return _mean([b.features() for b in self.beats])

    def summary(self) -> pd.Series:
        """Means over both beats of what `Beat.summary` gives; units in `.attrs["units"]`."""
        each = [b.summary() for b in self.beats]
        series = pd.Series(_mean([dict(s) for s in each]), name="value")
        series.attrs["units"] = each[0].attrs["units"]
        return series

    def each(self) -> pd.DataFrame:
        """Summary of each of the two beats, one column a beat."""
        table = pd.DataFrame({f"beat {i + 1}": b.summary() for i, b in enumerate(self.beats)})
        table.attrs["units"] = self.beats[0].summary().attrs["units"]
        return table

    def gradient(self, of: Sequence[str], to: Sequence[str], elasticity: bool = False) -> pd.DataFrame:
        """Exact derivatives of the means over both beats in parameters; arguments as of `Beat.gradient`."""
        first = self.beats[0]._tight()
        tight = [type(first)(first.model, first.orbit, i) for i in range(first.orbit.period)]
        return _gradient(tight, of, to, elasticity)

    @property
    def data(self) -> xr.Dataset:
        """All states and outputs over both beats (dimension `time`, s since the first onset); `beat` counts from 1."""
        if self._data is None:
            parts, start = [], 0.0
            for i, b in enumerate(self.beats):
                one = b.data.drop_vars("phase")
                one = one.assign_coords(beat=("time", np.full(one.sizes["time"], i + 1), {"units": "1"}))
                parts.append(one.assign_coords(time=("time", one["time"].values + start, one["time"].attrs)))
                start += float(b.data.attrs["RR"])
            self._data = xr.concat(parts, "time", combine_attrs="drop")
            self._data.attrs = {"RR": start / len(parts), "status": self.status, "residual": self.residual}
        return self._data

    @property
    def parameters(self) -> pd.DataFrame:
        """Parameter table of the model that beat."""
        return self.model.parameters

    @property
    def provenance(self) -> dict[str, Any]:
        return self.model.provenance | {"status": self.status, "residual": self.residual, "rtol": self.orbit.rtol}

    def __repr__(self) -> str:
        f = self.features()
        keys = [k for k in ("HR", "MAP", "CO", "EF", "LVEDP") if k in f]
        return f"Pair(means {', '.join(f'{k} {f[k]:.3g}' for k in keys)}; {self.status})"


def _product(matrices: Sequence[np.ndarray]) -> np.ndarray:
    """Tangent of beats in a row: the last matrix stands left."""
    M = matrices[0]
    for later in matrices[1:]:
        M = later @ M
    return M


def _mean(each: Sequence[dict[str, float]]) -> dict[str, float]:
    return {k: float(np.mean([f[k] for f in each])) for k in each[0] if all(k in f for f in each)}


def _gradient(beats: Sequence[Beat], of: Sequence[str], to: Sequence[str], elasticity: bool) -> pd.DataFrame:
    """Derivatives of the means over `beats` (all of one tight orbit)."""
    model = beats[0].model
    known = _mean([b.features() for b in beats])
    for key in of:
        if key not in known:
            raise UnknownNameError(f"The summary has no '{key}'.{suggest(key, known)}")
    directions = model.directions(to)
    tables = [b.feature_tangents(directions) for b in beats]
    means = {k: np.mean([table[k] for table in tables], axis=0) for k in of}
    g = pd.DataFrame({t: [means[k][i] for k in of] for i, t in enumerate(to)}, index=list(of))
    if elasticity:
        for i, t in enumerate(to):
            value = float(np.mean(model._theta[directions[:, i] != 0]))
            g[t] = [g.loc[k, t] * value / known[k] for k in of]
    g.attrs["rtol"] = beats[0].orbit.rtol
    return g
