"""Effort of the regional man: his heart's own flow, regulated beds, a squeezed brain, cycling, Valsalva, dilation.

Exercise counts as ratios to the upright rest, within 30 % of the change and at least 3 mmHg, 3/min or 5 mL. One
parameter set; the scenarios are those of `heartloop run`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

import numpy as np
from scipy.optimize import brentq

import heartloop as hl
from heartloop.circulation.autoregulation import BrainAutoregulation, HeartAutoregulation, bounded

from .protocols import SHARE, compared, conserved, directed, response, run_of
from .row import INF, Row, Setting, reported

VOLUNTEERS = {  # load: ratios to the upright rest (Christie 1987)
    "105 W": {"HR": 1.56, "SBP": 1.18, "MAP": 1.01, "SV": 1.42, "CO": 2.25},
    "175 W": {"HR": 1.97, "SBP": 1.34, "MAP": 1.08, "SV": 1.30, "CO": 2.67},
    "243 W": {"HR": 2.37, "SBP": 1.46, "MAP": 1.14, "SV": 1.36, "CO": 3.36},
    "302 W": {"HR": 2.57, "SBP": 1.57, "MAP": 1.18, "SV": 1.31, "CO": 3.50},
}
UPTAKE = {"105 W": 1330.0, "175 W": 2050.0, "243 W": 2750.0, "302 W": 3360.0}  # mL/min
LEAST = {"HR": 3.0, "SBP": 3.0, "MAP": 3.0, "SV": 5.0, "CO": 0.35}  # in the unit of the quantity
LOW, HIGH = 60.0, 140.0  # mmHg, the plateau of autoregulation


def rows(setting: Setting) -> Iterator[Row]:
    """Rest, plateau, reserve, dilation, strain, exercise; the dear ones last."""
    person = hl.human(loop="regional")
    yield from rest(person)
    for bed in ("head", "coronary"):
        yield from plateau(person, bed)
    yield from reserve(person)
    yield from dilated(person)
    yield from squeezed_brain(person)
    yield from valsalva(setting.bar)
    yield from cycling(setting.bar)


def rest(person: hl.Model) -> Iterator[Row]:
    """The heart's own flow and oxygen."""
    name, beat = "coronary bed at rest", person.periodic()
    d = beat.data
    phase = d["phase"].values
    mean = {k: float(np.trapezoid(d[k].values, phase)) for k in (
        "coronary.q", "coronary.q_inner", "coronary.q_outer", "oxygen_balance.use", "oxygen_balance.ratio_inner",
        "oxygen_balance.energy", "mitral_valve.orifice")}  # fmt: skip
    output = float(beat.summary()["CO"]) * 1000 / 60
    share = mean["coronary.q"] / output
    yield Row(name, "part of cardiac output", 0.03, 0.06, share, "", "ICRP 89 via Pulse, 0.04 to 0.05")
    yield Row(name, "oxygen use of 100 g", 4.1, 9.3, mean["oxygen_balance.use"], "mL/min", "Gobel1978, 6.7 +- 1.3")
    ratio = mean["coronary.q_inner"] / mean["coronary.q_outer"]
    yield Row(name, "flow of inner over outer layer", 0.8, 1.5, ratio, "", "choice: about 1.1 (recalled)")
    slack = d["aortic_valve.q"].values < 1.0
    part = np.sum(d["coronary.q"].values[slack]) / np.sum(d["coronary.q"].values)
    yield Row(name, "part that passes while the aortic valve is shut", 0.65, 0.95, float(part), "", "choice: diastole")
    yield Row(name, "energy for the cell", 1 - 1e-9, 1 + 1e-9, mean["oxygen_balance.energy"], "", "definition of rest")
    yield reported(name, "supply over demand, inner layer", mean["oxygen_balance.ratio_inner"])
    yield Row(name, "functional mitral orifice", 0, 0, mean["mitral_valve.orifice"], "cm^2", "definition of rest")


def plateau(person: hl.Model, bed: str) -> Iterator[Row]:
    """Steady flow of a bed over its perfusion pressure, arterial blood and oxygen use held."""
    width = {"head": 0.2, "coronary": 0.3}[bed]
    flow = settled(person, bed)
    q = {p: flow(p) / flow(95.0) for p in (LOW, HIGH, 35.0)}
    source = "choice: the plateau is 60 to 140 mmHg"
    yield Row(f"autoregulation, {bed}", f"flow at {LOW:g} mmHg over that at 95", 1 - width, 1, q[LOW], "", source)
    yield Row(f"autoregulation, {bed}", f"flow at {HIGH:g} mmHg over that at 95", 1, 1 + width, q[HIGH], "", source)
    yield reported(f"autoregulation, {bed}", "flow at 35 mmHg over that at 95", q[35.0])


def settled(person: hl.Model, bed: str) -> Callable[[float], float]:
    """Flow (mL/s) of a bed over steady perfusion pressure (mmHg), by its own set point, gain and limits."""
    cls = {"head": BrainAutoregulation, "coronary": HeartAutoregulation}[bed]
    value = {k: person[f"{bed}_regulation.{k}"] for k in cls("bed").declarations if k in ("g_O2", "G_least", "G_most")}
    d = person.periodic().data
    mean = {k: float(np.trapezoid(d[k].values, d["phase"].values)) for k in (
        f"{bed}.q", f"{bed}_tissue.use_O2", f"{bed}_tissue.c_O2", "arterial_blood.c_O2", "arteries.p")}  # fmt: skip
    use, c_a, q_rest = mean[f"{bed}_tissue.use_O2"], mean["arterial_blood.c_O2"], mean[f"{bed}.q"]
    c_rest = c_a - use / q_rest

    def flow(p: float) -> float:
        def miss(q: float) -> float:
            asked = value["g_O2"] * (c_rest - c_a + use / q)
            conductance = float(bounded(asked, value["G_least"], value["G_most"]))
            return q_rest * p / 95.0 * conductance - q

        return float(brentq(miss, use / c_a, 100.0))

    return flow


def reserve(person: hl.Model) -> Iterator[Row]:
    """Coronary arterioles opened all the way, as by dipyridamole."""
    flows = []
    for model in (person, person.with_({"coronary_regulation.c_O2_rest": 0.25})):
        d = model.periodic().data
        flows.append(float(np.trapezoid(d["coronary.q"].values, d["phase"].values)))
    name = "coronary arterioles open"
    yield Row(name, "flow over that at rest", 2.57, 5.77, flows[1] / flows[0], "", "Sdringola2011, 4.17 +- 0.80")


def dilated(person: hl.Model) -> Iterator[Row]:
    """A ventricle of a weak cell and a longer wall leaks in proportion to its size."""
    name = "dilated ventricle"
    model = person.with_({"lv.V_ref": 1.9 * person["lv.V_ref"]})
    beat = model.periodic()
    d, volume = beat.data, float(beat.summary()["LVEDV"])
    orifice = float(np.trapezoid(d["mitral_valve.orifice"].values, d["phase"].values))
    yield reported(name, "end-diastolic volume", volume, "mL")
    source = "Rossi2011: 27 % of patients none, 49 % up to 0.2, so the middle is about 0.1; upper edge that of severe"
    yield Row(name, "orifice", 0.04, 0.2, orifice, "cm^2", source)
    severe = 0.35 * (volume - 100) / 175  # cm^2 over mL: 0.1-0.2 at 150-200, 0.3-0.4 at 250-300
    yield reported(name, "orifice over that of a severe leak at its volume (Packer2019)", orifice / severe)
    q, t = d["mitral_valve.q"].values, d["phase"].values
    back, forth = -np.trapezoid(np.minimum(q, 0), t), np.trapezoid(np.maximum(q, 0), t)
    yield reported(name, "regurgitant fraction", float(back / forth))
    tight = model.with_({"mitral_valve.G_functional": 0.0}).periodic().summary()
    change = float(beat.summary()["PCWP"] - tight["PCWP"])
    yield Row(name, "rise of wedge pressure that the leak brings", 0, INF, change, "mmHg", "direction")


def squeezed_brain(person: hl.Model) -> Iterator[Row]:
    """Pressure around the brain: the ischaemic response of the nervous system."""
    rest = beat = person.periodic()
    base = rest.summary()["MAP"]
    for p, low, high in ((50.0, -3.0, 3.0), (90.0, 3.0, INF)):
        beat = person.with_({"head.p_csf": p}).periodic(start=beat)
        name, change = f"intracranial pressure {p:g} mmHg above that of the veins", beat.summary()["MAP"] - base
        yield Row(name, "change of MAP", low, high, change, "mmHg", "Cushing1901, direction (recalled)")
        flow = float(beat.data["head.q"].mean() / rest.data["head.q"].mean())
        yield reported(name, "flow of the head over rest", flow)


def valsalva(bar: bool) -> Iterator[Row]:
    """40 mmHg for 15 s."""
    run, name = run_of("valsalva", bar), "Valsalva, 40 mmHg for 15 s"
    value = {w: {k: response(run, w, k) for k in ("SBP", "MAP", "HR", "SV")} for w in (
        "phase I", "phase II, lowest", "phase II, last seconds", "strain, highest", "phase III", "phase IV, highest",
        "phase IV, lowest")}  # fmt: skip
    yield from directed(name + ", phase I", run, "phase I", {"SBP": 1, "MAP": 1}, "Denq1998, direction")
    fall = value["phase II, lowest"]["SBP"][1] - value["phase I"]["SBP"][1]
    yield Row(name, "systolic pressure, lowest in II less I", -72, 1, fall, "mmHg", "ValsalvaEffort2022, -35 +- 18")
    recovery = value["phase II, last seconds"]["MAP"][1] - value["phase II, lowest"]["MAP"][1]
    yield Row(name, "recovery of MAP late in II", 0, INF, recovery, "mmHg", "Denq1998, direction")
    drop = value["phase III"]["MAP"][1] - value["phase II, last seconds"]["MAP"][1]
    yield Row(name, "fall of MAP on release", -INF, 0, drop, "mmHg", "Denq1998, direction")
    yield from directed(name + ", phase IV", run, "phase IV, highest", {"SBP": 1, "MAP": 1}, "Denq1998, direction")
    low = value["phase II, last seconds"]["SV"][1] / (value["phase I"]["SV"][1] - value["phase I"]["SV"][0])
    yield Row(name, "stroke volume before release over control", 0.35, 0.65, low, "", "ValsalvaFlow1966, about 0.5")
    rise = value["strain, highest"]["HR"][0]
    yield Row(name, "rise of heart rate", 29, 65, rise, "1/min", "ValsalvaRate2012, young men supine, 47 +- 9")
    index = value["strain, highest"]["HR"][1] / value["phase IV, lowest"]["HR"][1]
    yield Row(name, "highest over lowest heart rate", 1.9, 2.7, index, "", "ValsalvaRate2012, 2.3 +- 0.2")
    pressure = response(run, "phase II, lowest", "ra.p")[1]
    yield Row(name, "lowest pressure of the right atrium, straining", 0, INF, pressure, "mmHg", "choice: never suction")
    across = response(run, "phase II, last seconds", "ra.p_transmural")[1]
    yield Row(name, "its mean transmural pressure, straining", -2, INF, across, "mmHg", "choice: it collapses")
    yield reported(name, "its lowest transmural pressure", float(run.data["ra.p_transmural"].values.min()), "mmHg")
    yield Row(name, "its least volume", 0, INF, float(run.data["ra.V"].values.min()), "mL", "physics")
    yield from conserved(name, run, "valsalva")


def cycling(bar: bool) -> Iterator[Row]:
    """Four loads, upright."""
    run = run_of("cycling", bar)
    for load, ratios in VOLUNTEERS.items():
        name = f"cycling, {load}"
        change, uptake, _ = response(run, load, "VO2")
        yield Row(name, "oxygen uptake", 0.85 * UPTAKE[load], 1.15 * UPTAKE[load], uptake, "mL/min", "Christie1987")
        for key, ratio in ratios.items():
            change, value, _ = response(run, load, key)
            base = value - change
            width = max(SHARE * abs(ratio - 1), LEAST[key] / base)
            yield Row(name, f"{key} over upright rest", ratio - width, ratio + width, value / base, "", "Christie1987")
        change, _, _ = response(run, load, "DBP")
        yield Row(name, "change of DBP", -10, 10, change, "mmHg", "Christie1987, unchanged; width a choice")
    name = "cycling, 302 W"
    change, value, _ = response(run, "302 W", "splanchnic.q")
    yield Row(name, "change of splanchnic flow, relative", -0.5, -0.25, change / (value - change), "", "BioGears")
    change, value, _ = response(run, "302 W", "PaCO2")
    yield Row(name, "PaCO2", 30, 42, value, "mmHg", "choice: isocapnic, or a little less with lactic acid")
    for key in ("coronary.q", "legs.q", "oxygen_balance.ratio_inner"):
        change, value, _ = response(run, "302 W", key)
        yield reported(name, f"{key} over upright rest", value / (value - change))
    change, value, _ = response(run, "302 W", "oxygen_balance.energy")
    yield Row(name, "energy for the cell of a healthy heart", 0.97, 1.0, value, "", "choice: no shortage")
    yield from compared("cycling, 105 W", run, "105 W", {"CVP": (3.0, 3.0)}, "choice: filling rises")
    yield from conserved("cycling", run, "cycling")
