"""Identify the constants of the human myocyte: the claims of the compact cell, and the compact cell's transients.

The same least-squares fit as in `identification.py`, without the persons: settled beats of the isolated cell stand for
the claims on the cell, and its calcium and tension over the beat are held near those of the compact cell, control and
failing, from 30 to 180/min, because both cells drive the same wall. Derivatives are exact, through the orbit.

`python -m heartloop.scenarios.identification_human --steps 10 --out values.json` prints claims and constants. Enter
what convinces in `cell/human.py`.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from heartloop.errors import HeartloopError
from heartloop.summary import Sample

from .cell_states import shipped
from .identification import BENCH, FULL, TRIAD, Identification, Point, Row, after_rests, bench_rows
from .myocyte import CellBeat, Myocyte, myocyte

# spread of each constant: the standard deviation of its logarithm that costs as much as one missed claim. `f_orphan` is
# not free: above 0.6 calcium at receptors that a healthy cell does not lose nears regeneration late in the beat
FREE: dict[str, float] = {
    # currents and transport
    "P_Ca": 0.4, "k_f": 0.3, "K_n": 0.5, "tau_jCa": 0.3, "e_P_camkii": 1.0, "e_tau_camkii": 0.8, "e_P_pka": 0.5,
    "G_Kr": 0.5, "G_Ks": 0.6, "e_ks_pka": 0.6, "G_to": 0.5, "G_NaL": 0.4, "I_NCX_max": 0.5, "f_NCX_dyad": 0.3,
    "K_allo": 0.3, "P_NaK": 0.4, "P_CaB": 0.6, "P_NaB": 0.6, "G_pCa": 1.0,
    # calcium handling
    "V_up": 0.4, "K_mf": 0.3, "K_mr": 0.3, "e_up_camkii": 0.6, "e_plb": 0.15, "e_up_ros": 1.0, "B_csq": 0.3,
    "tau_tr": 0.6, "r_d": 0.4, "r_or": 0.5, "g_near": 0.7, "r_sl": 0.5,
    # release and leak
    "k_s": 0.5, "k_oCa": 0.5, "k_om": 0.3, "k_iCa": 0.5, "k_im": 0.3, "EC50_sr": 0.3, "n_sr": 0.2, "r_t": 0.4,
    "r_l": 0.3, "f_regen": 0.5, "e_o_camkii": 0.4, "e_o_pka": 0.6, "k_leak": 0.4, "s_leak": 0.3,
    "e_leak_camkii": 0.3, "e_leak_pka": 0.3, "n_leak_pka": 0.15, "e_leak_ros": 0.4, "e_o_leak": 0.3,
    # signalling
    "K_m_cam": 0.2, "alpha_trap": 0.3, "beta_trap": 0.3, "K_plb": 0.3, "K_ryr": 0.4, "K_lcc": 0.5,
    # contraction
    "Ca50": 0.1, "k_TRPN": 0.2, "T_ref": 0.15, "e_T_pka": 0.2, "e_xb_pka": 0.4, "e_Ca50_pka": 0.3,
    "e_Ca50_camkii": 0.3, "e_xb_camkii": 0.4,
}  # fmt: skip

TRACED = {f"{state}{rate}": (levels, rate) for state, levels in (("control ", {}), ("failing ", TRIAD))
          for rate in (30, 60, 90, 120, 150, 180)}  # fmt: skip
# the triad with the kinase that this cell's failing state has
STATE = TRIAD | shipped()["failing"].factors["CaMKII"].of("human").set_
CONDITIONS: dict[str, dict[str, float]] = {
    **{k: dict(v) for k, v in BENCH.items()},
    **{k: levels | {"pacer.rate": float(rate)} for k, (levels, rate) in TRACED.items()},
    "T-tubules 0.5": {"cell.ttubule": 0.5}, "T-tubules 0.5 150": {"cell.ttubule": 0.5, "pacer.rate": 150.0},
    **{f"failing state {r}": STATE | {"pacer.rate": float(r)} for r in (30, 60, 90, 150)},
    **{f"failing state, no leak {r}": STATE | {"cell.ryr_leak": 1.0, "pacer.rate": float(r)} for r in (30, 150)},
    "AKAP 0.25, tone 3": {"cell.akap_lcc": 0.25, "cell.sympathetic_heart": 3.0},
    "AKAP 0.25, agonist": FULL | {"cell.akap_lcc": 0.25},
    "failing, no CaMKII 60": TRIAD | {"cell.camkii": 0.0}, "reflex": {"cell.sympathetic_heart": 3.5},
    "failing, no CaMKII 30": TRIAD | {"cell.camkii": 0.0, "pacer.rate": 30.0},
    "failing, no CaMKII": TRIAD | {"cell.camkii": 0.0, "pacer.rate": 150.0},
    "quiet": {"cell.I_stim": 0.0},
    "quiet, ready to release": {"cell.I_stim": 0.0, "cell.ryr_leak": 2.0, "cell.agonist": 30.0, "cell.Ca_o": 3600.0},
    "quiet, loaded": {"cell.I_stim": 0.0, "cell.agonist": 30.0, "cell.Ca_o": 3600.0},
}  # fmt: skip
RESTS = {("control", 10.0): (1.3, 0.15), ("control", 30.0): (1.6, 0.15), ("control", 120.0): (1.6, 0.15),
         ("failing state 60", 20.0): (1.3, 0.12), ("failing state 60", 240.0): (0.5, 0.15)}  # fmt: skip
# SERCA and stimuli a minute: multiplier of alternans, width
MULTIPLIERS = {(1.0, 240.0): (-1.05, 0.06), (0.5, 225.0): (-1.05, 0.06)}
LADDER = (0.25, 0.5, 0.75)  # parts of the way along which a beat is followed that was lost
WARM = 60  # plain beats before a Newton iteration that failed
POINTS = 60  # of a beat at which transients are compared
RMS = 0.04  # of the peak: difference from the compact cell's transient that costs as much as one missed claim
CLOSE, ROUND = 0.095, 0.005  # of the peak: a difference that is still within the claim of a tenth; width of that border


class TracedBeat(CellBeat):
    """A settled beat whose numbers include calcium and tension at fixed phases, and the mean leak of the store."""

    def __init__(self, model: Any, orbit: Any, index: int = 0) -> None:
        super().__init__(model, orbit, index)
        self.model = model._copy()
        self.model._paths = (*model._paths, "cell.j_leak")

    def _all(self, s: Sample, theta: np.ndarray) -> dict[str, float]:
        r = super()._all(s, theta)
        r["leak"] = float(np.trapezoid(s.get("cell.j_leak"), s.t)) / s.rr
        for key, path in (("Ca", "cell.Ca_i"), ("T", "cell.tension")):
            for i, y in enumerate(np.interp(np.arange(POINTS) / POINTS * s.rr, s.t, s.get(path))):
                r[f"{key}@{i}"] = float(y)
        return r


class QuietBeat(CellBeat):
    """The resting cell: a cycle without stimulus. Load of the store and how far it is from releasing by itself."""

    def __init__(self, model: Any, orbit: Any, index: int = 0) -> None:
        super().__init__(model, orbit, index)
        self.model = model._copy()
        self.model._paths = ("cell.SR_load", "cell.regeneration")

    def _all(self, s: Sample, theta: np.ndarray) -> dict[str, float]:  # noqa: ARG002
        return {"SR_load": float(s.get("cell.SR_load")[0]), "regeneration": float(s.get("cell.regeneration")[0])}


def level_distance(name: str, other: str) -> float:
    """How far apart two conditions are: one for every level that differs, and the logarithm of their rates' ratio."""
    a, b = ({"pacer.rate": 60.0} | CONDITIONS[k] for k in (name, other))
    moved = sum(a.get(k) != b.get(k) for k in (set(a) | set(b)) - {"pacer.rate"})
    return moved + abs(float(np.log(a["pacer.rate"] / b["pacer.rate"])))


def nearest(name: str, found: Mapping[str, CellBeat]) -> CellBeat | None:
    """Of the beats found already, the one whose levels and rate differ least from those of a condition."""
    return found[min(found, key=lambda other: level_distance(name, other))] if found else None


def between(a: float, b: float, part: float) -> float:
    """The value a part of the way from a to b: in proportion, or along a line where one is zero or signs differ."""
    return float(a * (b / a) ** part) if a * b > 0 else float(a + part * (b - a))


def trace(numbers: Mapping[str, float], key: str) -> np.ndarray:
    """Values of "Ca" or "T" at the fixed phases."""
    return np.array([numbers[f"{key}@{i}"] for i in range(POINTS)])


def settled(model: Myocyte, start: CellBeat | None = None) -> TracedBeat:
    """The steady beat with its transients."""
    beat = model.periodic(rtol=1e-5, tol=1e-6, start=start)
    return (TracedBeat if model["cell.I_stim"] else QuietBeat)(beat.model, beat.orbit)  # type: ignore[return-value]


def human_rows(s: Mapping[str, Mapping[str, float]], compact: Mapping[str, Mapping[str, float]]) -> list[Row]:
    """Claims of the compact cell, those that only two receptor populations can make, and closeness of transients."""
    rows = bench_rows({k: pd.Series(v) for k, v in s.items() if "T_dev" in v})
    T = {k: v["T_dev"] / s["control"]["T_dev"] for k, v in s.items() if "T_dev" in v}
    rows += [
        ("T-tubules 0.5, force", T["T-tubules 0.5"], 0.75, 0.08),
        ("T-tubules 0.5, Ca_TTP", s["T-tubules 0.5"]["Ca_TTP"] / s["control"]["Ca_TTP"], 1.4, 0.1),
        ("T-tubules 0.5, force at 150", T["T-tubules 0.5 150"] / T["control 150"], 0.7, 0.15),
        ("APD90, agonist", s["agonist"]["APD90"] / s["control"]["APD90"], 0.97, 0.02),
        ("reflex", T["reflex"], 1.4, 0.08), ("SR load", s["control"]["SR_load"], 130.0, 25.0),
        ("regeneration at rest", np.log(max(s["quiet"]["regeneration"], 1e-9)), np.log(0.2), 1.0),
        ("regeneration, loaded and leaky", np.log(max(s["quiet, ready to release"]["regeneration"], 1e-9)),
         np.log(1.5), 0.3),
        ("regeneration, leaky over not", np.log(max(s["quiet, ready to release"]["regeneration"], 1e-9))
         - np.log(max(s["quiet, loaded"]["regeneration"], 1e-9)), np.log(1.2), 0.2),
        # inhibition of CaMKII, and of the leak that it causes, improves the failing curve and fills its store
        ("load, failing without CaMKII", s["failing, no CaMKII 60"]["SR_load"] / s["failing state 60"]["SR_load"],
         1.012, 0.005),
        ("150 / 30, failing with a healthy leak, over failing",
         T["failing state, no leak 150"] / T["failing state, no leak 30"] * T["failing state 30"]
         / T["failing state 150"], 1.1, 0.04),
        ("failing state 150 / 30", T["failing state 150"] / T["failing state 30"], 0.75, 0.03),
        ("failing state 90 / 60", T["failing state 90"] / T["failing state 60"], 0.95, 0.02),
        # the kinase that a lost anchor sets free goes to the receptor, which leaks more
        ("leak, AKAP 0.25", s["AKAP 0.25"]["leak"] / s["control"]["leak"], 1.025, 0.01),
        ("leak, AKAP 0.25, tone 3", s["AKAP 0.25, tone 3"]["leak"] / s["tone 3"]["leak"], 1.3, 0.1),
        ("leak, AKAP 0.25, agonist", s["AKAP 0.25, agonist"]["leak"] / s["agonist"]["leak"], 1.025, 0.01),
        ("force, AKAP 0.25, agonist", T["AKAP 0.25, agonist"] / T["agonist"], 0.7, 0.1),
        ("gain of the failing cell without CaMKII at 30", T["failing, no CaMKII 30"] / T["failing state 30"],
         1.1, 0.15),
        ("failing, no CaMKII 150 / 30", T["failing, no CaMKII"] / T["failing, no CaMKII 30"], 0.95, 0.25),
    ]
    for name in TRACED:
        for key in ("Ca", "T"):
            mine, other = trace(s[name], key), trace(compact[name], key)
            top = float(other.max())
            rows += [(f"{name} {key}@{i}", float(a / top), float(b / top), RMS * POINTS**0.5)
                     for i, (a, b) in enumerate(zip(mine, other, strict=True))]  # fmt: skip
            apart = float(np.sqrt(np.mean((mine - other) ** 2))) / top
            rows.append((f"{name} {key}, beyond a tenth", ROUND * float(np.logaddexp(0, (apart - CLOSE) / ROUND)), 0.0,
                         ROUND))  # fmt: skip
    return rows


class HumanIdentification(Identification):
    """The fit of the human cell; steps, damping and penalty are those of `Identification`."""

    def __init__(self, free: Mapping[str, float] = FREE, start: Mapping[str, float] | None = None) -> None:
        cell = myocyte("human")
        self.cell = cell.with_({f"cell.{k}": v for k, v in (start or {}).items()}, check_bounds=False)
        self.names = list(free)
        self.spread = np.array([*free.values()])
        self.low, self.high = np.full(len(free), -np.inf), np.full(len(free), np.inf)
        for i, k in enumerate(free):
            value, (low, high) = self.cell[f"cell.{k}"], self.cell._entry(f"cell.{k}").bounds
            near, far = sorted(abs(x / value) for x in (low, high))
            self.low[i], self.high[i] = np.log(max(near, 1e-3)) + 0.01, np.log(far) - 0.01
        self.u = np.zeros(len(free))
        self._multiplier_slopes: dict[tuple[float, float], np.ndarray] = {}
        self.centre = self.u.copy()
        other = myocyte("compact")
        self.compact: dict[str, Mapping[str, float]] = {}
        beat = None
        for name, (levels, rate) in TRACED.items():
            beat = settled(other.with_(levels | {"pacer.rate": float(rate)}), beat)  # type: ignore[arg-type]
            self.compact[name] = beat.features()

    def values(self, u: np.ndarray) -> dict[str, float]:
        """Constants at u, by name."""
        return {k: float(self.cell[f"cell.{k}"] * np.exp(u[i])) for i, k in enumerate(self.names)}

    def model_at(self, u: np.ndarray, levels: Mapping[str, float]) -> Myocyte:
        """The cell with constants at u and the levels of one condition."""
        ours = {f"cell.{k}": v for k, v in self.values(u).items()}
        return self.cell.with_(ours | dict(levels), check_bounds=False)  # type: ignore[return-value]

    def condition(self, u: np.ndarray, name: str, start: CellBeat | None) -> TracedBeat:
        """One settled beat. Where Newton's method fails from the start given, plain beats come first.

        If those do not settle either, the beat is followed from the start's constants and levels to these in steps.
        """
        model = self.model_at(u, CONDITIONS[name])
        try:
            return settled(model, start)
        except HeartloopError:
            x = model._c.start() if start is None else start.x
            for _ in range(WARM):
                x = model._c.beat(x, model._theta, rtol=1e-4).x
            model._guess, model._guess_theta = x, None
            try:
                return settled(model)
            except HeartloopError:
                if start is None:
                    raise
        old, new = start.model._theta, model._theta
        for part in LADDER:
            way = {k: between(old[i], new[i], part) for k, i in model._theta_index.items() if old[i] != new[i]}
            start = settled(model.with_(way, check_bounds=False), start)  # type: ignore[arg-type]
        return settled(model, start)

    def beats(self, u: np.ndarray, near: Point) -> dict[str, Any]:
        """Settled beats of every condition. Without a beat near by, rates are climbed from 60/min outwards."""
        found: dict[str, Any] = {}
        for name in sorted(CONDITIONS, key=lambda k: abs(np.log(CONDITIONS[k].get("pacer.rate", 60.0) / 60))):
            found[name] = self.condition(u, name, near.bench.get(name) or nearest(name, found))
        return found

    def start(self) -> Point:
        """The present values."""
        return self.point(self.u, Point(self.u, [], {}, {}))

    def point(self, u: np.ndarray, near: Point, slopes: bool = False) -> Point:
        """Claims at u from steady beats near those of another point, and their derivatives."""
        beats = near.bench if slopes and near.bench else self.beats(u, near)
        numbers = {k: b.features() for k, b in beats.items()}
        d = self.directions_of(beats["control"].model) if slopes else None
        rests, J_rests = self.rests(beats, d)
        multipliers, J_multipliers = self.multipliers(u, beats["control 180"], slopes)
        rows = rests + multipliers + human_rows(numbers, self.compact)
        found = Point(u, rows, beats, {})
        if slopes:
            found.slopes = np.vstack([J_rests, J_multipliers, self.exact_slopes(found, numbers)])
        return found

    def directions_of(self, model: Any) -> np.ndarray:
        """d theta / d u (n_theta, free): every constant moves in proportion to itself."""
        d = np.zeros((model._c.n_theta, len(self.names)))
        for i, k in enumerate(self.names):
            d[model._theta_index[f"cell.{k}"], i] = model[f"cell.{k}"]
        return d

    def rests(self, beats: Mapping[str, Any], d: np.ndarray | None) -> tuple[list[Row], np.ndarray]:
        """Force of the first beat after a pause over the settled one; derivatives through the pause if d is given."""
        rows, J = [], []
        for name in dict.fromkeys(k for k, _ in RESTS):
            waits = sorted(t for k, t in RESTS if k == name)
            for wait, value, slope in zip(waits, *after_rests(beats[name], waits, d), strict=True):
                target, width = RESTS[name, wait]
                rows.append((f"{name}, force after {wait:g} s of rest", value, target, width))
                J.append(slope / width)
        return rows, np.array(J)

    def multipliers(self, u: np.ndarray, start: CellBeat, slopes: bool) -> tuple[list[Row], np.ndarray]:
        """Multiplier of alternans at fast rates; derivatives by differences, an eigenvalue has no tangent here.

        These cost more than all others together and change little from step to step: those of the first step are kept.
        """

        def at(v: np.ndarray, serca: float, rate: float, near: CellBeat) -> tuple[float, CellBeat]:
            model = self.model_at(v, {"cell.serca": serca, "pacer.rate": rate})
            beat = model.periodic(rtol=1e-5, tol=1e-6, start=near)
            e = np.linalg.eigvals(beat._monodromy())
            real = e.real[np.abs(e.imag) < 1e-6]
            return float(min(real.min(), 0.0)), CellBeat(beat.model, beat.orbit)

        rows, J = [], []
        for (serca, rate), (target, width) in MULTIPLIERS.items():
            value, start = at(u, serca, rate, start)
            rows.append((f"multiplier at {rate:g}/min, SERCA {serca:g}", value, target, width))
            kept = self._multiplier_slopes.get((serca, rate))
            slope = np.zeros(len(u)) if kept is None else kept
            for i in range(len(u)) if slopes and kept is None else ():
                moved = u.copy()
                moved[i] += 0.01
                try:
                    slope[i] = (at(moved, serca, rate, start)[0] - value) / 0.01 / width
                except HeartloopError:
                    slope[i] = 0.0
            if slopes:
                self._multiplier_slopes[serca, rate] = slope
            J.append(slope)
        return rows, np.array(J)

    def exact_slopes(self, at: Point, numbers: Mapping[str, Mapping[str, float]]) -> np.ndarray:
        """Derivatives of every claim in u, in widths: tangents of the beats through the claims' formulas."""
        tangents = {}
        for name, beat in at.bench.items():
            tangents[name] = beat.feature_tangents(self.directions_of(beat.model), samples=400)
        width = np.array([w for *_, w in human_rows(numbers, self.compact)])
        J, h = np.zeros((len(width), len(at.u))), 1e-4
        for i in range(len(at.u)):
            moved = [
                np.array([r[1] for r in human_rows(
                    {k: {f: x + e * tangents[k][f][i] for f, x in v.items()} for k, v in numbers.items()}, self.compact
                )])
                for e in (h, -h)
            ]  # fmt: skip
            J[:, i] = (moved[0] - moved[1]) / (2 * h) / width
        return np.nan_to_num(J)


def distances(rows: list[Row]) -> dict[str, float]:
    """RMS difference from the compact cell over its peak, by condition and signal."""
    table: dict[str, list[float]] = {}
    for name, value, target, _ in rows:
        if "@" in name:
            table.setdefault(name.partition("@")[0], []).append(value - target)
    return {k: float(np.sqrt(np.mean(np.square(v)))) for k, v in table.items()}


def distance_from(cell: str, levels: Mapping[str, float], rate: float) -> dict[str, float]:
    """RMS difference of the human cell's calcium and tension from another cell's, over that one's peak."""
    pair = []
    for kind in (cell, "human"):
        model: Any = myocyte(kind).with_(levels)
        beat = model.pace(rate / 60)
        pair.append(TracedBeat(beat.model, beat.orbit).features())
    other, human = ({key: trace(n, key) for key in ("Ca", "T")} for n in pair)
    return {k: float(np.sqrt(np.mean((human[k] - other[k]) ** 2)) / other[k].max()) for k in other}


def main() -> None:
    """Fit and print; the constants go to a JSON file."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--steps", type=int, default=10, help="Levenberg-Marquardt steps; 0 only shows the claims")
    parser.add_argument("--out", type=Path, default=Path("identification_human.json"))
    parser.add_argument("--start", type=Path, help="JSON file of constants to start from")
    arguments = parser.parse_args()
    start = json.loads(arguments.start.read_text()) if arguments.start else None
    fit = HumanIdentification(start=start)

    def each(n: int, p: Point, cost: float) -> None:
        print(f"step {n}: cost {cost:.1f}", flush=True)
        arguments.out.write_text(json.dumps((start or {}) | fit.values(p.u), indent=1) + "\n")

    try:
        found = fit.run(arguments.steps, each)
    except HeartloopError as error:
        raise SystemExit(str(error)) from error
    print(f"{'claim':34s} {'value':>9s} {'target':>9s} {'missed by':>10s}")
    for name, value, target, width in found.rows:
        if "@" not in name:
            print(f"{name:34s} {value:9.3f} {target:9.3f} {(value - target) / width:10.2f}")
    for name, value in distances(found.rows).items():
        print(f"{name:34s} {value:9.3f} of the peak from the compact cell")
    before, after = fit.values(np.zeros_like(found.u)), fit.values(found.u)
    for name, value in after.items():
        print(f"{name:24s} {before[name]:12.5g} -> {value:.5g}")


if __name__ == "__main__":
    main()
