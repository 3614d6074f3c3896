"""Protocols: what is read off a run in real time, window by window, and the change from its own baseline.

Beyond windows, analyses: what a clinic reads off a whole manoeuvre (a valve's gradients, the end-systolic line).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import pairwise
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from heartloop.errors import UnknownNameError, suggest
from heartloop.summary import UNITS

from .files import EndSystolicLine, ScenarioSpec, ValveReading, Window

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
        how = {"mean": np.mean, "lowest": np.min, "highest": np.max, "first": lambda values: values[0]}
        return float(how[window.read](y)) if len(y) else float("nan")
    beats = inside(run, window)
    y, length = beats[key].to_numpy(dtype=float), 60 / beats["HR"].to_numpy(dtype=float)
    if not len(y):
        return float("nan")
    if window.read == "mean":  # over time: the mean rate is then beats over minutes
        return float(np.sum(y * length) / np.sum(length))
    return float({"lowest": np.min, "highest": np.max, "first": lambda values: values[0]}[window.read](y))


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


ANALYSES: dict[str, Callable[[Run, ScenarioSpec, Any], pd.DataFrame]] = {
    "valve": valve_table,
    "end-systolic line": line_table,
}
