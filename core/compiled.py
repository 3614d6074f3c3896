"""The compiled model: a circuit's graph as fast functions, and one beat as a map.

A beat runs from one sinus-node firing to the next. Numbers fixed at its onset (RR interval, delays) are *held*;
stimuli and other windows are *gates*, and the integrator ends a segment on each of their edges, so the map from
the state at onset to the state one RR later is smooth in the state and in every parameter.
"""

from __future__ import annotations

import hashlib
from collections.abc import Collection
from dataclasses import dataclass, field
from functools import partial
from typing import Any

import casadi as ca
import numpy as np

from . import units
from .circuit import CLOCK, Circuit
from .compile import REASONS, Kernel, SegmentResult
from .component import Accumulator
from .errors import EventError, IntegrationError, UnknownNameError, suggest
from .tableau import RODAS4


@dataclass
class Segment:
    """A stretch of the beat with constant gates: start and length (s), gates, accepted step ends as fractions."""

    start: float
    length: float
    gates: np.ndarray
    steps: np.ndarray


@dataclass
class Pass:
    """One integrated beat.

    `x` end state, `S` its tangents (n, m); samples over the beat: `t` (k,), `X` (k, n), `SX` (k, n, m), `piece` (k,)
    the row of `V` (segments, nv) that holds the symbols in force; `held`, `rr` and its tangent `drr`; `segments` with
    the steps taken.
    """

    x: np.ndarray
    S: np.ndarray | None
    rr: float
    drr: np.ndarray | None
    held: np.ndarray
    dheld: np.ndarray | None
    segments: list[Segment]
    t: np.ndarray
    X: np.ndarray
    SX: np.ndarray | None
    V: np.ndarray
    piece: np.ndarray
    dt: np.ndarray | None
    stats: np.ndarray
    marks: dict[str, tuple[float, float]] = field(default_factory=dict)


BLOCK = 64  # samples evaluated in one call


class Reader:
    """Values and tangents of a few signals over samples of a beat."""

    def __init__(self, c: Compiled, paths: tuple[str, ...]) -> None:
        x, v, _ = c._out_symbolic
        table = dict(c.graph.outputs)
        table |= {e.path: e.symbol for e in (*c.graph.fast, *c.graph.params, *c.graph.slow, *c.graph.held)}
        missing = [p for p in paths if p not in table]
        if missing:
            raise UnknownNameError(f"There is no signal '{missing[0]}'.{suggest(missing[0], table)}")
        y = ca.vertcat(*(table[p] for p in paths))
        self.paths = paths
        compiled = c.kernel.sampler(ca.Function("read", [x, v], [y], {"cse": True}))
        self._sample = compiled or partial(evaluate, _blockwise("read", x, v, y))
        jx, jv = ca.jacobian(y, x), ca.jacobian(y, v)
        self._sx, self._sv = (np.array(j.sparsity().get_triplet()) for j in (jx, jv))
        self._jx = _blockwise("read_x", x, v, _nonzeros(jx))
        self._jv = _blockwise("read_v", x, v, _nonzeros(jv))

    def __call__(self, X: np.ndarray, V: np.ndarray, piece: np.ndarray) -> np.ndarray:
        """X (k, n), V (pieces, nv), piece (k,) -> (k, number of paths)."""
        return self._sample(X, V, piece)

    def tangents(self, X: np.ndarray, V: np.ndarray, piece: np.ndarray, SX: np.ndarray, dV: np.ndarray) -> np.ndarray:
        """SX (k, n, m), dV (nv, m) -> (k, number of paths, m)."""
        result = np.zeros((len(X), len(self.paths), SX.shape[2]))
        for k, (row, col) in enumerate(self._sx.T):
            if k == 0:
                jx = evaluate(self._jx, X, V, piece)
            result[:, row] += jx[:, k, None] * SX[:, col]
        for k, (row, col) in enumerate(self._sv.T):
            if k == 0:
                jv = evaluate(self._jv, X, V, piece)
            if np.any(dV[col]):
                result[:, row] += jv[:, k, None] * dV[col]
        return result


def _nonzeros(m: ca.SX) -> ca.SX:
    nz = m.nonzeros()
    return ca.vertcat(*nz) if nz else ca.SX(0, 1)  # type: ignore[call-overload]


def _blockwise(name: str, x: ca.SX, v: ca.SX, y: ca.SX) -> ca.Function:
    """Function of BLOCK states at once and one v."""
    return ca.Function(name, [x, v], [y], {"cse": True}).map(name + "_b", "serial", BLOCK, [1], [])


def evaluate(f: ca.Function, X: np.ndarray, V: np.ndarray, piece: np.ndarray) -> np.ndarray:
    """Evaluate a block function over samples; `piece` (k,) says which row of V is in force. Returns (k, outputs)."""
    k, n = X.shape
    result = np.empty((k, f.size1_out(0)))
    edges = np.flatnonzero(np.diff(piece)) + 1
    for a, b in zip([0, *edges], [*edges, k], strict=True):
        for first in range(a, b, BLOCK):
            last = min(first + BLOCK, b)
            block = np.zeros((n, BLOCK))
            block[:, : last - first] = X[first:last].T
            block[:, last - first :] = X[last - 1][:, None]
            result[first:last] = np.asarray(f(block, V[piece[first]])).T[: last - first]
    return result


class Compiled:
    """Functions of one circuit. Shared by every model that differs only in values.

    Parameters
    ----------
    circuit
        A complete circuit; raises `WiringError` if it is not.
    """

    def __init__(self, circuit: Circuit) -> None:
        g = circuit.flatten()
        self.circuit, self.graph = circuit, g
        self.n, self.n_periodic = len(g.fast), g.n_periodic
        self.paths = [e.path for e in g.fast]
        self.index = {p: i for i, p in enumerate(self.paths)}
        self.param_paths = [e.path for e in g.params]
        self.param_index = {p: i for i, p in enumerate(self.param_paths)}
        self.slow_paths = [e.path for e in g.slow]
        self.held_paths = [e.path for e in g.held]
        self.gate_paths = [e.path for e in g.gates]
        self.out_paths = list(g.outputs)
        self.np, self.ns, self.nh, self.ng = len(g.params), len(g.slow), len(g.held), len(g.gates)
        self.n_theta = self.np + self.ns
        self.rr_index = self.held_paths.index(circuit._rr)  # type: ignore[arg-type]

        x = ca.vertcat(*(e.symbol for e in g.fast))
        theta = ca.vertcat(*(e.symbol for e in (*g.params, *g.slow)))
        held = ca.vertcat(*(e.symbol for e in g.held))
        gates = ca.vertcat(*(e.symbol for e in g.gates)) if g.gates else ca.SX(0, 1)
        v = ca.vertcat(theta, held, gates)
        f = ca.vertcat(*g.rates)
        fv = ca.jacobian(f, ca.vertcat(theta, held))
        fv = ca.horzcat(fv, ca.SX(self.n, self.ng))
        rhs = ca.Function("hl_f", [x, v], [f], {"cse": True})
        jac = ca.Function("hl_j", [x, v], [ca.jacobian(f, x)], {"cse": True})
        fvf = ca.Function("hl_v", [x, v], [fv], {"cse": True})
        self.rhs = rhs
        self.size = np.array([e.declaration.size for e in g.fast])
        control = self.size.copy()
        for i, e in enumerate(g.fast):
            if isinstance(e.declaration, Accumulator) or e.path == CLOCK:
                control[i] = 0.0
        self.control = control
        self.kernel = Kernel(rhs, jac, fvf, control)
        self.hash = hashlib.sha256((rhs.serialize() + repr(self.paths)).encode()).hexdigest()[:16]

        held_values = ca.vertcat(*g.held_values)
        self._held_values = ca.Function("hl_held_values", [x, theta], [held_values])
        self._held = ca.Function(
            "hl_held", [x, theta], [held_values, ca.jacobian(held_values, x), ca.jacobian(held_values, theta)]
        )
        windows = ca.vertcat(*(w for pair in g.gate_windows for w in pair)) if g.gates else ca.SX(0, 1)
        self._window_values = ca.Function("hl_window_values", [x, theta, held], [windows])
        self._windows = ca.Function(
            "hl_windows",
            [x, theta, held],
            [windows, ca.jacobian(windows, x), ca.jacobian(windows, theta), ca.jacobian(windows, held)],
        )
        out = ca.vertcat(*g.outputs.values()) if g.outputs else ca.SX(0, 1)
        self.out = _blockwise("hl_out", x, v, out)
        self._out_symbolic = (x, v, out)
        self.volume_rows = np.array([self.index[p] for p in g.volumes], dtype=int)
        self.accumulators = np.arange(g.n_periodic, self.n)
        self.reset_rows = np.array([self.index[CLOCK], *self.accumulators], dtype=int)
        keep = np.ones(self.n, dtype=bool)
        keep[self.reset_rows] = False
        self.periodic_rows = np.flatnonzero(keep)
        self._slow_rhs: ca.Function | None = None
        self._slow_out: ca.Function | None = None
        self._slow_jacobian: ca.Function | None = None  # made by the course when first needed
        self.slow_out_paths = list(g.slow_outputs)
        self._readers: dict[tuple[str, ...], Reader] = {}
        totals = ca.vertcat(*g.totals.values()) if g.totals else ca.SX(0, 1)
        self._totals = ca.Function("hl_totals", [theta], [totals, ca.jacobian(totals, theta)])

    # -- values -------------------------------------------------------------------------------------------------------

    def start(self) -> np.ndarray:
        """Declared start values of the fast states (n,)."""
        return np.array([e.declaration.value for e in self.graph.fast], dtype=float)

    def theta(self) -> np.ndarray:
        """Declared values of parameters and slow states (n_theta,)."""
        return np.array([e.declaration.value for e in (*self.graph.params, *self.graph.slow)], dtype=float)

    def held(self, x: np.ndarray, theta: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """Held values at onset and their derivatives in x and theta."""
        h, hx, ht = self._held(x, theta)
        return np.asarray(h).ravel(), hx.sparse(), ht.sparse()

    def outputs(self, X: np.ndarray, V: np.ndarray, piece: np.ndarray) -> np.ndarray:
        """All outputs at k samples: (k, number of outputs)."""
        return evaluate(self.out, X, V, piece)

    def totals(self, theta: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Prescribed conserved totals (mL) and their derivatives in theta."""
        value, jacobian = self._totals(theta)
        return np.asarray(value).ravel(), jacobian.sparse()

    def reader(self, paths: tuple[str, ...]) -> Reader:
        """Function that evaluates some outputs, states or held values and their derivatives."""
        if paths not in self._readers:
            self._readers[paths] = Reader(self, paths)
        return self._readers[paths]

    def slow_rhs(self) -> ca.Function:
        """Rates of the slow states per day: function of (features, theta)."""
        if self._slow_rhs is None:
            g = self.graph
            theta = ca.vertcat(*(e.symbol for e in (*g.params, *g.slow)))
            features = ca.vertcat(*g.feature_symbols) if g.features else ca.SX(0, 1)
            rates = ca.vertcat(*g.slow_rates) if g.slow_rates else ca.SX(0, 1)
            self._slow_rhs = ca.Function("hl_slow", [features, theta], [rates])
        return self._slow_rhs

    def slow_out(self) -> ca.Function:
        """Outputs of the slow components: function of (features, theta), in the order of `slow_out_paths`."""
        if self._slow_out is None:
            g = self.graph
            theta = ca.vertcat(*(e.symbol for e in (*g.params, *g.slow)))
            features = ca.vertcat(*g.feature_symbols) if g.features else ca.SX(0, 1)
            values = ca.vertcat(*g.slow_outputs.values()) if g.slow_outputs else ca.SX(0, 1)
            self._slow_out = ca.Function("hl_slow_out", [features, theta], [values])
        return self._slow_out

    # -- one beat -----------------------------------------------------------------------------------------------------

    def beat(
        self,
        x: np.ndarray,
        theta: np.ndarray,
        *,
        rtol: float = 1e-5,
        method: str = RODAS4.name,
        S: np.ndarray | None = None,
        dtheta: np.ndarray | None = None,
        samples: int = 0,
        sample_tangents: bool = False,
        plan: list[Segment] | None = None,
        extra: list[tuple[str, float, float]] | None = None,
        until: float | None = None,
        changes: list[tuple[float, np.ndarray]] | None = None,
        without: Collection[str] = (),
    ) -> Pass:
        """Integrate one beat from onset.

        `S` (n, m) and `dtheta` (n_theta, m) are tangent directions. `plan` repeats the step sequence of an earlier
        pass, scaled to the new lengths: the map is then smooth to rounding. `extra` adds gate windows (path, start,
        duration), and the gates `without` stay shut in this beat but for those; `changes` replaces theta from given
        times on (held values stay); `until` stops before the RR interval has passed. Raises `IntegrationError` naming
        component, state and time.
        """
        x = np.array(x, dtype=float)
        x[self.reset_rows] = 0.0
        if S is None:  # derivatives cost more than a short beat's integration
            held = np.asarray(self._held_values(x, theta)).ravel()
            w = np.asarray(self._window_values(x, theta, held)).ravel()
        else:
            held, hx, ht = self.held(x, theta)
            ws, wx, wt, wh = self._windows(x, theta, held)
            w = np.asarray(ws).ravel()
        rr = float(held[self.rr_index])
        if not np.isfinite(rr) or not 0.12 < rr < 20.0:
            raise IntegrationError(
                f"The RR interval at beat onset is {rr:g} s ({self.held_paths[self.rr_index]}); "
                "it must lie in 0.12..20 s. Look at the sinus node and the reflexes that drive it."
            )
        m = 0 if S is None else S.shape[1]
        dheld = dwin = None
        if S is not None:
            S = np.array(S, dtype=float)
            S[self.reset_rows] = 0.0
            dtheta = np.zeros((self.n_theta, m)) if dtheta is None else dtheta
            dheld = hx @ S + ht @ dtheta
            dwin = wx.sparse() @ S + wt.sparse() @ dtheta + wh.sparse() @ dheld
        edges: list[tuple[float, np.ndarray]] = []
        zero = np.zeros(m)
        end = rr if until is None else min(until, rr)
        d_end = zero if until is not None or dheld is None else dheld[self.rr_index]
        spans: list[tuple[int, float, float]] = []
        marks: dict[str, tuple[float, float]] = {}
        for i in range(self.ng):
            a, b = float(w[2 * i]), float(w[2 * i] + w[2 * i + 1])
            da = zero if dwin is None else dwin[2 * i]
            db = zero if dwin is None else dwin[2 * i] + dwin[2 * i + 1]
            a_in = 0.0 < a < end
            if b > a and self.gate_paths[i] not in without:
                spans.append((i, a, min(b, end)))
            marks[self.gate_paths[i]] = (a, b)
            if a_in:
                edges.append((a, da))
            if 0.0 < b < end:
                edges.append((b, db))
        for path, a, length in extra or []:
            if path not in self.gate_paths:
                raise EventError(f"There is no stimulus '{path}' in this model; it has {', '.join(self.gate_paths)}.")
            i = self.gate_paths.index(path)
            spans.append((i, a, min(a + length, end)))
            edges += [(u, zero) for u in (a, a + length) if 0.0 < u < end]
        edges += [(u, zero) for u, _ in changes or [] if 0.0 < u < end]
        edges.sort(key=lambda e: e[0])
        merged = [(0.0, zero)]
        for e in edges:
            if e[0] - merged[-1][0] > 1e-9:
                merged.append(e)
        if end - merged[-1][0] < 1e-9 and len(merged) > 1:
            merged.pop()
        merged.append((end, d_end))

        v = np.concatenate([theta, held, np.zeros(self.ng)])
        dv = None
        if S is not None:
            dv = np.concatenate([dtheta, dheld, np.zeros((self.ng, m))])  # type: ignore[list-item]
        ts: list[np.ndarray] = []
        Xs: list[np.ndarray] = []
        SXs: list[Any] = []
        Vs: list[np.ndarray] = []
        pieces: list[np.ndarray] = []
        dts: list[np.ndarray] = []
        segments: list[Segment] = []
        stats = np.zeros(8)
        h = 2e-4
        for k in range(len(merged) - 1):
            (a, da), (b, db) = merged[k], merged[k + 1]
            length, mid = b - a, 0.5 * (a + b)
            gates = np.zeros(self.ng)
            for i, u, u_end in spans:
                if u <= mid < u_end:
                    gates[i] = 1.0
            v[self.n_theta + self.nh :] = gates
            for u, new in changes or []:
                if u <= mid:
                    v[: self.n_theta] = new
            count = max(3, round(samples * length / end)) if samples else 0
            frac = np.linspace(0, 1, count + 1)[(0 if k == 0 else 1) :] if samples else np.zeros(0)
            steps = None
            if plan is not None and k < len(plan) and np.array_equal(plan[k].gates, gates):
                steps = plan[k].steps * length
                steps[-1] = length
            r = self.kernel.segment(
                x, v, length, rtol=rtol, h=min(h, 2e-4) if k else h, method=method, grid=frac * length, S=S, dv=dv,
                dT=None if S is None else db - da, sample_tangents=sample_tangents, steps=steps,
            )  # fmt: skip
            stats[:5] += r.stats[:5]
            if r.status:
                self._fail(r, a)
            x, S, h = r.x, r.S, r.h
            segments.append(Segment(a, length, gates, r.steps / length))
            if samples:
                ts.append(a + frac * length)
                Xs.append(r.gx)
                pieces.append(np.full(len(frac), len(Vs)))
                Vs.append(v.copy())
                if sample_tangents and S is not None:
                    SXs.append(r.gs)
                    dts.append(da[None] + frac[:, None] * (db - da)[None])
        return Pass(
            x=x, S=S, rr=rr, drr=None if dheld is None else dheld[self.rr_index], held=held, dheld=dheld,
            segments=segments, t=np.concatenate(ts) if ts else np.zeros(0),
            X=np.concatenate(Xs) if Xs else np.zeros((0, self.n)),
            SX=np.concatenate(SXs) if SXs else None,
            V=np.array(Vs) if Vs else np.zeros((0, len(v))),
            piece=np.concatenate(pieces) if pieces else np.zeros(0, dtype=int),
            dt=np.concatenate(dts) if dts else None, stats=stats, marks=marks,
        )  # fmt: skip

    def _fail(self, r: SegmentResult, start: float) -> None:
        path = self.paths[int(r.stats[5])]
        unit = self.graph.fast[int(r.stats[5])].declaration.unit
        value = r.x[int(r.stats[5])]
        raise IntegrationError(
            f"The beat stopped {start + r.stats[7]:.4f} s after onset: {REASONS[r.status]}; worst is '{path}' "
            f"(last value {value:.4g}{units.text(unit)}). "
            f"Look at '{path.rpartition('.')[0]}' and at the values just set.",
            partial=r,
        )

    def describe(self) -> dict[str, Any]:
        """Counts for reports: states, parameters, outputs, nonzeros of the Jacobian, hash."""
        return {
            "states": self.n_periodic, "accumulators": self.n - self.n_periodic, "parameters": self.np,
            "slow states": self.ns, "outputs": len(self.out_paths), "hash": self.hash,
            "compiled": self.kernel.compiled,
        }  # fmt: skip
