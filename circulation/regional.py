"""The regional closed loop: the small one with beds of head, upper body, heart, viscera, kidneys, legs, and gravity.

Compliances, unstressed volumes, lengths and the split of flow come from the table of Heldt (2004) with the beds that
the CVModel of BXS-Lab adds (head, coronary); sums and parallel values agree with the small loop, whose constants were
identified on resting people. What is the same thing has the same name: `aorta`, `arteries` (where mean pressure is
read, at the level of the heart), `vena_cava` (now the thoracic part only), chambers, valves, `pulmonary_*`.
Units: mmHg, mL, s, cm. Flows are positive along the circulation, heights toward the head.

Signals the caller wires: the cells (`lv.tension`, `lv.stretch`, ...), reflex effectors (`BED.tone_R`, `BED_veins.dV0`),
slow growth. Free for whoever adds a mechanism: `BED.local` (autoregulation, work), `thorax.swing`,
`surroundings.strain` and `surroundings.pump`.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from heartloop.component import Component

from .atrium import SlackAtrium
from .interstitium import Filtration, Interstitium
from .loop import IN_THORAX, VESSELS, Maker, Table, blood_volume, wire_heart
from .muscle import ContractionDilation
from .posture import Column, PosturalThorax, Posture, Surroundings
from .valve import aortic_valve, mitral_valve, pulmonary_valve, tricuspid_valve
from .venoarteriolar import VenoArteriolar
from .vessel import (
    AorticRoot,
    Artery,
    Bed,
    CerebralBed,
    CollapsibleVessel,
    Compliance,
    InertialVessel,
    LimbBed,
    Resistance,
    ValvedVessel,
    Vein,
)

BEDS = ("head", "upper_body", "coronary", "splanchnic", "renal", "legs")
UPPER, LOWER = BEDS[:3], BEDS[3:]  # from the arteries, from the lower arteries

_H, _B = "Heldt2004, Table A.1", "BXS-Lab, CVModel"
_SMALL = "so that sums and parallel values agree with the small loop (computed)"
_ART = f"{_H} and {_B}, arteries of the region, {_SMALL}"
_PATH = f"{_H}; the small loop's path shared out by flow (computed)"
_R = f"{_H} and {_B}, microcirculation with its arteries, {_SMALL}"
_C = f"{_H} and {_B}, veins x 1.06, {_SMALL}"
_V0 = f"{_H} and {_B}, veins x 0.91, so that central venous pressure agrees with the small loop (computed)"
_SHARE = "Heldt2004, cardiopulmonary gains of 110: upper body 13, renal 3, splanchnic 64, legs 30 (traced)"
_LINEAR = "nearly linear, as the source (assumed)"
_REST = "computed: calibration"
_LEGS = "Heldt2004, 40/63 of the 700 mL that filter at 85 degrees, for 33 mmHg more in the leg veins (computed)"
_VISCERA = "Heldt2004 gives 23/63 of 700 mL; for the few mmHg that tilt adds here, less (assumed)"


def _vein(C: float, V0: float, V_max: tuple[float, str], share: float, V_shut: float) -> dict[str, tuple[float, str]]:
    size = (V_shut, "a small part of the unstressed volume (assumed)")
    return dict(C=(C, _C), V0=(V0, _V0), V_max=V_max, share=(share / 110, _SHARE), V_shut=size)


# value and source for a man of 75 kg; what is not named here is that of the small loop
_OWN: Table = {
    "arteries": dict(C=(0.4, _ART), V0=(172.5, _ART)),
    "lower_arteries": dict(C=(0.823, _ART), V0=(402.5, _ART)),
    "head_veins": dict(C=(6.15, _C), V0=(258.5, _V0)),
    "upper_body_veins": _vein(1.27, 317.5, (300.0, _LINEAR), 13.0, 10.0),
    "coronary_veins": dict(C=(2.65, _C), V0=(89.0, _V0)),
    "splanchnic_veins": dict(VESSELS["splanchnic_veins"]),
    "renal_veins": _vein(5.3, 24.4, (300.0, _LINEAR), 3.0, 3.0),
    "legs_veins": _vein(28.6, 639.0, (1060.0, f"{_H}, 1000 (computed)"), 30.0, 10.0),
    "abdominal_cava": dict(C=(1.38, f"{_H}, {_SMALL}"), V0=(84.6, f"{_H}, {_SMALL}"),
                           V_max=(650.0, f"{_H} (traced)"), share=(0.0, "the great veins take no part (assumed)"),
                           V_shut=(5.0, "assumed")),
    "vena_cava": dict(C=(1.92, f"{_H}, both thoracic venae cavae, {_SMALL}"),
                      V0=(52.4, f"{_H}, both thoracic venae cavae, {_SMALL}"),
                      V_max=(300.0, _LINEAR), share=(0.0, "the great veins take no part (assumed)"),
                      V_shut=(5.0, "assumed")),
    "aortic_path": dict(R=(0.0625, _PATH), L=(8.1e-4, _PATH)),
    "lower_aortic_path": dict(R=(0.0294, _PATH), L=(3.8e-4, _PATH)),
    "head": dict(R=(7.2, _R)),
    "upper_body": dict(R=(4.43, _R)),
    "coronary": dict(R=(20.9, _R), p_close=(0.0, "assumed: the heart regulates its flow, and its wall closes it")),
    "splanchnic": dict(R=(2.59, _R)),
    "renal": dict(R=(3.56, _R)),
    "legs": dict(R=(3.03, _R)),
    "head_outflow": dict(R=(0.1, f"{_B}, head and jugular veins (traced)")),
    "upper_body_outflow": dict(R=(0.11, f"{_H} (traced)")),
    "coronary_outflow": dict(R=(0.224, f"{_B} (traced)")),
    "splanchnic_outflow": dict(R=(0.07, f"{_H} (traced)")),
    "renal_outflow": dict(R=(0.11, f"{_H} (traced)")),
    "legs_outflow": dict(R=(0.1, f"{_H} (traced)")),
    "abdominal_outflow": dict(R=(0.019, f"{_H} (traced)")),
    "legs_interstitium": dict(C=(13.4, _LEGS)),
    "splanchnic_interstitium": dict(C=(25.0, _VISCERA)),
    "legs_filtration": dict(K=(13.4 / 276, f"{_H}, time constant 276 s (computed)"), p_rest=(6.7, _REST)),
    "splanchnic_filtration": dict(K=(25.0 / 276, f"{_H}, time constant 276 s (computed)"), p_rest=(6.3, _REST)),
}  # fmt: skip
_TABLE = VESSELS | _OWN

# height of each node above the heart (cm): Heldt's lengths from aortic valve to arch 10, thoracic aorta 16, abdominal
# aorta 14.5 and leg 106 down, carotid 20 up; limbs count by a third of their length, the centre of their capacity
_UP = f"{_H}, lengths (computed)"
HEIGHTS = {
    "lower_arteries": (-30.0, f"{_UP}, regions weighted by compliance"),
    "head_veins": (30.0, _UP),
    "upper_body_veins": (-8.0, f"{_UP}, arms hang from the arch by a third of 66"),
    "splanchnic_veins": (-18.0, _UP),
    "renal_veins": (-13.0, _UP),
    "legs_veins": (-56.0, _UP),
    "abdominal_cava": (-13.0, _UP),
}
_BEDS: dict[str, type[Component]] = {"head": CerebralBed, "legs": LimbBed}
_SINUS = (24.0, f"{_H}, arch 10 cm and {_B}, sinus 14 cm above it (computed)")
_ARCH = (10.0, f"{_UP}, aortic valve to arch")
_NECK = (20.0, "Qvarlander2013, jugular veins collapse at the neck (computed)")
_ABDOMEN = (-13.0, _UP)

_NODES: dict[str, type[Component]] = {
    "aorta": AorticRoot, "arteries": Artery, "lower_arteries": Artery, "head_veins": Compliance,
    "upper_body_veins": Vein, "coronary_veins": Compliance, "splanchnic_veins": Vein, "renal_veins": Vein,
    "legs_veins": Vein, "abdominal_cava": Vein, "vena_cava": Vein, "pulmonary_arteries": Compliance,
    "pulmonary_veins": Compliance,
}  # fmt: skip
_IN_ABDOMEN = ("lower_arteries", "splanchnic", "renal", "splanchnic_veins", "renal_veins", "abdominal_cava",
               "splanchnic_interstitium")  # fmt: skip

# volumes near the orbit at rest as a part of the total; the legs hold what is left
_START = dict(aorta=0.023, arteries=0.05, lower_arteries=0.113, head_veins=0.058, upper_body_veins=0.066,
              coronary_veins=0.022, splanchnic_veins=0.245, renal_veins=0.0095, abdominal_cava=0.017, vena_cava=0.012,
              pulmonary_arteries=0.05, pulmonary_veins=0.104, la=0.012, ra=0.011, lv=0.023, rv=0.03)  # fmt: skip


def start_volumes(*, sex: str = "male", weight_kg: float | None = None) -> dict[str, float]:
    """Volume of each node at the start of a first beat (mL); their sum is the blood volume."""
    total = blood_volume(sex=sex, weight_kg=weight_kg)
    start = {k: part * total for k, part in _START.items()}
    start["legs_veins"] = total - sum(start.values())
    return start


def regional_loop(
    loop: Any,
    *,
    sex: str = "male",
    ventricle: str = "onefibre",
    weight_kg: float | None = None,
    values: Mapping[str, Mapping[str, float]] | None = None,
) -> None:
    """Add the regional loop to the circuit `loop` and wire everything that lies inside it.

    Arguments as of `small_loop`. `carotid_sinus.p` is the pressure that the baroreceptor sees, `aortic_arch.p` that of
    the arch above the pleural one. The veins of the head stay linear: the skull holds them open, and what collapses in
    the upright are the jugular veins on their way out.
    The coronary bed leaves the `arteries`, not the aorta, whose wall viscosity wants every flow to be a state.
    """
    make = Maker(start_volumes(sex=sex, weight_kg=weight_kg), sex=sex, ventricle=ventricle, values=values)
    lv, rv, la, ra = make.chambers(SlackAtrium)
    loop.add(make(PosturalThorax, "thorax"), make.pericardium(), make(Posture, "posture"))
    loop.add(make(Surroundings, "surroundings"), make(ContractionDilation, "leg_muscles"), la, lv, ra, rv)
    loop.add(make(VenoArteriolar, "legs_reflex"))
    loop.add(*(make(cls, k, _TABLE[k]) for k, cls in _NODES.items()))
    loop.add(*(make(Interstitium, f"{k}_interstitium", _TABLE[f"{k}_interstitium"]) for k in ("legs", "splanchnic")))

    def column(name: str, rise: float, source: str, pressure: str = "") -> None:
        loop.add(make(Column, name, {"rise": (rise, source)}))
        loop.signal("posture.gravity", to=f"{name}.gravity")
        if pressure:
            loop.signal(pressure, to=f"{name}.p_here")

    level = {node: f"{node}_column" for node in HEIGHTS}  # node -> what gives its pressure at the level of the heart
    for node, (height, source) in HEIGHTS.items():
        column(level[node], -height, source, f"{node}.p")
    column("carotid_sinus", *_SINUS, "arteries.p")
    column("aortic_arch", *_ARCH, "aorta.p_transmural")
    column("neck", -_NECK[0], _NECK[1])
    column("abdomen", -_ABDOMEN[0], _ABDOMEN[1], "surroundings.p_abdomen")

    def edge(cls: Any, name: str, a: str, b: str, outside: str = "") -> None:
        loop.flow(make(cls, name, _TABLE.get(name)), a, b)
        for end, node in (("p_in", a), ("p_out", b)):
            if node in level:
                loop.signal(f"{level[node]}.p", to=f"{name}.{end}")
        if outside:
            loop.signal(f"{outside}.p", to=f"{name}.p_ext")

    edge(mitral_valve, "mitral_valve", "la", "lv")
    edge(aortic_valve, "aortic_valve", "lv", "aorta")
    edge(InertialVessel, "aortic_path", "aorta", "arteries")
    edge(InertialVessel, "lower_aortic_path", "aorta", "lower_arteries")
    for bed in BEDS:
        source = "arteries" if bed in UPPER else "lower_arteries"
        edge(_BEDS.get(bed, Bed), bed, source, f"{bed}_veins")
    edge(CollapsibleVessel, "head_outflow", "head_veins", "vena_cava", "neck")
    edge(CollapsibleVessel, "upper_body_outflow", "upper_body_veins", "vena_cava")
    edge(Resistance, "coronary_outflow", "coronary_veins", "ra")
    edge(CollapsibleVessel, "splanchnic_outflow", "splanchnic_veins", "abdominal_cava", "abdomen")
    edge(CollapsibleVessel, "renal_outflow", "renal_veins", "abdominal_cava", "abdomen")
    edge(ValvedVessel, "legs_outflow", "legs_veins", "abdominal_cava", "abdomen")
    edge(CollapsibleVessel, "abdominal_outflow", "abdominal_cava", "vena_cava", "abdomen")
    edge(CollapsibleVessel, "venous_return", "vena_cava", "ra")
    edge(tricuspid_valve, "tricuspid_valve", "ra", "rv")
    edge(pulmonary_valve, "pulmonary_valve", "rv", "pulmonary_arteries")
    edge(Resistance, "pulmonary", "pulmonary_arteries", "pulmonary_veins")
    edge(InertialVessel, "pulmonary_outflow", "pulmonary_veins", "la")
    for bed in ("legs", "splanchnic"):  # within one place: no column between blood and tissue
        name = f"{bed}_filtration"
        loop.flow(make(Filtration, name, _TABLE[name]), f"{bed}_veins", f"{bed}_interstitium")
    make.finish("regional")

    loop.signal("posture.sine", to=["thorax.sine", "surroundings.sine"])
    loop.signal("surroundings.p_abdomen", to=[f"{k}.p_ext" for k in _IN_ABDOMEN])
    loop.signal("surroundings.p_legs", to=["legs_veins.p_ext", "legs_interstitium.p_ext"])
    loop.signal("surroundings.squeeze", to="leg_muscles.squeeze")
    loop.signal("leg_muscles.contraction", to="legs.contraction")
    loop.signal("legs_veins.p_transmural", to="legs_reflex.p")
    loop.signal("legs_reflex.veins", to="legs.veins")
    loop.signal("thorax.p_pleural", to="venous_return.p_ext")  # where the atrium's pressure falls below it, flow ends
    wire_heart(loop, ventricle, (*IN_THORAX, "coronary_veins"))
