"""A steady beat in hand: its signals, its summary, its multipliers and its exact gradient."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
import xarray as xr

from .compiled import Pass
from .errors import ConvergenceError, UnknownNameError, suggest
from .orbit import RTOL_GRADIENT, Orbit, OrbitProblem, classify, solve_orbit
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
    """One beat of a model, normally the periodic one (`Model.periodic`).

    Attributes
    ----------
    status, residual, converged
        Sentence, max |Phi(x) - x| / scale with every named total, and whether it is below the tolerance asked.
    x
        State at onset (n,).
    """

    kind = "Beat"

    def __init__(self, model: Model, orbit: Orbit) -> None:
        self.model, self.orbit = model, orbit
        self.status, self.residual, self.converged = orbit.status, orbit.residual, orbit.converged
        self.x = orbit.x
        self._pass: Pass | None = None
        self._features: dict[str, float] | None = None
        self._sample: Sample | None = None
        self._data: xr.Dataset | None = None
        self._M: np.ndarray | None = None
        self._elastance: xr.Dataset | None = None

    # -- samples ------------------------------------------------------------------------------------------------------

    def _run(self) -> Pass:
        if self._pass is None:
            o = self.orbit
            self._pass = self.model._c.beat(
                o.x, self.model._theta, rtol=o.rtol, method=o.method, plan=o.plan, samples=SAMPLES
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

    def _monodromy(self) -> np.ndarray:
        if self._M is None:
            problem = OrbitProblem(self.model._c, self.model._theta, self.orbit.rtol, self.orbit.method)
            p = problem.run(self.x[problem.rows], self.orbit.plan, tangents=True)
            self._M = problem.monodromy(p)
        return self._M

    @property
    def multipliers(self) -> np.ndarray:
        """Floquet multipliers, largest modulus first. One equals 1 for each conserved total (`neutral`)."""
        e = np.linalg.eigvals(self._monodromy())
        return e[np.argsort(-np.abs(e))]

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
    def stability(self) -> str:
        """Sentence on the largest multiplier that is not a conserved total."""
        e = [x for x in self.multipliers if abs(x - 1) > 1e-6]
        return classify(e[0]) if e else "only conserved totals"

    def slow_modes(self) -> pd.DataFrame:
        """How the slow states return (or not) near this beat, the slowest first; see `heartloop.course.slow_modes`."""
        from .course import slow_modes

        return slow_modes(self)

    # -- gradients ----------------------------------------------------------------------------------------------------

    def _tight(self) -> Beat:
        if self.orbit.rtol <= RTOL_GRADIENT * 1.001 and self.converged:
            return self
        o = solve_orbit(
            self.model._c, self.model._theta, self.x, rtol=RTOL_GRADIENT, method=self.orbit.method, tol=1e-10,
            inverse=self.orbit.inverse,
        )  # fmt: skip
        if not o.converged:
            raise ConvergenceError(f"The gradient needs a steady beat, but {o.status}.")
        return Beat(self.model, o)

    def state_tangents(self, directions: np.ndarray) -> np.ndarray:
        """d x*/d theta along `directions` (n_theta, m), by the implicit function theorem: (n, m)."""
        c, theta = self.model._c, self.model._theta
        problem = OrbitProblem(c, theta, self.orbit.rtol, self.orbit.method)
        rows, nz, m = problem.rows, len(problem.rows), directions.shape[1]
        S = np.zeros((c.n, nz + m))
        S[rows, np.arange(nz)] = problem.D
        dtheta = np.hstack([np.zeros((c.n_theta, nz)), directions])
        p = c.beat(
            self.x, theta, rtol=self.orbit.rtol, method=self.orbit.method, S=S, dtheta=dtheta, plan=self.orbit.plan
        )
        assert p.S is not None
        self._M = p.S[rows][:, :nz] / problem.D[:, None]
        inverse = problem.inverse(self._M)
        self.orbit.inverse = inverse  # fresher than the solver's own: neighbouring orbits start from it
        right = np.vstack([p.S[rows][:, nz:] / problem.D[:, None],
                           -(problem.dtotals @ directions) / problem.total_scale[:, None]])  # fmt: skip
        dx = np.zeros((c.n, m))
        dx[rows] = (-inverse.matrix @ right) * problem.D[:, None]
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
                self.x, theta, rtol=self.orbit.rtol, method=self.orbit.method, plan=self.orbit.plan, samples=samples,
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
        tight = self._tight()
        known = tight.features()
        for key in of:
            if key not in known:
                raise UnknownNameError(f"The summary has no '{key}'.{suggest(key, known)}")
        directions = self.model.directions(to)
        table = tight.feature_tangents(directions)
        g = pd.DataFrame({t: [table[k][i] for k in of] for i, t in enumerate(to)}, index=list(of))
        if elasticity:
            for i, t in enumerate(to):
                value = float(np.mean(self.model._theta[directions[:, i] != 0]))
                g[t] = [g.loc[k, t] * value / known[k] for k in of]
        g.attrs["rtol"] = tight.orbit.rtol
        return g

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
                self.x, m._theta, rtol=self.orbit.rtol, method=self.orbit.method, plan=self.orbit.plan,
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
        M = self._monodromy()[np.ix_(free, free)]
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
