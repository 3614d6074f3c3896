"""Protocols: what is read off a run in real time, window by window, and the change from its own baseline.

Beyond windows, analyses: what a clinic reads off a whole manoeuvre (a valve's gradients, the end-systolic line,
baroreflex sensitivity, the curve of an opened carotid loop).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import pairwise
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from heartloop.errors import UnknownNameError, suggest
from heartloop.summary import UNITS

from .files import BaroreflexSensitivity, CarotidCurve, EndSystolicLine, ScenarioSpec, ValveReading, Window

if TYPE_CHECKING:
    from heartloop.run import Run

KEYS = ("MAP", "HR", "SV", "CO", "CVP", "PCWP")  # where a scenario names no outputs
TABLE = "protocol"  # its name among the tables of the run


def measure(run: Run, windows: Sequence[Window], keys: Sequence[str] = KEYS) -> pd.DataFrame:
    """Every output in every window after the first, beside the first, which is the baseline.

    One row a window and quantity: window, quantity, unit, baseline, response, change. A key is a summary key, read
    off complete beats that lie in the window, or the path of a signal, read off its samples. A window that the run did
    not reach holds nan. Raises `UnknownNameError`.
    """
    check(run, keys)
    rows = []
    baseline, *others = windows
    for window in others:
        for key in keys:
            before, after = (read(run, w, key) for w in (baseline, window))
            unit = UNITS[key] if key in UNITS else str(run.data[key].attrs.get("units", ""))
            rows.append((window.name, key, unit, before, after, after - before))
    columns = ["window", "quantity", "unit", "baseline", "response", "change"]
    return pd.DataFrame(rows, columns=columns).rename_axis("row")


def check(run: Run, keys: Sequence[str]) -> None:
    """Raise `UnknownNameError` for a key that the run has neither as a number of a beat nor as a signal."""
    known = [*(k for k in UNITS if k in run.beats), *map(str, run.data.data_vars)]
    for key in keys:
        if key not in known:
            raise UnknownNameError(f"A run has no output '{key}'.{suggest(key, known)}")


def read(run: Run, window: Window, key: str) -> float:
    """One number: `key` in `window`, as the window says (mean, lowest, highest, first)."""
    if key not in run.beats:
        t = run.data["time"].values
        y = run.data[key].values[(t >= window.from_s) & (t < window.to_s)]
        weight = np.ones(len(y))
    else:
        beats = inside(run, window)
        y = beats[key].to_numpy(dtype=float)
        weight = 60 / beats["HR"].to_numpy(dtype=float)  # over time: the mean rate is then beats over minutes
    if not len(y):
        return float("nan")
    if window.read == "mean":
        return float(np.sum(y * weight) / np.sum(weight))
    if window.read == "first":
        return float(y[0])
    return float(np.min(y) if window.read == "lowest" else np.max(y))


def inside(run: Run, window: Window) -> pd.DataFrame:
    """Beats of the run that lie wholly in the window."""
    onset = run.beats["onset"]
    return run.beats[(onset >= window.from_s) & (onset + 60 / run.beats["HR"] <= window.to_s + 1e-9)]


# -- analyses ---------------------------------------------------------------------------------------------------------

VALVES = {  # chamber before, vessel or chamber behind
    "aortic": ("lv", "aorta"),
    "mitral": ("la", "lv"),
    "pulmonary": ("rv", "pulmonary_arteries"),
    "tricuspid": ("ra", "rv"),
}
FORWARD = 0.02  # of the peak flow; above it the valve counts as passing blood forward
RAMP = 0.8  # part of a pressure change in which baroreflex sensitivity is read
GORLIN = 44.3  # (mL/s) per cm^2 and root mmHg


def tables(run: Run, spec: ScenarioSpec) -> dict[str, pd.DataFrame]:
    """Every table that the scenario asks for, by name: the windows' own and one for each analysis."""
    found = {}
    if spec.windows:
        found[TABLE] = measure(run, spec.windows, spec.outputs or KEYS)
    for analysis in spec.analyses:
        kind: str = analysis.kind
        found[kind] = ANALYSES[kind](run, spec, analysis)
    return found


def valve_table(run: Run, spec: ScenarioSpec, asked: ValveReading) -> pd.DataFrame:
    """One row a window: pressure gradients while blood passes forward, volumes a beat, Gorlin's and the true orifice.

    Columns: window, mean_gradient and peak_gradient (mmHg), forward and regurgitant (mL a beat), regurgitant_fraction,
    gorlin_area (cm^2, from mean flow and mean gradient) and area (cm^2, largest effective orifice of the model).
    """
    before, behind = VALVES[asked.valve]
    name = f"{asked.valve}_valve"
    rows = []
    for window in spec.windows:
        beats = inside(run, window)
        start, end = (float(beats["onset"].iloc[0]), window.to_s) if len(beats) else (window.from_s, window.from_s)
        if len(beats):
            end = float(beats["onset"].iloc[-1] + 60 / beats["HR"].iloc[-1])
        t = run.data["time"].values
        part = (t >= start) & (t < end)
        q, dp, area = (
            y[part]
            for y in (
                run.data[f"{name}.q"].values,
                run.data[f"{before}.p"].values - run.data[f"{behind}.p"].values,
                run.data[f"{name}.A"].values,
            )
        )
        if not len(q):
            rows.append((window.name, *[np.nan] * 7))
            continue
        passing = q > FORWARD * q.max()
        mean_gradient = float(np.mean(dp[passing]))
        step = (end - start) / len(q) / len(beats)
        forward, back = float(np.sum(q[q > 0])) * step, -float(np.sum(q[q < 0])) * step
        gorlin = float(np.mean(q[passing])) / (GORLIN * np.sqrt(mean_gradient)) if mean_gradient > 0 else np.nan
        rows.append((window.name, mean_gradient, float(np.max(dp[passing])), forward, back, back / forward, gorlin,
                     float(np.max(area))))  # fmt: skip
    columns = ["window", "mean_gradient", "peak_gradient", "forward", "regurgitant", "regurgitant_fraction",
               "gorlin_area", "area"]  # fmt: skip
    return pd.DataFrame(rows, columns=columns).rename_axis("row")


def line_table(run: Run, _: ScenarioSpec, asked: EndSystolicLine) -> pd.DataFrame:
    """Slope and volume intercept of the end-systolic line, beside the tangent elastance of the steady beat before.

    The tangent holds the reflexes; the line bends with whatever they do meanwhile.
    """
    slope, intercept = end_systolic_line(run, asked.from_s, asked.to_s)[:2]
    tangent = run.model.periodic().summary()
    rows = [
        ("slope of the end-systolic points", "mmHg/mL", slope),
        ("volume intercept", "mL", intercept),
        ("Ees, tangent of the steady beat", "mmHg/mL", float(tangent["Ees"])),
        ("slope over Ees", "1", slope / float(tangent["Ees"])),
    ]
    return pd.DataFrame(rows, columns=["quantity", "unit", "value"]).rename_axis("row")


def end_systolic_line(run: Run, start: float, end: float) -> tuple[float, float, np.ndarray, np.ndarray]:
    """Slope (mmHg/mL), intercept (mL), and volumes and pressures of the end-systolic points of the beats in between.

    A point is where p / (V - V0) is largest in its beat, with the V0 of the line (Kono et al. 1984).
    """
    t, V, p = (run.data[k].to_numpy() for k in ("time", "lv.V", "lv.p"))
    onsets = run.beats["onset"].to_numpy()
    onsets = onsets[(onsets >= start - 1e-9) & (onsets <= end + 1e-9)]
    V0, slope = 0.0, np.nan
    volumes = pressures = np.zeros(0)
    for _ in range(20):
        points = []
        for a, b in pairwise(onsets):
            beat = np.flatnonzero((t >= a) & (t < b))
            k = beat[np.argmax(p[beat] / (V[beat] - V0))]
            points.append((V[k], p[k]))
        volumes, pressures = np.array(points).T
        slope, level = np.polyfit(volumes, pressures, 1)
        last, V0 = V0, float(-level / slope)
        if abs(V0 - last) < 0.01:
            break
    return float(slope), V0, volumes, pressures


def sensitivity_table(run: Run, _: ScenarioSpec, asked: BaroreflexSensitivity) -> pd.DataFrame:
    """Baroreflex sensitivity: regression of the succeeding RR interval on the pressure of a beat (Ferguson 1985).

    An interval is set when it begins, before the pressure that it ends up with. Beats count from the turn of pressure
    after `from_s` until systolic pressure has gone RAMP of its way to the peak (or trough): on the plateau the
    receptors adapt, and no line holds. Columns: quantity, unit, value.
    """
    b = run.beats.assign(next=60_000 / run.beats["HR"].shift(-1)).dropna(subset="next")
    b = b[(b["onset"] >= asked.from_s) & (b["onset"] <= asked.to_s)]
    sign = 1.0 if asked.pressure == "rising" else -1.0
    end = int(np.argmax(sign * b["SBP"].to_numpy()))
    start = int(np.argmin(sign * b["SBP"].to_numpy()[: end + 1]))
    p = b["SBP"].to_numpy()
    b = b.iloc[start : end + 1][sign * (p[start : end + 1] - p[start]) <= RAMP * sign * (p[end] - p[start])]
    interval = b["next"].to_numpy()
    rows = [("beats", "1", float(len(b)))]
    for key in ("SBP", "MAP"):
        p = b[key].to_numpy()
        slope = float(np.polyfit(p, interval, 1)[0]) if len(b) > 2 else np.nan
        r = float(np.corrcoef(p, interval)[0, 1]) if len(b) > 2 else np.nan
        rows += [(f"RR over {key}", "ms/mmHg", slope), (f"correlation with {key}", "1", r)]
        rows.append((f"change of {key}", "mmHg", float(p[-1] - p[0]) if len(b) else np.nan))
    return pd.DataFrame(rows, columns=["quantity", "unit", "value"]).rename_axis("row")


def carotid_table(run: Run, spec: ScenarioSpec, _: CarotidCurve) -> pd.DataFrame:
    """Logistic y = low + range/(1 + exp(a (P - middle))) through the windows, for pressure and rate (Kent et al. 1972).

    Columns: quantity, unit, range, middle (mmHg), low, gain (largest slope), threshold and saturation
    (mmHg, middle -+ 2/a), residual (root mean square, in the unit of the quantity).
    """
    rows = []
    for key in ("MAP", "HR"):
        P, y = carotid_points(run, spec, key)
        range_, a, middle, low = _logistic(P, y)
        fitted = low + range_ / (1 + np.exp(a * (P - middle)))
        rest = float(np.sqrt(np.mean((fitted - y) ** 2)))
        rows.append(
            (key, UNITS[key], range_, middle, low, -range_ * a / 4, middle - 2 / a, middle + 2 / a, rest)
        )
    columns = ["quantity", "unit", "range", "middle", "low", "gain", "threshold", "saturation", "residual"]
    return pd.DataFrame(rows, columns=columns).rename_axis("row")


def carotid_points(run: Run, spec: ScenarioSpec, key: str) -> tuple[np.ndarray, np.ndarray]:
    """Carotid pressure (mmHg) and `key` in every window, sorted by pressure."""
    P = np.array([read(run, w, "baroreceptor.P_sinus") for w in spec.windows])
    y = np.array([read(run, w, key) for w in spec.windows])
    order = np.argsort(P)
    return P[order], y[order]


def _logistic(P: np.ndarray, y: np.ndarray) -> tuple[float, float, float, float]:
    """Range, steepness, middle and lower end of a falling logistic, by least squares."""
    from scipy.optimize import least_squares

    top, bottom = float(y.max()), float(y.min())
    middle = float(np.interp(-(top + bottom) / 2, -y, P)) if np.all(np.diff(y) <= 0) else float(P.mean())

    def miss(v: np.ndarray) -> np.ndarray:
        return v[3] + v[0] / (1 + np.exp(np.clip(np.exp(v[1]) * (P - v[2]), -60, 60))) - y

    v = least_squares(miss, [top - bottom, np.log(0.1), middle, bottom]).x
    return float(v[0]), float(np.exp(v[1])), float(v[2]), float(v[3])


ANALYSES: dict[str, Callable[[Run, ScenarioSpec, Any], pd.DataFrame]] = {
    "valve": valve_table,
    "end-systolic line": line_table,
    "baroreflex sensitivity": sensitivity_table,
    "carotid curve": carotid_table,
}
