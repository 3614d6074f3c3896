"""The compact myocyte on the bench, isometric: every target of the dossier beside what the model does.

Run with `python validation/cell_compact.py`; about a minute. Settled beats at stretch 1 unless said.
"""

from __future__ import annotations

from collections.abc import Iterator

import heartloop as hl
from heartloop.scenarios.myocyte import Myocyte

INF = float("inf")
Row = tuple[str, str, float, float, float]


def rows() -> Iterator[Row]:
    """Protocol, quantity, lowest and highest accepted value, value of the model."""
    control, failing = hl.myocyte("compact"), hl.myocyte("compact", state="failing")
    rest = control.pace(1.0).summary()
    for key, low, high in (
        ("Ca_dia", 70, 125), ("Ca_peak", 320, 700), ("Ca_TTP", 40, 70), ("Ca_RT50", 120, 200), ("APD90", 230, 320),
        ("T_TTP", 140, 215), ("T_RT50", 95, 160), ("T_dev", 15, 40), ("serca_share", 0.70, 0.85),
        ("CICR_gain", 4, INF), ("Na_i", 6, 13),
    ):  # fmt: skip
        yield "control 1 Hz", key, low, high, rest[key]
    yield "control 1 Hz", "influx - efflux, relative", -0.005, 0.005, 1 - rest.efflux / rest.influx

    def force(model: Myocyte, rate: float = 1.0) -> float:
        return model.pace(rate).summary().T_dev

    def at(**levels: float) -> Myocyte:
        return control.with_({f"cell.{k}": v for k, v in levels.items()}, check_bounds=False)

    yield "stretch", "force 1.1 / 1.0", 1.7, 2.3, force(at(stretch=1.1)) / rest.T_dev
    staircase = force(control, 2.5) / force(control, 0.5)
    yield "force-frequency", "control F(150)/F(30)", 1.5, 2.2, staircase
    off = at(camkii=0.0)
    yield "force-frequency", "CaMKII off F(150)/F(30)", 1.1, staircase, force(off, 2.5) / force(off, 0.5)
    f = {rate: force(failing, rate) for rate in (0.5, 1.0, 2.5)}
    yield "force-frequency", "failing F(150)/F(60)", 0.5, 1.0, f[2.5] / f[1.0]
    yield "force-frequency", "failing F(150)/F(30)", 0.5, 0.8, f[2.5] / f[0.5]
    yield "failing", "force at 60/min of control", 0.45, 0.8, f[1.0] / rest.T_dev
    for levels, low, high in (
        (dict(serca=0.65), 0.8, 1.1), (dict(ncx=1.6), 0.6, 0.95), (dict(ryr_leak=3.5), 0.6, 0.95),
        (dict(ttubule=0.5), 0.5, 0.95), (dict(akap_lcc=0.25), 0.7, 1.0),
    ):  # fmt: skip
        name, value = next(iter(levels.items()))
        yield "one defect", f"force at {name} = {value:g} of control", low, high, force(at(**levels)) / rest.T_dev
    full = at(agonist=1e4).pace(1.0).summary()
    yield "full agonist", "force of control", 2.0, 3.0, full.T_dev / rest.T_dev
    yield "full agonist", "T_RT50 of control", 0.5, 0.95, full.T_RT50 / rest.T_RT50
    yield "full agonist", "Ca_RT50 of control", 0.5, 0.95, full.Ca_RT50 / rest.Ca_RT50
    yield "full agonist", "APD90 of control", 0.75, 0.995, full.APD90 / rest.APD90
    deaf = at(serca=0.5, ncx=1.6, ryr_leak=3.0, beta1=0.5, grk=3.0)
    gain = force(deaf.with_({"cell.agonist": 1e4}, check_bounds=False)) - force(deaf)
    yield "failing, full agonist", "increment of control's", 0.27, 0.46, gain / (full.T_dev - rest.T_dev)
    reflex = at(sympathetic_heart=3.5).pace(1.0).summary()
    yield "full reflex", "force of control", 1.2, 1.6, reflex.T_dev / rest.T_dev


def main() -> None:
    wrong = 0
    for protocol, quantity, low, high, value in rows():
        inside = low <= value <= high
        wrong += not inside
        print(f"{protocol:22} {quantity:32} {low:8.3g} .. {high:<8.3g} {value:9.4g}  {'pass' if inside else 'fail'}")
    print("all pass" if not wrong else f"{wrong} fail")


if __name__ == "__main__":
    main()
