"""Protocols on the structure of a cell: lost anchors of kinase, lost T-tubules, and the ventricle of such cells."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import cast

import numpy as np
import pandas as pd
from scipy.integrate import cumulative_trapezoid
from scipy.interpolate import PchipInterpolator

from heartloop.beat import Beat
from heartloop.errors import ParameterError
from heartloop.model import Model
from heartloop.summary import peak_time

from .myocyte import CellBeat, CellPair, Myocyte
from .person import NO_REFLEX

MS = 1000.0  # ms per s
DOSES = (1.0, 2.0, 3.0, 5.0, 10.0, 30.0, 100.0, 1e4)  # sympathetic tone; 1 is rest, the last saturates
ANCHORS = (1.0, 0.25)
KEPT = (1.0, 0.75, 0.5)
VOLUMES = (300.0, 0.0, -300.0, -600.0, -900.0)  # mL added to a person's blood
PARTS = ("j_coupled", "j_orphan")
MIDDLE = (0.1, 0.75)  # parts of a beat's release; the rest is the first opening and the trickle of diastole


def _signals(beat: Beat, names: Sequence[str], cell: str = "cell") -> tuple[np.ndarray, np.ndarray]:
    """Times of a beat (k,), s, and signals of its cell (k, names)."""
    p = beat._run()
    return p.t, beat.model._c.reader(tuple(f"{cell}.{n}" for n in names))(p.X, p.V, p.piece)


def anchors(
    cell: Myocyte, doses: Sequence[float] = DOSES, levels: Sequence[float] = ANCHORS, rate: float = 1.0
) -> pd.DataFrame:
    """Settled beats over agonist, with the kinase's anchor at the L-type channel kept to each of `levels`.

    Index: `akap_lcc` and `agonist` (sympathetic tone, 1 = rest). Columns: `phi_lcc` and `phi_ryr`, means over the beat;
    `T_dev` (kPa), `Ca_dev` (nmol/L), `SR_load` (umol/L), and `leak` of the store per beat (umol/L cytosol).
    """
    rows = {}
    for level in levels:
        before = cell._guess
        for dose in doses:
            changed = cell.with_({"cell.akap_lcc": level, "cell.sympathetic_heart": dose}, check_bounds=False)
            changed._guess = before  # far from rest a beat is found from the dose before
            beat = cast(Myocyte, changed).pace(rate)
            before = beat.beats[0].x
            s = beat.summary()
            t, Y = zip(*(_signals(b, ("phi_lcc", "phi_ryr", "j_leak")) for b in beat.beats), strict=True)
            sums = np.mean([np.trapezoid(y, x, axis=0) for x, y in zip(t, Y, strict=True)], axis=0)
            rows[level, dose] = {
                "phi_lcc": sums[0] * rate, "phi_ryr": sums[1] * rate, "T_dev": float(s["T_dev"]),
                "Ca_dev": float(s["Ca_peak"] - s["Ca_dia"]), "SR_load": float(s["SR_load"]), "leak": MS * sums[2],
            }  # fmt: skip
    table = pd.DataFrame(rows).T
    table.index.names = ["akap_lcc", "agonist"]
    table.attrs["units"] = {"T_dev": "kPa", "Ca_dev": "nmol/L", "SR_load": "umol/L", "leak": "umol/L"}
    return table


def unroofed(
    cell: Myocyte, levels: Sequence[float] = KEPT, rate: float = 1.0, by: str = "cell.ttubule"
) -> dict[float, CellBeat | CellPair]:
    """Settled beats with the T-tubules kept to each of `levels`; `by` may also be the slow state's dyad integrity."""
    return {v: cast(Myocyte, cell.with_({by: v})).pace(rate) for v in levels}


def dyssynchrony(beats: Mapping[float, CellBeat | CellPair]) -> pd.DataFrame:
    """How release, calcium and force change over the levels of `unroofed` (index).

    Columns: `Ca_TTP` (ms), `Ca_dev` (nmol/L), `T_dev` (kPa), `T_TTP` (ms), `released` per beat (umol/L cytosol),
    `spread`, the time in which its middle part is released (`MIDDLE`, ms), and where the cell has two populations of
    receptors `coupled` and `orphaned` release per beat (umol/L) and `lag` of the orphaned behind the coupled, peak to
    peak (ms).
    """
    rows = {}
    for level, beat in beats.items():
        s = beat.summary()
        found = [_release(b) for b in beat.beats]
        row = {"Ca_TTP": float(s["Ca_TTP"]), "Ca_dev": float(s["Ca_peak"] - s["Ca_dia"])}
        row |= {"T_dev": float(s["T_dev"]), "T_TTP": float(s["T_TTP"])}
        rows[level] = row | {k: float(np.mean([f[k] for f in found])) for k in found[0]}
    table = pd.DataFrame(rows).T
    table.index.name = "kept"
    table.attrs["units"] = {
        "Ca_TTP": "ms", "Ca_dev": "nmol/L", "T_dev": "kPa", "T_TTP": "ms", "released": "umol/L", "spread": "ms",
        "coupled": "umol/L", "orphaned": "umol/L", "lag": "ms",
    }  # fmt: skip
    return table


def _release(beat: Beat) -> dict[str, float]:
    """Amount, spread and parts of the release of one beat."""
    parts = [k for k in PARTS if f"cell.{k}" in beat.model._c.out_paths]
    t, Y = _signals(beat, ["j_rel", *parts])
    amount = np.trapezoid(Y, t, axis=0)
    # between parts of the release, and peaks: receptors with a full store trickle all through diastole, which is no
    # answer to the beat, and would weigh most in a standard deviation
    so_far = cumulative_trapezoid(Y[:, 0], t, initial=0.0) / amount[0]
    early, late = np.interp(MIDDLE, so_far, t)
    row = {"released": MS * float(amount[0]), "spread": MS * float(late - early)}
    if parts:
        row |= {"coupled": MS * float(amount[1]), "orphaned": MS * float(amount[2])}
        row["lag"] = MS * (peak_time(t, Y[:, 2]) - peak_time(t, Y[:, 1])) if amount[2] > 1e-6 * amount[0] else np.nan
    return row


def starling(person: Model, volumes: Sequence[float] = VOLUMES) -> pd.DataFrame:
    """Frank-Starling curve of the left ventricle: steady beats over blood volume, reflexes cut.

    Index: blood volume (mL) above the person's own. Columns: `LVEDP`, `MAP` (mmHg), `LVEDV`, `SV` (mL), `SW` (J), `EF`.
    """
    cut = person.with_(NO_REFLEX)
    own = cut["blood.V_total"]
    order = sorted(volumes, key=abs)  # from the person's own volume outwards, each solved from its neighbour
    rows: dict[float, dict[str, float]] = {}
    known: dict[float, Beat] = {}
    for dV in order:
        start = known[min(known, key=lambda v: abs(v - dV))] if known else None
        beat = cut.with_({"blood.V_total": own + dV}, check_bounds=False).periodic(start=start)
        f = beat.features()
        known[dV] = beat
        rows[dV] = {k: f[k] for k in ("LVEDP", "LVEDV", "SV", "MAP", "EF")} | {"SW": f["stroke_work"]}
    table = pd.DataFrame(rows).T.sort_index()
    table.index.name = "volume"
    table.attrs["units"] = {"LVEDP": "mmHg", "LVEDV": "mL", "SV": "mL", "SW": "J", "MAP": "mmHg", "EF": "1"}
    return table


def at_pressure(curve: pd.DataFrame, key: str, pressure: float) -> float:
    """Value of a Frank-Starling curve at an end-diastolic pressure (mmHg); `ParameterError` outside the curve."""
    p = curve["LVEDP"].to_numpy(dtype=float)
    if not p.min() <= pressure <= p.max():
        raise ParameterError(f"LVEDP = {pressure:g} mmHg is outside the curve, {p.min():.1f}..{p.max():.1f} mmHg.")
    order = np.argsort(p)
    return float(PchipInterpolator(p[order], curve[key].to_numpy(dtype=float)[order])(pressure))


def starling_slope(curve: pd.DataFrame, key: str = "SW", between: tuple[float, float] = (2.0, 9.0)) -> float:
    """Mean slope of stroke work (or another column) against end-diastolic pressure (per mmHg) between two pressures."""
    low, high = between
    return (at_pressure(curve, key, high) - at_pressure(curve, key, low)) / (high - low)
