"""The contraction alone: with the constants of Land et al. (2017) it gives the paper's numbers; then the cells' own.

The paper's constants and its calcium transient stand in `scenarios/land2017.py`.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import cast

import numpy as np
import pandas as pd

import heartloop as hl
from heartloop.scenarios.contraction import Contraction, force_velocity_fit, hill, twitches
from heartloop.scenarios.land2017 import COPPINI, KNOTS, LAND_2017, LAND_2017_SKINNED, PAPER, land
from heartloop.scenarios.myocyte import CELLS, Myocyte

from .row import INF, Row, Setting, reported

DOSSIER = "dossier of the human ventricular cell"


def measured(twitch: pd.Series) -> dict[str, float]:
    """Peak and minimum (kPa), time of the peak and times from there to 50 and 95 % relaxation (ms)."""
    t, T = 1000 * twitch.index.to_numpy(dtype=float), twitch.to_numpy(dtype=float)
    top = int(np.argmax(T))
    low = float(T.min())

    def fall(part: float) -> float:
        level = T[top] - part * (T[top] - low)
        after = T[top:]
        j = int(np.argmax(after <= level))
        between = (after[j - 1] - level) / (after[j - 1] - after[j])
        return float(t[top + j - 1] + between * (t[top + j] - t[top + j - 1]) - t[top])

    return {"peak": float(T[top]), "least": low, "at": float(t[top]), "RT50": fall(0.5), "RT95": fall(0.95)}


def rows(_: Setting) -> Iterator[Row]:
    """Land's figures with Land's constants, then force-calcium, force-velocity and twitches of every cell."""
    yield from _paper()
    for kind in CELLS:
        yield from _cell(kind)


def _paper() -> Iterator[Row]:
    name = "Land 2017, twitch at stretch 1"
    intact = land(LAND_2017)
    m = measured(intact.twitch(KNOTS, np.array(COPPINI)))
    yield Row(name, "peak tension; paper 51", 0.95 * 51, 1.05 * 51, m["peak"], "kPa", f"{PAPER}, Fig 6")
    yield Row(name, "half relaxation; paper 122", 116, 128, m["RT50"], "ms", f"{PAPER}, Fig 6")
    yield Row(name, "95 % relaxation; paper 281", 267, 295, m["RT95"], "ms", f"{PAPER}, Fig 6")
    yield reported(name, "peak after the start of the trace; paper 171 from an onset not said", m["at"], "ms")
    yield Row(name, "least tension; paper 0.078", 0.95 * 0.078, 1.05 * 0.078, m["least"], "kPa", f"{PAPER}, Fig 6")

    name = "Land 2017, force-calcium, whole-organ column"
    fits = hill_fits(intact)
    # equations of the paper: overlap 1 + beta_0 (stretch - 1), half-blocked where troponin is TRPN50 occupied
    ratio = fits.loc[1.1, "F_max"] / fits.loc[1.0, "F_max"]
    yield Row(name, "F_max at 1.1 over 1.0", 1.22, 1.24, ratio, "", f"{PAPER}, eq. of h")
    ratio = fits.loc[0.9, "F_max"] / fits.loc[1.0, "F_max"]
    yield Row(name, "F_max at 0.9 over 1.0", 0.76, 0.78, ratio, "", f"{PAPER}, eq. of h")
    shift = fits.loc[1.1, "pCa50"] - fits.loc[0.9, "pCa50"]
    want = float(np.log10((0.805 + 0.24) / (0.805 - 0.24)))
    yield Row(name, "pCa50 at 1.1 less at 0.9", 0.98 * want, 1.02 * want, shift, "", f"{PAPER}, eq. of Ca50")
    half = intact.steady_tension(0.805 * (0.35 / 0.65) ** 0.5) / intact.steady_tension(100.0)
    yield Row(name, "tension where half is unblocked, relative", 0.49, 0.51, half, "", f"{PAPER}, eq. of k_b")
    yield Row(name, "instant tension per stretch, relative", 24.5, 25.5, intact.stiffness(), "", f"{PAPER}, A_eff")
    for s, fit in fits.iterrows():
        yield reported(name, f"pCa50 at stretch {s:g}", fit["pCa50"])
    yield reported(name, "n_H at stretch 1", fits.loc[1.0, "n_H"])

    name = "Land 2017, skinned column"
    skinned = land(LAND_2017_SKINNED)
    fits = hill_fits(skinned)
    for s, fit in fits.iterrows():
        yield reported(name, f"pCa50 at stretch {s:g}", fit["pCa50"])
    yield reported(name, "n_H at stretch 1", fits.loc[1.0, "n_H"])
    yield reported(name, "F_max at stretch 1", fits.loc[1.0, "F_max"], "kPa")
    step = skinned.length_step(0.01)
    yield Row(name, "tension just after a stretch of 1 %, relative", 1.2, INF, step["relative"].iloc[0], "", PAPER)
    dip = float(step["relative"].min() / step["relative"].iloc[-1])
    yield Row(name, "least tension after it over the new steady one", -INF, 0.99, dip, "", f"{PAPER}, Fig 5: biphasic")
    for key, value in force_velocity_fit(skinned.force_velocity()).items():
        yield reported(name, f"force-velocity: {key}", value)


def hill_fits(contraction: Contraction) -> pd.DataFrame:
    """Hill curves through the steady tensions, one row a stretch."""
    table = contraction.force_pca()
    return pd.DataFrame({s: hill(table[s]) for s in table}).T


def _cell(kind: str) -> Iterator[Row]:
    control = hl.myocyte(kind)
    beats = twitches(control)
    one = beats[1.0].summary()
    name = f"{kind}, isometric twitches"
    force = {s: float(b.summary()["T_dev"]) for s, b in beats.items()}
    yield Row(name, "force at 1.1 over 1.0", 1.7, 2.3, force[1.1] / force[1.0], "", DOSSIER)
    yield Row(name, "force at 0.9 over 1.0", 0.4, 0.7, force[0.9] / force[1.0], "", "choice: two published cells 0.55")
    slower = float(beats[1.1].summary()["T_RT50"] / one["T_RT50"])
    yield Row(name, "half relaxation at 1.1 over 1.0", 1.0, 1.5, slower, "", f"{PAPER}, Fig 6: longer when stretched")

    alone = Contraction.of(control, beat=beats[1.0].beats[0])
    fits = hill_fits(alone)
    name = f"{kind}, force-calcium"
    shift = float(fits.loc[1.1, "pCa50"] - fits.loc[0.9, "pCa50"])
    ratio = fits.loc[1.1, "F_max"] / fits.loc[1.0, "F_max"]
    yield Row(name, "pCa50 at 1.1 less at 0.9", 0.05, 0.35, shift, "", f"{PAPER}; Tanner2023: it rises")
    yield Row(name, "F_max at 1.1 over 1.0", 1.05, 1.4, ratio, "", f"{PAPER}: 1.23; Tanner2023: it rises")
    yield Row(name, "n_H at stretch 1", 2.0, 8.0, fits.loc[1.0, "n_H"], "", f"choice: both columns of {PAPER}")
    for s, fit in fits.iterrows():
        yield reported(name, f"pCa50 at stretch {s:g}", fit["pCa50"])
    yield reported(name, "F_max at stretch 1", fits.loc[1.0, "F_max"], "kPa")

    name = f"{kind}, force-velocity at saturating calcium"
    curve = force_velocity_fit(alone.force_velocity())
    # a ventricle shortens by up to 1.6 lengths/s under load (circumferential strain rate of healthy adults)
    yield Row(name, "V_max", 1.6, 10.0, curve["V_max"], "1/s", "DeTombe2012, peak systolic strain rate")
    yield Row(name, "curvature F0/a", 0.5, 8.0, curve["curvature"], "", "DeTombe1990 (recalled): 2-5")
    yield reported(name, "instant tension per stretch, relative", alone.stiffness())

    failing = hl.myocyte(kind, state="failing")
    weak = {s: float(b.summary()["T_dev"]) for s, b in twitches(failing, (1.0, 1.1)).items()}
    name = f"{kind}, failing"
    blunted = weak[1.1] / weak[1.0] / (force[1.1] / force[1.0])
    yield Row(name, "force at 1.1 over 1.0, relative to control", 0.4, 0.95, blunted, "", "Tanner2023: blunted")
    deaf = cast(Myocyte, control.with_({"cell.beta1": 0.2}))
    shift_deaf = hill_fits(Contraction.of(deaf, beat=deaf.pace(1.0).beats[0]))["pCa50"]
    change = float(shift_deaf.loc[1.1] - shift_deaf.loc[0.9]) / shift
    yield reported(name, "pCa50 at 1.1 less at 0.9 with few receptors, relative to control", change)
