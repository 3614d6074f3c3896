"""The contraction of a cell alone on the bench: force-calcium, force-velocity, release, length steps.

As in a skinned preparation, calcium, length and phosphorylation are given and nothing feeds back on calcium. The
component is the one in the cell, evaluated on its own, so these protocols run on whatever component gives a cell its
tension. Calcium is in umol/L, tension in kPa, stretch is the fibre length over its reference; velocities count fibre
lengths per second and are positive for shortening.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import cast

import casadi as ca
import numpy as np
import pandas as pd
from scipy.integrate import solve_ivp
from scipy.interpolate import PchipInterpolator
from scipy.optimize import curve_fit

from heartloop.beat import Beat, Pair
from heartloop.component import Component, Input, Output, Param, State
from heartloop.errors import ConvergenceError, ParameterError, UnknownNameError
from heartloop.model import Model

from .myocyte import CELL_UNITS, CellBeat, CellPair, Myocyte

MS = 1000.0  # ms per s
SATURATING = 100.0  # umol/L, pCa 4
PCA = np.linspace(7.5, 4.0, 71)
STRETCHES = (0.9, 1.0, 1.1)
LOADS = (0.0, 0.05, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9)
GIVEN = ("Ca_i", "stretch", "stretch_rate")
WINDOW = (0.01, 0.03)  # s after a release, past the fast transient and before the muscle is much shorter
NEWTON = 50


class Contraction:
    """The contraction of a cell with calcium, length and velocity given.

    Parameters
    ----------
    component
        What gives a cell its `tension`, with inputs `Ca_i`, `stretch` and `stretch_rate`.
    values
        Parameters that differ from the component's own, and inputs other than the three that are given (an input
        without a default is zero). Raises `ParameterError` for a name that the component does not have, and for a
        component that is no contraction.
    """

    def __init__(self, component: Component, values: Mapping[str, float] | None = None) -> None:
        values = dict(values or {})
        absent = [k for k in GIVEN if not isinstance(component.declarations.get(k), Input)]
        if absent or "tension" not in component.of(Output):
            lacks = ", ".join(absent) or "a tension"
            raise ParameterError(f"{type(component).__name__} is no contraction to put on the bench; it lacks {lacks}.")
        states = component.of(State)
        x = ca.SX.sym("x", len(states))
        u = ca.SX.sym("u", len(GIVEN))
        symbols: dict[str, object] = dict(zip(GIVEN, ca.vertsplit(u), strict=True))
        symbols |= dict(zip(states, ca.vertsplit(x), strict=True))
        for key, d in component.declarations.items():
            if key in symbols or isinstance(d, Output):
                continue
            own = d.value if isinstance(d, Param) else d.default or 0.0
            symbols[key] = values.pop(key, own)
        if values:
            known = [k for k, d in component.declarations.items() if isinstance(d, Param | Input) and k not in GIVEN]
            raise ParameterError(f"The contraction has no {', '.join(map(repr, values))}. It has: {', '.join(known)}.")
        e = component.evaluate(symbols)
        f = ca.vertcat(*(ca.SX(e.ddt[k]) for k in states))
        T = ca.SX(e.out["tension"])
        self.states = list(states)
        self._start = np.array([d.value for d in states.values()])
        self._f = ca.Function("f", [x, u], [f, ca.jacobian(f, x)], {"cse": True})
        self._T = ca.Function("T", [x, u], [T, ca.jacobian(T, x), ca.jacobian(T, u[1])], {"cse": True})
        drive = ca.jacobian(f, u[2])  # what a step in length does to the states
        self._drive = ca.Function("drive", [x, u], [drive])
        # rates while the tension stays what it is: they are affine in the velocity, which dT/dt = 0 gives
        still = ca.substitute(f, u[2], 0)
        v = -(ca.jacobian(T, x) @ still) / (ca.jacobian(T, x) @ drive + ca.jacobian(T, u[1]))
        z, isotonic = ca.vertcat(x, u[1]), ca.vertcat(still + v * drive, v)
        self._isotonic_rates = ca.Function("g", [z, u[0]], [isotonic, ca.jacobian(isotonic, z)], {"cse": True})

    @classmethod
    def of(cls, model: Model, cell: str = "cell", beat: Beat | Pair | None = None, **values: float) -> Contraction:
        """The contraction of the cell at the path `cell` of a model, with the model's values.

        Phosphorylation and energy are their means over `beat` (or a pair), or those of a cell without them (zero, and
        the defaults) if none is given. `values` come last. Raises `UnknownNameError` if nothing there gives a tension.
        """
        members = model._c.circuit.components.get(cell, [])
        found = [m for m in members if "tension" in m.of(Output)]
        if not found:
            raise UnknownNameError(f"Nothing at '{cell}' gives a tension.")
        component = found[0]
        taken = {k: model[f"{cell}.{k}"] for k in component.of(Param)}
        if beat is not None:
            inputs = [k for k in component.of(Input) if k not in GIVEN]
            table = model._c.graph
            known = {e.path for e in (*table.fast, *table.params, *table.slow)} | set(table.outputs)
            paths = tuple(f"{cell}.{k}" for k in inputs if f"{cell}.{k}" in known)
            passes = [b._run() for b in beat.beats]
            sums = [np.trapezoid(model._c.reader(paths)(p.X, p.V, p.piece), p.t, axis=0) for p in passes]
            means = np.sum(sums, axis=0) / sum(p.t[-1] - p.t[0] for p in passes)
            taken |= {path.rpartition(".")[2]: float(v) for path, v in zip(paths, means, strict=True)}
        return cls(component, taken | values)

    # -- steady states ------------------------------------------------------------------------------------------------

    def steady(self, Ca: float, stretch: float = 1.0, velocity: float = 0.0) -> np.ndarray:
        """States (n,) at rest under constant calcium, length and velocity (a treadmill: the length stays).

        Implicit steps that grow until they are Newton steps. Raises `ConvergenceError` if there is no such state.
        """
        u = np.array([Ca, stretch, -velocity / MS])
        x, dt = self._start.copy(), 1.0
        one = np.eye(len(x))
        for _ in range(10 * NEWTON):
            rate, J = (np.asarray(v) for v in self._f(x, u))
            change = np.linalg.solve(one / dt - J, rate.ravel())
            x = x + change
            dt = min(1.5 * dt, 1e12)
            if np.max(np.abs(change)) < 1e-13 and dt > 1e6:
                return x
        raise ConvergenceError(f"The contraction does not come to rest at {Ca:g} umol/L and stretch {stretch:g}.")

    def tension(self, x: np.ndarray, Ca: float, stretch: float = 1.0) -> float:
        """Tension (kPa) of the states x (n,)."""
        return float(self._T(x, np.array([Ca, stretch, 0.0]))[0])

    def steady_tension(self, Ca: float, stretch: float = 1.0, velocity: float = 0.0) -> float:
        """Tension (kPa) at rest under constant calcium, length and velocity."""
        return self.tension(self.steady(Ca, stretch, velocity), Ca, stretch)

    def force_pca(
        self, stretches: Sequence[float] = STRETCHES, pCa: Sequence[float] | np.ndarray = PCA
    ) -> pd.DataFrame:
        """Steady tension (kPa) over pCa (index), one column a stretch."""
        table = pd.DataFrame(
            {s: [self.steady_tension(10.0 ** (6 - p), s) for p in pCa] for s in stretches}, index=np.asarray(pCa)
        )
        table.index.name, table.columns.name = "pCa", "stretch"
        table.attrs["unit"] = "kPa"
        return table

    # -- motion -------------------------------------------------------------------------------------------------------

    def respond(
        self, x: np.ndarray, t: np.ndarray, Ca: Callable[[float], float], stretch: float = 1.0
    ) -> tuple[np.ndarray, np.ndarray]:
        """Isometric tension (kPa) at the times t (s), and the last state, from the state x under a course of calcium.

        A corner of the course belongs at an end of `t`.
        """

        def u(s: float) -> np.ndarray:
            return np.array([Ca(s), stretch, 0.0])

        solution = solve_ivp(
            lambda s, y: MS * np.asarray(self._f(y, u(s))[0]).ravel(), (t[0], t[-1]), x, method="BDF", t_eval=t,
            jac=lambda s, y: MS * np.asarray(self._f(y, u(s))[1]), rtol=1e-6, atol=1e-9,
        )  # fmt: skip
        if not solution.success:
            raise ConvergenceError(f"The contraction could not be followed in time: {solution.message}")
        T = np.array([float(self._T(y, u(s))[0]) for s, y in zip(solution.t, solution.y.T, strict=True)])
        return T, solution.y[:, -1]

    def twitch(
        self, knots: np.ndarray, Ca: np.ndarray, stretch: float = 1.0, beats: int = 3, samples: int = 1001
    ) -> pd.Series:
        """Isometric tension (kPa) over time (s, index) in a cycle whose calcium is Ca at the times `knots` (s).

        The cycle lasts from the first to the last knot and is the last of `beats` cycles in a row.
        """
        calcium = PchipInterpolator(knots, Ca)
        t = np.linspace(knots[0], knots[-1], samples)
        x = self.steady(float(Ca[0]), stretch)
        T = np.zeros(0)
        for _ in range(beats):
            T, x = self.respond(x, t, lambda s: float(calcium(s)), stretch)
        return pd.Series(T, index=pd.Index(t, name="time"), name="tension")

    def length_step(self, step: float, Ca: float = SATURATING, stretch: float = 1.0, hold: float = 1.0) -> pd.DataFrame:
        """Tension after a sudden change of length by `step` (of the reference length) at constant calcium.

        Index: time (s) after the step. Columns `tension` (kPa) and `relative`, over the tension before the step.
        """
        x = self.steady(Ca, stretch)
        before = self.tension(x, Ca, stretch)
        x = x + step * self._jump(x, Ca, stretch)
        t = np.concatenate([[0.0], np.geomspace(1e-4, hold, 400)])
        T, _ = self.respond(x, t, lambda _: Ca, stretch + step)
        table = pd.DataFrame({"tension": T, "relative": T / before}, index=pd.Index(t, name="time"))
        table.attrs["before"] = before
        return table

    def stiffness(self, Ca: float = SATURATING, stretch: float = 1.0) -> float:
        """Change of tension over tension per sudden stretch: slope of the instantaneous response (1)."""
        x = self.steady(Ca, stretch)
        u = np.array([Ca, stretch, 0.0])
        T, Tx, _ = (np.asarray(v) for v in self._T(x, u))
        return float((Tx @ self._jump(x, Ca, stretch)).item() / T.item())

    def _jump(self, x: np.ndarray, Ca: float, stretch: float) -> np.ndarray:
        """Change of the states (n,) per sudden stretch."""
        return np.asarray(self._drive(x, np.array([Ca, stretch, 0.0]))).ravel()

    def force_velocity(
        self, loads: Sequence[float] = LOADS, Ca: float = SATURATING, stretch: float = 1.0,
        window: tuple[float, float] = WINDOW,
    ) -> pd.DataFrame:
        """Quick release from steady isometric tension to a load that is then held: the velocity of shortening.

        `loads` are fractions of the isometric tension. The load falls at once, with the elastic recoil that takes;
        the velocity is the mean over `window` (s after the release). Index `load`; columns `velocity` (fibre
        lengths/s) and `recoil` (of the reference length).
        """  # fmt: skip
        rest = self.steady(Ca, stretch)
        full = self.tension(rest, Ca, stretch)
        rows = []
        for load in loads:
            if not 0 <= load < 1:
                raise ParameterError(f"load = {load:g} is outside 0..1 (fractions of the isometric tension).")
            x, s = self._release(rest, Ca, stretch, load * full)
            recoil = stretch - s
            t = np.array([0.0, window[0], window[1]])
            _, lengths = self._isotonic(x, s, t, Ca)
            rows.append((load, (lengths[1] - lengths[2]) / (window[1] - window[0]), recoil))
        table = pd.DataFrame(rows, columns=["load", "velocity", "recoil"]).set_index("load")
        table.attrs["isometric"] = full
        return table

    def _release(self, x: np.ndarray, Ca: float, stretch: float, load: float) -> tuple[np.ndarray, float]:
        """States and stretch just after the tension has fallen to `load` (kPa) at once."""
        step = 0.0
        for _ in range(NEWTON):
            y = x + step * self._jump(x, Ca, stretch)
            u = np.array([Ca, stretch + step, 0.0])
            T, Tx, Ts = (np.asarray(v) for v in self._T(y, u))
            slope = (Tx @ self._jump(x, Ca, stretch)).item() + Ts.item()
            change = (load - T.item()) / slope
            step += change
            if abs(change) < 1e-13:
                return x + step * self._jump(x, Ca, stretch), stretch + step
        raise ConvergenceError(f"No sudden release brings the tension to {load:g} kPa.")

    def _isotonic(self, x: np.ndarray, stretch: float, t: np.ndarray, Ca: float) -> tuple[np.ndarray, np.ndarray]:
        """States (n, k) and stretch (k,) at the times t (s) while the tension stays what it is."""
        solution = solve_ivp(
            lambda _, z: MS * np.asarray(self._isotonic_rates(z, Ca)[0]).ravel(), (t[0], t[-1]), np.append(x, stretch),
            method="BDF", t_eval=t, jac=lambda _, z: MS * np.asarray(self._isotonic_rates(z, Ca)[1]), rtol=1e-6,
            atol=1e-9,
        )  # fmt: skip
        if not solution.success:
            raise ConvergenceError(f"The release could not be followed in time: {solution.message}")
        return solution.y[:-1], solution.y[-1]


def twitches(
    cell: Myocyte, stretches: Sequence[float] = STRETCHES, rate: float = 1.0
) -> dict[float, CellBeat | CellPair]:
    """Settled isometric beats of a whole cell at several stretches."""
    return {s: cast(Myocyte, cell.with_({"cell.stretch": s})).pace(rate) for s in stretches}


def lengths(beats: Mapping[float, CellBeat | CellPair]) -> pd.DataFrame:
    """Summaries of `twitches`, one row a stretch."""
    table = pd.DataFrame({s: b.summary() for s, b in beats.items()}).T
    table.index.name = "stretch"
    table.attrs["units"] = CELL_UNITS
    return table


def hill(force: pd.Series) -> dict[str, float]:
    """Hill curve through steady tensions over pCa (index): `F_max` (kPa), `pCa50`, `n_H`, `error` (rms over F_max)."""
    pCa, F = force.index.to_numpy(dtype=float), force.to_numpy(dtype=float)
    half = float(np.interp(0.5 * F.max(), *(v[np.argsort(F)] for v in (F, pCa))))
    found, _ = curve_fit(lambda p, top, mid, n: top / (1 + 10.0 ** (n * (p - mid))), pCa, F, p0=[F.max(), half, 3.0])
    top, mid, n = (float(v) for v in found)
    error = float(np.sqrt(np.mean((F - top / (1 + 10.0 ** (n * (pCa - mid)))) ** 2)) / top)
    return {"F_max": top, "pCa50": mid, "n_H": n, "error": error}


def force_velocity_fit(table: pd.DataFrame) -> dict[str, float]:
    """Hill's hyperbola through velocities over loads (index): `V_max` (lengths/s), `curvature` F0/a, `error`.

    v = V_max (1 - f)/(1 + f F0/a) with f the load over the isometric tension; the error is rms over V_max.
    """
    f, v = table.index.to_numpy(dtype=float), table["velocity"].to_numpy(dtype=float)
    found, _ = curve_fit(lambda f, top, G: top * (1 - f) / (1 + G * f), f, v, p0=[v.max(), 3.0])
    top, G = (float(w) for w in found)
    error = float(np.sqrt(np.mean((v - top * (1 - f) / (1 + G * f)) ** 2)) / top)
    return {"V_max": top, "curvature": G, "error": error}
