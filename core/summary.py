"""What a clinician reads off one beat: pressures, volumes, timing, indices, each a smooth functional of the beat.

The functionals take samples of a beat through `Sample`, so the same code serves plots, fits and, fed with a
perturbed sample, exact gradients.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np

MMHG_ML_S = 60.0 / 1000.0  # mL/s -> L/min

UNITS: dict[str, str] = {
    "HR": "1/min", "MAP": "mmHg", "SBP": "mmHg", "DBP": "mmHg", "PP": "mmHg", "CVP": "mmHg", "PCWP": "mmHg",
    "PAP_sys": "mmHg", "PAP_dia": "mmHg", "PAP_mean": "mmHg", "LVEDP": "mmHg", "LVSP": "mmHg", "LVEDV": "mL",
    "LVESV": "mL", "SV": "mL", "EF": "1", "CO": "L/min", "CI": "L/min/m^2", "LVET": "ms", "IVRT": "ms", "IVCT": "ms",
    "RVEDP": "mmHg", "RVSP": "mmHg", "RV_min": "mmHg", "RVEDV": "mL", "RVESV": "mL", "RVEF": "1", "LAP_mean": "mmHg",
    "RAP_mean": "mmHg", "dPdt_max": "mmHg/s", "dPdt_min": "mmHg/s", "tau": "ms", "Ees": "mmHg/mL", "V0": "mL",
    "Ea": "mmHg/mL", "SVR": "WU", "PVR": "WU", "SW": "mmHg mL", "E_A": "1", "sympathetic": "1", "vagal": "1",
    "PaO2": "mmHg", "PaCO2": "mmHg", "SaO2": "1", "SvO2": "1", "VE": "L/min", "VO2": "mL/min", "VCO2": "mL/min",
    "NE_plasma": "pg/mL", "spillover": "1", "beta1_density": "1", "BV": "mL", "LAV_max": "mL", "LAV_min": "mL",
    "RAV_max": "mL", "RAV_min": "mL",
}  # fmt: skip


MEANS = (
    "MAP", "CVP", "PCWP", "PAP_mean", "LAP_mean", "RAP_mean", "sympathetic", "vagal", "PaO2", "PaCO2", "SaO2", "SvO2",
    "VE",
)  # fmt: skip


@dataclass
class Sample:
    """One beat sampled at `t` (k,): `get(path)` gives the signal, `mean(key)` the exact beat mean of a measure."""

    t: np.ndarray
    rr: float
    signals: Mapping[str, np.ndarray]
    means: Mapping[str, float]
    marks: Mapping[str, int]  # gate path -> index of the sample at its start

    def get(self, path: str) -> np.ndarray:
        return self.signals[path]


ROUND = 0.2  # a top is round if cubic and quartic terms over two samples are smaller than this part of the square one


def peak(t: np.ndarray, y: np.ndarray, sign: int = 1) -> float:
    """Maximum (minimum for sign = -1) of a sampled signal, refined by the quartic through five samples."""
    return _vertex(t, y, sign)[1]


def peak_time(t: np.ndarray, y: np.ndarray, sign: int = 1) -> float:
    """Time of the maximum (minimum), refined likewise."""
    return _vertex(t, y, sign)[0]


def _vertex(t: np.ndarray, y: np.ndarray, sign: int) -> tuple[float, float]:
    """Time and value of the extreme.

    A parabola alone jumps by 1e-7 where the extreme passes from one sample's neighborhood into the next, and
    differences of beats show that; it serves near the ends and at kinks, where a quartic rings.
    """
    i = int(np.argmax(sign * y))
    if i == 0 or i == len(y) - 1:
        return float(t[i]), float(y[i])
    if 2 <= i <= len(y) - 3:
        scale = t[i + 2] - t[i]
        c = np.linalg.solve(np.vander((t[i - 2 : i + 3] - t[i]) / scale, 5), y[i - 2 : i + 3])
        if abs(c[0]) + abs(c[1]) < ROUND * abs(c[2]):
            z = 0.0
            for _ in range(4):
                slope = ((4 * c[0] * z + 3 * c[1]) * z + 2 * c[2]) * z + c[3]
                z -= slope / ((12 * c[0] * z + 6 * c[1]) * z + 2 * c[2])
            return float(t[i] + z * scale), float(np.polyval(c, z))
    (ta, tb, tc), (a, b, c3) = t[i - 1 : i + 2], y[i - 1 : i + 2]
    left, right = (b - a) / (tb - ta), (c3 - b) / (tc - tb)
    bend = (right - left) / (tc - ta)
    if bend == 0:
        return float(tb), float(b)
    rise = (left * (tc - tb) + right * (tb - ta)) / (tc - ta)
    return float(tb - rise / (2 * bend)), float(b - rise**2 / (4 * bend))


def crossing(t: np.ndarray, y: np.ndarray, level: float, after: int, rising: bool) -> tuple[float, int]:
    """First time after sample `after` at which y crosses `level`; (nan, -1) if it never does."""
    above = y[after:] > level
    if rising:
        hits = np.flatnonzero(~above[:-1] & above[1:])
    else:
        hits = np.flatnonzero(above[:-1] & ~above[1:])
    if not len(hits):
        return float("nan"), -1
    i = after + int(hits[0])
    return _between(t, y - level, i), i


def _between(t: np.ndarray, y: np.ndarray, i: int) -> float:
    """Zero of y between samples i and i + 1, on the cubic through four samples.

    A straight line between two samples bends the time by a part that depends on where the samples lie, which spoils
    differences of neighbouring beats.
    """
    width = t[i + 1] - t[i]
    z = y[i] / (y[i] - y[i + 1])
    if 1 <= i < len(y) - 2:
        at = (t[i - 1 : i + 3] - t[i]) / width
        cubic = np.polynomial.polynomial.polyfit(at, y[i - 1 : i + 3], 3)
        slope = cubic[1:] * (1, 2, 3)
        for _ in range(4):
            rate = slope[0] + z * (slope[1] + z * slope[2])
            if rate == 0:
                break
            z = min(1.0, max(0.0, z - (cubic[0] + z * (cubic[1] + z * (cubic[2] + z * cubic[3]))) / rate))
    return float(t[i] + z * width)


def derivative(t: np.ndarray, y: np.ndarray) -> np.ndarray:
    """dy/dt by second-order differences on the uneven sample grid."""
    return np.gradient(y, t, edge_order=2)


def clinical(s: Sample, roles: Mapping[str, str], bsa: float | None) -> dict[str, float]:
    """Every summary key that the roles allow. `roles` maps names such as `lv`, `arterial`, `aortic_valve` to paths."""
    r: dict[str, float] = {"HR": 60.0 / s.rr}
    has = roles.__contains__
    for key in MEANS:
        if key in s.means:
            r[key] = s.means[key]
    for key in ("VO2", "VCO2"):
        if key in s.means:
            r[key] = 60 * s.means[key]  # mL/s -> mL/min
    if "q_aortic" in s.means:
        r["CO"] = s.means["q_aortic"] * MMHG_ML_S
        r["SV"] = s.means["q_aortic"] * s.rr
        if bsa:
            r["CI"] = r["CO"] / bsa
    if has("arterial"):
        p = s.get(roles["arterial"])
        r["SBP"], r["DBP"] = peak(s.t, p), peak(s.t, p, -1)
        r["PP"] = r["SBP"] - r["DBP"]
    if has("pulmonary"):
        p = s.get(roles["pulmonary"])
        r["PAP_sys"], r["PAP_dia"] = peak(s.t, p), peak(s.t, p, -1)
    for side, pre in (("lv", "LV"), ("rv", "RV")):
        if not has(side):
            continue
        p, V = s.get(roles[side] + ".p"), s.get(roles[side] + ".V")
        i = s.marks[roles[side + "_onset"]]
        r[pre + "EDP"], r[pre + "EDV"] = float(p[i]), float(V[i])
        r[pre + "SP"], r[pre + "ESV"] = peak(s.t, p), peak(s.t, V, -1)
        r["EF" if pre == "LV" else "RVEF"] = 1 - r[pre + "ESV"] / r[pre + "EDV"]
        if pre == "RV":
            r["RV_min"] = peak(s.t, p, -1)
    if has("lv"):
        r |= _left(s, roles)
    if has("mitral_valve") and has("lv"):
        r |= _timing(s, roles)
    if "CO" in r:
        if "MAP" in r and "RAP_mean" in r:
            r["SVR"] = (r["MAP"] - r["RAP_mean"]) / r["CO"]
        if "PAP_mean" in r and "PCWP" in r:
            r["PVR"] = (r["PAP_mean"] - r["PCWP"]) / r["CO"]
    return r


def _left(s: Sample, roles: Mapping[str, str]) -> dict[str, float]:
    p, V = s.get(roles["lv"] + ".p"), s.get(roles["lv"] + ".V")
    dp = derivative(s.t, p)
    return {
        "dPdt_max": peak(s.t, dp),
        "dPdt_min": peak(s.t, dp, -1),
        "SW": float(-np.sum(0.5 * (p[1:] + p[:-1]) * np.diff(V))),
    }


def _timing(s: Sample, roles: Mapping[str, str]) -> dict[str, float]:
    """Valve events at 2 % of peak flow; tau by the exponential with zero asymptote from peak -dP/dt on.

    The beat starts with the atrial stimulus. At high rates the left ventricle still relaxes when the next one comes,
    so events are sought over two copies of the beat.
    """
    r: dict[str, float] = {}
    n = len(s.t)
    t = np.concatenate([s.t, s.t[1:] + s.rr])
    q_a, q_m, p = (
        np.concatenate([y, y[1:]])
        for y in (s.get(roles["aortic_valve"] + ".q"), s.get(roles["mitral_valve"] + ".q"), s.get(roles["lv"] + ".p"))
    )
    level_a, level_m = 0.02 * peak(s.t, q_a[:n]), 0.02 * peak(s.t, q_m[:n])
    onset = s.marks[roles["lv_onset"]]
    opens, i_open = crossing(t, q_a, level_a, onset, True)
    if not 0 <= i_open < n:
        return r
    top = i_open + int(np.argmax(q_a[i_open:n]))
    closes, i_close = crossing(t, q_a, level_a, top, False)
    if i_close < 0:
        return r
    r["LVET"] = 1000 * (closes - opens)
    before = q_m[: i_open + 1] > level_m
    last = np.flatnonzero(before[:-1] & ~before[1:])
    if len(last):
        i = int(last[-1])
        r["IVCT"] = 1000 * (opens - _between(t, q_m - level_m, i))
    fills, i_fill = crossing(t, q_m, level_m, i_close, True)
    if i_fill < 0:
        return r
    r["IVRT"] = 1000 * (fills - closes)
    dp = derivative(t, p)
    first = i_close - 3
    steepest = peak_time(t[first : i_fill + 1], dp[first : i_fill + 1], -1)
    if fills - steepest > 3e-3:
        # even times between the two events, not the samples between them: their number would jump
        even = np.linspace(steepest, fills, 64)
        relaxing = np.interp(even, t[first : i_fill + 2], p[first : i_fill + 2])
        if np.all(relaxing > 1.0):
            r["tau"] = -1000 / np.polyfit(even, np.log(relaxing), 1)[0]
    # the A wave leads, the E wave follows the opening; once filling begins after the atrial stimulus they are one wave
    if i_fill < n - 1:
        early, late = peak(t[i_fill:n], q_m[i_fill:n]), peak(s.t[:i_open], q_m[:i_open])
        if late > 1.0:
            r["E_A"] = early / late
    return r


def extra(s: Sample, wanted: Mapping[str, tuple[str, str]]) -> dict[str, float]:
    """Named features: ("max" | "min" | "mean" | "ed" | "integral", path)."""
    how: dict[str, Callable[[np.ndarray], float]] = {
        "max": lambda y: peak(s.t, y),
        "min": lambda y: peak(s.t, y, -1),
        "integral": lambda y: float(np.sum(0.5 * (y[1:] + y[:-1]) * np.diff(s.t))),
        "mean": lambda y: float(np.sum(0.5 * (y[1:] + y[:-1]) * np.diff(s.t)) / s.rr),
        "start": lambda y: float(y[0]),
    }
    result = {}
    for key, (kind, path) in wanted.items():
        if kind == "pnorm":  # a smooth stand-in for the maximum: the 8-norm over the beat
            y = np.maximum(s.get(path), 0.0)
            top = max(float(np.max(y)), 1e-12)
            mean = np.sum(0.5 * ((y[1:] / top) ** 8 + (y[:-1] / top) ** 8) * np.diff(s.t)) / s.rr
            result[key] = top * float(mean) ** 0.125
        elif kind.startswith("at "):
            result[key] = float(s.get(path)[s.marks[kind.removeprefix("at ")]])
        else:
            result[key] = how[kind](s.get(path))
    return result
