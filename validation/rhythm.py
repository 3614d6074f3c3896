"""Alternating beats and spontaneous release of both cells on the bench: where they begin, what brings them on."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

import heartloop as hl
from heartloop.scenarios.afterdepolarization import VERDICTS
from heartloop.scenarios.myocyte import CELLS, Myocyte

from .row import INF, Row, Setting, reported

RATES = (2.0, 2.5, 3.0, 3.25, 3.5, 3.75, 4.0, 4.5, 5.0)  # Hz
LOW_SERCA = 0.5
# as TWorld2026 was made to fire: saturating agonist, external calcium 3.25 mmol/L, stimuli every 400 ms
CATECHOLAMINE, LOADED, FAST = 100.0, 1.8, 2.5
LEAKY = 4.0
DOSSIER = "dossier of the human ventricular cell"
NONE = 60 * (RATES[-1] + 1)  # 1/min, stands for an onset above every rate that was tried


def rows(setting: Setting) -> Iterator[Row]:
    """Onset of alternans; a cell after its last stimulus at rest, with leak, with an emptied store; the map."""
    for kind in CELLS:
        cell = hl.myocyte(kind)
        name = f"{kind}, alternans"
        control, weak = (_onset(m, setting) for m in (cell, _at(cell, serca=LOW_SERCA)))
        yield Row(name, "rate of the onset, control", 200, 60 * RATES[-1], control, "1/min", "OHara2011")
        yield Row(name, f"rate of the onset, SERCA {LOW_SERCA:g}", -INF, min(control, NONE - 1), weak, "1/min", DOSSIER)

        name = f"{kind}, after the last stimulus"
        yield Row(name, "events at rest in 10 s", 0, 0, _events(cell, 1.0), "", DOSSIER)
        drive = {"agonist": CATECHOLAMINE, "Ca_o": LOADED * cell["cell.Ca_o"]}
        leaky = _events(_at(cell, ryr_leak=LEAKY, **drive), FAST)
        source = "TWorld2026 fires (computed)"
        yield Row(name, "DADs and triggered beats: leak, catecholamine, loaded store", 1, INF, leaky, "", source)
        empty = _events(_at(cell, ryr_leak=LEAKY, serca=0.45, **drive), FAST)
        yield Row(name, "the same with SERCA 0.45: fewer", 0, max(leaky - 1, 0), empty, "", source)

        # what a leak takes from the store it takes from a release: sealed receptors fire late, at once and most
        excitable = hl.myocyte(kind, state="excitable")
        load = {"agonist": 30.0, "Ca_o": 2 * cell["cell.Ca_o"], "ncx": 1.5}
        sealed, leaky = (
            _at(excitable, ryr_leak=v, **load).quiescence(2.0, 6.0).summary()["triggered"] for v in (0.5, LEAKY)
        )
        what = "triggered beats: half the IK1, exchanger 1.5, catecholamine, loaded store"
        yield Row(name, f"{what}, leak 0.5", 1, INF, float(sealed), "", DOSSIER)
        yield Row(name, f"{what}, leak {LEAKY:g}: fewer", 0, max(float(sealed) - 1, 0), float(leaky), "", DOSSIER)

        table = cell.dad_map(progress=setting.bar)
        regions = len(set(table["verdict"]) & set(VERDICTS[:3]))
        yield Row(f"{kind}, map", "regions among silent, DAD, triggered", 3, 3, regions, "", DOSSIER)
        for verdict in VERDICTS[1:3]:
            load = table.loc[table["verdict"] == verdict, "SR_load"].min()
            yield reported(f"{kind}, map", f"least load of a field with {verdict}", float(load), "umol/L")


def _at(cell: Myocyte, **levels: float) -> Myocyte:
    return cell.with_({f"cell.{k}": v for k, v in levels.items()})


def _onset(cell: Myocyte, setting: Setting) -> float:
    onset = cell.alternans(RATES, progress=setting.bar).attrs["onset"]
    return 60 * onset if np.isfinite(onset) else NONE


def _events(cell: Myocyte, rate: float) -> float:
    watched = cell.quiescence(rate, 10.0).summary()
    return float(watched["DADs"] + watched["triggered"])
