"""The small closed loop: four chambers and valves, two systemic beds, the lungs.

Lumped from the 21-compartment table of Heldt (2004) with arterial compliances and chambers recalibrated. Tables
below give value and source per compartment, for a man of 75 kg; `body` scales them to another sex and weight.
Units: mmHg, mL, s. Flows are positive along the circulation.

Signals the caller wires: the cells (`lv.tension`, `lv.stretch`, ...), reflex effectors (`systemic.tone_R`,
`splanchnic.tone_R`, `systemic_veins.dV0`, `splanchnic_veins.dV0`), slow growth.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Any

from heartloop.component import Component, Param
from heartloop.errors import ParameterError, suggest

from .atrium import Atrium
from .pericardium import Pericardium, Thorax
from .valve import aortic_valve, mitral_valve, pulmonary_valve, tricuspid_valve
from .ventricle import CellElastance, OneFibreWall, PrescribedElastance
from .vessel import AorticRoot, Arterioles, Artery, CollapsibleVessel, Compliance, InertialVessel, Resistance, Vein

CHAMBERS = ("la", "lv", "ra", "rv")
VENTRICLES = {"onefibre": OneFibreWall, "elastance": CellElastance, "prescribed": PrescribedElastance}

_H = "Heldt2004, Table A.1"
_SUM = f"{_H}, compartments summed (computed)"
_ART = f"{_H}, arterial compartments summed, x 0.54 for a human pulse pressure (computed), then re-identified"
_V95 = f"{_SUM}; less, so that as much is held at 95 mmHg (computed)"
_R = "less, so that as much flows at rest over the closing pressure (computed)"
_SCALE = "one number for both walls: a wall ejects with 52 kPa, cells give 20-60 kPa (computed)"
_KR = "Ursino1998, heart table, RV (traced)"
_FIBRE = "fitted to the resting beat of the one-fibre wall (computed)"
_CAL = "calibrated on rest values with the lumped table (computed)"

# mass / density 1.055 g/mL, per sex
_MASS = {"male": dict(lv=121.0, rv=66.0), "female": dict(lv=83.0, rv=48.0)}  # g (traced, sex-specific young adults)
_BODY = {"male": (75.0, 175.0, 5300.0), "female": (62.0, 163.0, 4200.0)}  # kg, cm, mL (traced)
DENSITY = 1.055  # g/mL, myocardium

# value and source for a man of 75 kg
Table = dict[str, dict[str, tuple[float, str]]]
VESSELS: Table = {
    "aorta": dict(C=(0.37, _ART), V0=(73.2, _V95)),
    "arteries": dict(C=(1.223, _ART), V0=(574.8, _V95)),
    "splanchnic_veins": dict(C=(53.0, f"{_H}, 50 (computed)"), V0=(1026.0, f"{_H}, less coronary (traced)"),
                             V_max=(1600.0, f"{_H}, 1500 (computed)"),
                             share=(0.58, "Heldt2004, cardiopulmonary gains 64/110 (traced)")),
    "systemic_veins": dict(C=(44.0, _SUM), V0=(1419.0, f"{_SUM}; re-identified"),
                           V_max=(1600.0, f"{_H}, legs 1000 of C 27 (computed)"),
                           share=(0.42, "Heldt2004, cardiopulmonary gains 46/110 (traced)")),
    "vena_cava": dict(C=(3.3, _SUM), V0=(137.0, _SUM), V_max=(650.0, f"{_H}, abdominal veins (traced)"),
                      share=(0.0, "the great veins take no part (assumed)")),
    "pulmonary_arteries": dict(C=(5.957, f"{_H}, 3.2 (computed); re-identified"), V0=(171.0, f"{_H}, 160 (computed)")),
    "pulmonary_veins": dict(C=(9.6, f"{_H}, 9.0 (computed)"), V0=(458.8, f"{_H}, 430 (computed); re-identified")),
    "aortic_path": dict(R=(0.02, f"{_H}, paths to the beds in parallel (computed)"),
                        L=(2.6e-4, f"{_H}, paths to the beds in parallel (computed)")),
    "systemic": dict(R=(0.939, f"{_H}, upper body, head, renal, legs, coronary in parallel, re-identified; {_R}")),
    "splanchnic": dict(R=(2.6, f"{_H} 3.3 +- 1.0 (computed); re-identified; {_R}")),
    "systemic_outflow": dict(R=(0.029, f"{_H}, venous paths weighted by flow (computed)")),
    "splanchnic_outflow": dict(R=(0.076, f"{_H}, 0.07 and part of the abdominal veins (computed)")),
    "venous_return": dict(R=(0.012, f"{_H}, SVC and thoracic IVC in parallel (computed)")),
    "pulmonary": dict(R=(0.07558, f"{_H}, 0.07 +- 0.04 (computed); re-identified")),
    "pulmonary_outflow": dict(R=(0.01, f"{_H} 0.006 +- 0.003 (computed)"),
                              L=(1e-3, "four veins, 5 cm of 4 cm^2 together (assumed)")),
}  # fmt: skip
_ATRIA: Table = {
    "la": dict(
        E_b=(0.18, _CAL), E_a=(0.2193, _CAL), V0=(0.9746, _CAL), t_delay=(0.02, "interatrial conduction (assumed)")
    ),
    "ra": dict(E_b=(0.2503, _CAL), E_a=(0.02604, _CAL), V0=(32.53, _CAL)),
}
_PUMPS: dict[str, Table] = {
    "onefibre": {
        "lv": dict(V_ref=(75.44, _CAL), s_titin=(8.096, _CAL), k_titin=(3.03, _CAL),
                   s_collagen=(0.02021, _CAL), k_collagen=(26.13, _CAL), k_scale=(1.828, _SCALE)),
        "rv": dict(V_ref=(140.5, _CAL), s_titin=(8.096, _CAL), k_titin=(3.03, _CAL),
                   s_collagen=(4.3, _CAL), k_collagen=(26.13, _CAL), k_scale=(1.828, _SCALE)),
    },
    "elastance": {
        "lv": dict(E_max=(2.205, _FIBRE), V0=(1.102, _FIBRE), P0=(0.6054, _FIBRE), k=(0.02014, _FIBRE),
                   T_ref=(61.0, _CAL)),
        "rv": dict(E_max=(0.4779, _FIBRE), V0=(13.02, _FIBRE), P0=(0.4205, _FIBRE), k=(0.01492, _FIBRE),
                   T_ref=(61.0, _CAL), k_R=(1.4e-3, _KR)),
    },
    "prescribed": {
        "lv": dict(E_max=(3.082, _FIBRE), V0=(21.47, _FIBRE), P0=(1.753, _FIBRE), k=(0.01578, _FIBRE),
                   t_1=(0.1657, _FIBRE), t_2=(0.4526, _FIBRE), n_1=(2.319, _FIBRE), n_2=(23.77, _FIBRE),
                   e_peak=(0.8595, "from the four constants before (computed)")),
        "rv": dict(E_max=(0.5549, _FIBRE), V0=(31.7, _FIBRE), P0=(0.4267, _FIBRE), k=(0.01731, _FIBRE),
                   k_R=(1.4e-3, _KR)),
    },
}  # fmt: skip

# powers of body weight (Heldt2004, Table B.1) and of the loop's blood volume, by unit
_POWER = {"mL": 1.0, "mL/mmHg": 1.0, "mmHg/mL": -1.0, "1/mL": -1.0, "s/mL": -1.0, "mmHg s/mL": -0.75,
          "mmHg s^2/mL": -0.75, "mL/(mmHg s)": 1.0}  # fmt: skip

# volumes near the orbit at rest as a part of the total, so that the first beat is close
_START = dict(aorta=0.024, arteries=0.152, splanchnic_veins=0.24, vena_cava=0.028, pulmonary_arteries=0.042,
              pulmonary_veins=0.101, la=0.012, ra=0.013, lv=0.027, rv=0.029)  # fmt: skip


def small_loop(
    loop: Any,
    *,
    sex: str = "male",
    ventricle: str = "onefibre",
    weight_kg: float | None = None,
    values: Mapping[str, Mapping[str, float]] | None = None,
) -> None:
    """Add the small loop to the circuit `loop` and wire everything that lies inside it.

    Parameters
    ----------
    loop
        A `heartloop.circuit.Circuit` (or anything with its `add`, `flow`, `signal` and `gate`).
    sex, weight_kg
        Body; the default weight is the sex's own (75 or 62 kg).
    ventricle
        `"onefibre"`, `"elastance"` or `"prescribed"`, for both ventricles.
    values
        Other parameter or start values, per component name.
    """
    make = Maker(start_volumes(sex=sex, weight_kg=weight_kg), sex=sex, ventricle=ventricle, values=values)
    lv, rv, la, ra = make.chambers()
    nodes = {k: make(_NODES.get(k, Compliance), k, VESSELS[k]) for k in _START if k not in CHAMBERS}
    nodes["systemic_veins"] = make(Vein, "systemic_veins", VESSELS["systemic_veins"])
    loop.add(make(Thorax, "thorax"), make.pericardium())
    loop.add(la, lv, ra, rv, *nodes.values())

    def edge(cls: Any, name: str, a: str, b: str) -> None:
        loop.flow(make(cls, name, VESSELS.get(name)), a, b)

    edge(mitral_valve, "mitral_valve", "la", "lv")
    edge(aortic_valve, "aortic_valve", "lv", "aorta")
    edge(InertialVessel, "aortic_path", "aorta", "arteries")
    edge(Arterioles, "systemic", "arteries", "systemic_veins")
    edge(Arterioles, "splanchnic", "arteries", "splanchnic_veins")
    edge(CollapsibleVessel, "systemic_outflow", "systemic_veins", "vena_cava")
    edge(CollapsibleVessel, "splanchnic_outflow", "splanchnic_veins", "vena_cava")
    edge(Resistance, "venous_return", "vena_cava", "ra")
    edge(tricuspid_valve, "tricuspid_valve", "ra", "rv")
    edge(pulmonary_valve, "pulmonary_valve", "rv", "pulmonary_arteries")
    edge(Resistance, "pulmonary", "pulmonary_arteries", "pulmonary_veins")
    edge(InertialVessel, "pulmonary_outflow", "pulmonary_veins", "la")
    make.finish("small")
    wire_heart(loop, ventricle, IN_THORAX)


class Maker:
    """Makes the components of one body's loop: table values with their sources, scaled, then the caller's own values.

    `start` are the volumes of a first beat (mL); their sum is the blood volume, which sets the scale.
    """

    def __init__(
        self, start: Mapping[str, float], *, sex: str, ventricle: str,
        values: Mapping[str, Mapping[str, float]] | None = None,
    ) -> None:  # fmt: skip
        if ventricle not in VENTRICLES:
            raise ParameterError(f"ventricle = '{ventricle}' is not one of {', '.join(VENTRICLES)}.")
        self.start, self.sex, self.ventricle = start, sex, ventricle
        self.scale = sum(start.values()) / _BODY["male"][2]
        self.own = {k: dict(v) for k, v in (values or {}).items()}
        self.made: list[str] = []

    def __call__(self, cls: Any, name: str, table: Mapping[str, tuple[float, str]] | None = None) -> Any:
        """A component of the class under this name."""
        given = self.own.pop(name, {})
        self.made.append(name)
        component = cls(name)
        _tabulate(component, table or {}, self.scale)
        if name in self.start:
            _set(component, "V", self.start[name])
        for key, value in given.items():
            cls(name, **{key: value})  # checks name and bounds
            _set(component, key, float(value))
        return component

    def chambers(self, atrium: type[Atrium] = Atrium) -> list[Any]:
        """Left and right ventricle, left and right atrium."""
        pumps = {k: _walls(self.sex, k) | t for k, t in _PUMPS[self.ventricle].items()}
        pair = [self(VENTRICLES[self.ventricle], k, pumps[k]) for k in ("lv", "rv")]
        return pair + [self(atrium, k, _ATRIA[k]) for k in ("la", "ra")]

    def pericardium(self) -> Any:
        """The sac around them."""
        return self(Pericardium, "pericardium", {"V0": (330.0, _CAL), "lam": (0.015, _LAM)})

    def finish(self, loop: str) -> None:
        """Refuse values for a component that this loop does not have."""
        for name in self.own:
            raise ParameterError(f"The {loop} loop has no component '{name}'.{suggest(name, self.made)}")


def wire_heart(loop: Any, ventricle: str, in_thorax: Iterable[str]) -> None:
    """Signals between chambers, pericardium and thorax; the nodes `in_thorax` are under pleural pressure."""
    pleural = ("pericardium.p_pleural", *(f"{k}.p_ext" for k in in_thorax))
    loop.signal("thorax.p_pleural", to=pleural)
    loop.signal("pericardium.p", to=[f"{k}.p_ext" for k in CHAMBERS])
    timed = ("la", "ra", "lv", "rv") if ventricle == "prescribed" else ("la", "ra")
    for k in CHAMBERS:
        loop.signal(f"{k}.V", to=f"pericardium.V_{k}")
    for k in timed:
        loop.signal("beat.clock", to=f"{k}.clock")
        loop.signal("beat.RR", to=f"{k}.RR")
    for k in ("la", "ra"):
        loop.gate(f"{k}.active", start=f"{k}.t_delay", duration=f"{k}.t_active")


_NODES: dict[str, type[Component]] = {
    "aorta": AorticRoot, "arteries": Artery, "splanchnic_veins": Vein, "vena_cava": Vein,
}  # fmt: skip
IN_THORAX = ("aorta", "vena_cava", "pulmonary_arteries", "pulmonary_veins")
_LAM = "Smith2004, 0.030 for the ventricles, halved for four chambers (computed)"


def blood_volume(*, sex: str = "male", weight_kg: float | None = None) -> float:
    """Total blood volume (mL) of a body: 5300 (75 kg man), 4200 (62 kg woman), with weight^0.94 (Heldt2004, B.1)."""
    if sex not in _BODY:
        raise ParameterError(f"sex = '{sex}' is not one of {', '.join(_BODY)}.")
    weight, _, tbv = _BODY[sex]
    return tbv * ((weight_kg or weight) / weight) ** 0.94


def start_volumes(*, sex: str = "male", weight_kg: float | None = None) -> dict[str, float]:
    """Volume of each node at the start of a first beat (mL); their sum is the blood volume."""
    tbv = blood_volume(sex=sex, weight_kg=weight_kg)
    start = {k: part * tbv for k, part in _START.items()}
    start["systemic_veins"] = tbv - sum(start.values())
    return start


def _walls(sex: str, side: str) -> dict[str, tuple[float, str]]:
    """Wall volume of one ventricle; stored so that scaling with the body gives the sex's own wall."""
    own_scale = _BODY[sex][2] / _BODY["male"][2]
    mass = _MASS[sex][side]
    source = f"TriSegTwins, {side.upper()} wall {mass:g} g ({sex}), density {DENSITY} g/mL (traced)"
    return {"Vw": (mass / DENSITY / own_scale, source)}


def _tabulate(component: Component, table: Mapping[str, tuple[float, str]], scale: float) -> None:
    """Give the component its table values with their sources, then scale every parameter to the body by its unit."""
    for key, (value, source) in table.items():
        component.declarations[key] = replace(component.declarations[key], value=value, source=source)
    for key, d in component.of(Param).items():
        power = _POWER.get(d.unit, 0.0)
        if power and scale != 1.0:
            component.declarations[key] = replace(d, value=d.value * scale**power)
    if "A_ann" in component.declarations and scale != 1.0:
        d = component.declarations["A_ann"]
        component.declarations["A_ann"] = replace(d, value=d.value * scale ** (2 / 3))


def _set(component: Component, key: str, value: float) -> None:
    component.declarations[key] = replace(component.declarations[key], value=value)
