"""The compact cell on the bench: isometric twitches of settled beats, at stretch 1 unless said otherwise."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from typing import cast

import heartloop as hl
from heartloop.scenarios.myocyte import Myocyte

from .row import INF, Row, Setting

DOSSIER = "dossier of the human ventricular cell"
REST = {
    "Ca_dia": (70, 125, "nmol/L"), "Ca_peak": (320, 700, "nmol/L"), "Ca_TTP": (40, 70, "ms"),
    "Ca_RT50": (120, 200, "ms"), "APD90": (230, 320, "ms"), "T_TTP": (140, 215, "ms"), "T_RT50": (95, 160, "ms"),
    "T_dev": (15, 40, "kPa"), "serca_share": (0.70, 0.85, ""), "CICR_gain": (4, INF, ""), "Na_i": (6, 13, "mmol/L"),
}  # fmt: skip
DEFECTS = {  # level of one defect: accepted force over control
    ("serca", 0.65): (0.8, 1.1),
    ("ncx", 1.6): (0.6, 0.95),
    ("ryr_leak", 3.5): (0.6, 0.95),
    ("ttubule", 0.5): (0.5, 0.95),
    ("akap_lcc", 0.25): (0.7, 1.0),
}


def rows(_: Setting) -> Iterator[Row]:
    """Control and failing cell, stretch, force-frequency, single defects and the response to agonist."""
    control, failing = hl.myocyte(), hl.myocyte(state="failing")
    rest = control.pace(1.0).summary()
    for key, (low, high, unit) in REST.items():
        yield Row("cell, 1 Hz", key, low, high, float(rest[key]), unit, DOSSIER)
    balance = float(1 - rest["efflux"] / rest["influx"])
    yield Row("cell, 1 Hz", "calcium influx - efflux, relative", -0.005, 0.005, balance, "", "conservation")

    def at(levels: dict[str, float], model: Myocyte = control) -> Myocyte:
        return cast(Myocyte, model.with_({f"cell.{k}": v for k, v in levels.items()}, check_bounds=False))

    def force(model: Myocyte, rate: float = 1.0) -> float:
        return float(model.pace(rate).summary()["T_dev"])

    @cache
    def weak(rate: float) -> float:
        return force(failing, rate)

    one = float(rest["T_dev"])
    yield Row("cell, stretch", "force at 1.1 over 1.0", 1.7, 2.3, force(at({"stretch": 1.1})) / one, "", DOSSIER)

    name = "cell, force-frequency"
    staircase = force(control, 2.5) / force(control, 0.5)
    yield Row(name, "control, 150 over 30/min", 1.5, 2.2, staircase, "", "Pieske1995")
    off = at({"camkii": 0.0})
    flat = force(off, 2.5) / force(off, 0.5)
    yield Row(name, "CaMKII off, 150 over 30/min; at most control", 1.1, staircase, flat, "", DOSSIER)
    yield Row(name, "failing, 150 over 30/min", 0.5, 0.8, weak(2.5) / weak(0.5), "", "Pieske1995")
    yield Row(name, "failing, 150 over 60/min", 0.5, 1.0, weak(2.5) / weak(1.0), "", DOSSIER)
    yield Row(name, "failing, 140 over 70/min", -INF, 1.0, weak(7 / 3) / weak(7 / 6), "", "Mulieri1992")
    yield Row(name, "failing over control at 60/min", 0.45, 0.8, weak(1.0) / one, "", "Pieske1996")

    for (level, value), (low, high) in DEFECTS.items():
        ratio = force(at({level: value})) / one
        yield Row("cell, one defect", f"force at {level} = {value:g} over control", low, high, ratio, "", DOSSIER)

    full = at({"agonist": 1e4}).pace(1.0).summary()
    for key, low, high in (("T_dev", 2.0, 3.0), ("T_RT50", 0.5, 0.95), ("Ca_RT50", 0.5, 0.95), ("APD90", 0.75, 0.995)):
        yield Row("cell, full agonist", f"{key} over control", low, high, float(full[key] / rest[key]), "", DOSSIER)
    deaf = at({"serca": 0.5, "ncx": 1.6, "ryr_leak": 3.0, "beta1": 0.5, "grk": 3.0})
    share = (force(at({"agonist": 1e4}, deaf)) - force(deaf)) / float(full["T_dev"] - one)
    yield Row("cell, full agonist", "increment of the failing cell over control's", 0.27, 0.46, share, "", DOSSIER)
    reflex = force(at({"sympathetic_heart": 3.5})) / one
    yield Row("cell, full reflex", "force over control", 1.2, 1.6, reflex, "", DOSSIER)
