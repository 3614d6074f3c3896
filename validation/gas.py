"""Blood gases: balances, Fick's identity, a breathing person beside the orbit, and what volunteers answer to other air.

The scenarios are those of `heartloop run`; responses are changes from the model's own baseline with one parameter set.
Rows without a measured size ask for a direction and say so.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

import heartloop as hl
from heartloop.scenarios.variants import breathing

from .balance import balances
from .protocols import conserved, directed, response, run_of
from .row import Row, Setting, reported

SETTLED, AVERAGED = 480.0, 120.0  # s, of the breathing person: the central chemoreceptor takes minutes
FASTEST, SLOWEST = 1.43, 0.58  # L/min per % of saturation: Pandit1991, at once and after its decline


def rows(setting: Setting) -> Iterator[Row]:
    """Rest, then the three scenarios."""
    yield from balance()
    for part in (breath, hypoxia, isocapnic, hypercapnia):
        yield from part(setting.bar)


def balance() -> Iterator[Row]:
    """What the lung takes up, the tissues use; and uptake is output times the difference of contents."""
    beat = hl.human().periodic(rtol=1e-7)
    d, f = beat.data, beat.features()
    mean = {
        k: float(d[k].integrate("time")) / beat.orbit.rr
        for k in ("systemic_tissue.use_O2", "splanchnic_tissue.use_O2", "arterial_blood.c_O2", "right_blood.c_O2")
    }
    use = mean["systemic_tissue.use_O2"] + mean["splanchnic_tissue.use_O2"]
    fick = f["CO"] * 1000 * (mean["arterial_blood.c_O2"] - mean["right_blood.c_O2"])
    name = "gases at rest"
    yield Row(name, "uptake against use of O2, relative", 0, 1e-5, abs(f["VO2"] / 60 / use - 1), "", "conservation")
    yield Row(name, "Fick: CO (CaO2 - CvO2) against VO2", 0.995, 1.005, fick / f["VO2"], "", "conservation")
    flow, arrives, leaves = (d[k].to_numpy() for k in ("pulmonary.q", "right_blood.c_O2", "lungs.c_O2"))
    time = d["time"].to_numpy()
    lung = float(np.trapezoid(flow * (leaves - arrives), time)) / beat.orbit.rr
    yield Row(name, "Fick beat-long: flow times difference over uptake", 0, 1e-5, abs(lung / (f["VO2"] / 60) - 1), "",
              "conservation")  # fmt: skip
    yield Row(name, "VO2", 225, 275, f["VO2"], "mL/min", "Albanese2016, 246 +- 10 %")
    yield Row(name, "VE", 5.5, 7.5, f["VE"], "L/min", "BioGears, 6 to 7")
    yield Row(name, "SvO2", 0.65, 0.80, f["SvO2"], "", "textbook range")


def breath(bar: bool) -> Iterator[Row]:
    """Ten minutes of a breathing person, averaged over the last two, beside the steady beat with mean ventilation."""
    person = breathing(hl.human())
    run = person.solve(SETTLED + AVERAGED, every=0.05, progress=bar)
    last = run.beats[run.beats["onset"] >= SETTLED]
    weight = 60 / last["HR"]  # over time, not over beats
    name, steady = "breathing against mean ventilation", person.at_mean().periodic().summary()
    for key, most in (("MAP", 0.01), ("CO", 0.01), ("PaO2", 0.02), ("PaCO2", 0.02)):
        mean = float((last[key] * weight).sum() / weight.sum())
        yield Row(name, f"{key}, relative", -most, most, mean / float(steady[key]) - 1, "", "agreement asked for")
    p = run.data["thorax.p_pleural"].sel(time=slice(SETTLED, None))
    source = "textbook, 5 to 7.5 cmH2O below the air: 1.8 mmHg (recalled); a third either way"
    yield Row(name, "swing of pleural pressure", 1.2, 2.4, float(p.max() - p.min()), "mmHg", source)
    yield reported(name, "swing of heart rate", float(last["HR"].max() - last["HR"].min()), "1/min")
    yield from balances(name, run, [])


def hypoxia(bar: bool) -> Iterator[Row]:
    """12 % oxygen."""
    run, name, window = run_of("hypoxia", bar), "12 % oxygen", "tenth minute"
    yield from directed(name, run, window, {"VE": 1, "PaCO2": -1, "HR": 1, "CO": 1, "PAP_mean": 1}, "Richardson1966")
    yield Row(name, "change of MAP", -5, 5, response(run, window, "MAP")[0], "mmHg", "Richardson1966: none")
    yield reported(name, "SaO2", response(run, window, "SaO2")[1])
    back = abs(response(run, "air again", "HR")[0])
    yield Row(name, "HR away from rest two minutes later", 0, 3, back, "1/min", "choice")
    yield from conserved(name, run, "hypoxia")


def isocapnic(bar: bool) -> Iterator[Row]:
    """Little oxygen at the same carbon dioxide."""
    run, name, window = run_of("isocapnic-hypoxia", bar), "isocapnic hypoxia", "tenth minute"
    yield Row(name, "change of PaCO2", -1, 1, response(run, window, "PaCO2")[0], "mmHg", "protocol")
    slope = -response(run, window, "VE")[0] / (100 * response(run, window, "SaO2")[0])
    yield Row(name, "rise of VE per % of saturation", SLOWEST, FASTEST, slope, "L/min", "Pandit1991")
    yield from directed(name, run, window, {"HR": 1, "CO": 1, "SVR": -1}, "Dorrington1997; Richardson1966")
    yield Row(name, "PVR over baseline", 1.2, 1.7, _ratio(run, window, "PVR"), "", "Dorrington1997, 1.44 +- 0.12")
    yield from conserved(name, run, "isocapnic-hypoxia")


def hypercapnia(bar: bool) -> Iterator[Row]:
    """5 % carbon dioxide."""
    run, name, window = run_of("hypercapnia", bar), "5 % carbon dioxide", "tenth minute"
    slope = response(run, window, "VE")[0] / response(run, window, "PaCO2")[0]
    yield Row(name, "rise of VE per PaCO2", 1, 4, slope, "L/min/mmHg", "choice: 1 to 4 in healthy adults")
    yield from directed(name, run, window, {"HR": 1, "CO": 1, "MAP": 1, "SVR": -1}, "Kiely1996; Cullen1974")
    yield from conserved(name, run, "hypercapnia")


def _ratio(run: hl.Run, window: str, key: str) -> float:
    change, value, _ = response(run, window, key)
    return value / (value - change)
