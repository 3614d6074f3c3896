"""Gas on its way around: stretches of blood that carry oxygen and carbon dioxide, and how the loop is filled with them.

Each stretch holds the amounts in its actual blood volume; blood takes V/q to pass, and what is in transit is conserved.
Everything that leaves a stretch, bleeding included, leaves with its content; what is infused has the content of the
place. Lung to aorta takes some 9 s at rest, aorta to tissue as long.
Units: amounts in mL STPD, contents in mL per mL of blood, mmHg, mL, s.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from heartloop.component import Component, Equations, Input, Output, Param, State

from .dissociation import tensions
from .hypoxia import GasDilation, HypoxicConstriction
from .loop import blood_volume, start_volumes
from .lungs import Lungs
from .regional import start_volumes as regional_volumes
from .tissue import Tissue, WetTissue


class Stretch(Component):
    """Well-mixed blood of one vessel, with one inlet."""

    q = Input("mL/s", "blood flow in")
    c_O2_in = Input("mL/mL", "oxygen content of that blood")
    c_CO2_in = Input("mL/mL", "carbon dioxide content of that blood")
    V = Input("mL", "blood volume")
    dV = Input("mL/s", "rate of that volume")

    O2 = State(160.0, "mL", "oxygen", bounds=(0, 5000))
    CO2 = State(400.0, "mL", "carbon dioxide", bounds=(0, 10000))

    c_O2 = Output("mL/mL", "oxygen content")
    c_CO2 = Output("mL/mL", "carbon dioxide content")

    def equations(self, q, c_O2_in, c_CO2_in, V, dV, O2, CO2):
        return _carried(O2, CO2, V, dV, q, q * c_O2_in, q * c_CO2_in)


class LeftHeart(Component):
    """Blood of pulmonary veins, left heart and aorta: from the lung to where the arteries are sampled."""

    q = Input("mL/s", "blood flow out of the lung")
    c_O2_in = Input("mL/mL", "oxygen content of that blood")
    c_CO2_in = Input("mL/mL", "carbon dioxide content of that blood")
    V_veins = Input("mL", "volume of the pulmonary veins")
    V_la = Input("mL", "volume of the atrium")
    V_lv = Input("mL", "volume of the ventricle")
    V_aorta = Input("mL", "volume of the aorta")
    dV_veins = Input("mL/s", "rate of the pulmonary veins")
    dV_la = Input("mL/s", "rate of the atrium")
    dV_lv = Input("mL/s", "rate of the ventricle")
    dV_aorta = Input("mL/s", "rate of the aorta")

    O2 = State(160.0, "mL", "oxygen", bounds=(0, 5000))
    CO2 = State(400.0, "mL", "carbon dioxide", bounds=(0, 10000))

    c_O2 = Output("mL/mL", "oxygen content")
    c_CO2 = Output("mL/mL", "carbon dioxide content")

    def equations(
        self, q, c_O2_in, c_CO2_in, V_veins, V_la, V_lv, V_aorta, dV_veins, dV_la, dV_lv, dV_aorta, O2, CO2,
    ):  # fmt: skip
        V, dV = V_veins + V_la + V_lv + V_aorta, dV_veins + dV_la + dV_lv + dV_aorta
        return _carried(O2, CO2, V, dV, q, q * c_O2_in, q * c_CO2_in)


class RightHeart(Component):
    """Blood of the great veins, right heart and pulmonary arteries: where the beds' blood mixes."""

    q_a = Input("mL/s", "blood flow from the first bed")
    c_O2_a = Input("mL/mL", "oxygen content of that blood")
    c_CO2_a = Input("mL/mL", "carbon dioxide content of that blood")
    q_b = Input("mL/s", "blood flow from the second bed")
    c_O2_b = Input("mL/mL", "oxygen content of that blood")
    c_CO2_b = Input("mL/mL", "carbon dioxide content of that blood")
    V_cava = Input("mL", "volume of the great veins")
    V_ra = Input("mL", "volume of the atrium")
    V_rv = Input("mL", "volume of the ventricle")
    V_artery = Input("mL", "volume of the pulmonary arteries")
    dV_cava = Input("mL/s", "rate of the great veins")
    dV_ra = Input("mL/s", "rate of the atrium")
    dV_rv = Input("mL/s", "rate of the ventricle")
    dV_artery = Input("mL/s", "rate of the pulmonary arteries")

    O2 = State(75.0, "mL", "oxygen", bounds=(0, 5000))
    CO2 = State(270.0, "mL", "carbon dioxide", bounds=(0, 10000))

    c_O2 = Output("mL/mL", "oxygen content of mixed venous blood")
    c_CO2 = Output("mL/mL", "carbon dioxide content of mixed venous blood")

    def equations(
        self, q_a, c_O2_a, c_CO2_a, q_b, c_O2_b, c_CO2_b, V_cava, V_ra, V_rv, V_artery, dV_cava, dV_ra, dV_rv,
        dV_artery, O2, CO2,
    ):  # fmt: skip
        V, dV = V_cava + V_ra + V_rv + V_artery, dV_cava + dV_ra + dV_rv + dV_artery
        return _mixed(O2, CO2, V, dV, (q_a, c_O2_a, c_CO2_a), (q_b, c_O2_b, c_CO2_b))


class AbdominalVein(Component):
    """Blood of the abdominal vena cava, where three beds meet."""

    q_a = Input("mL/s", "blood flow from the first bed")
    c_O2_a = Input("mL/mL", "oxygen content of that blood")
    c_CO2_a = Input("mL/mL", "carbon dioxide content of that blood")
    q_b = Input("mL/s", "blood flow from the second bed")
    c_O2_b = Input("mL/mL", "oxygen content of that blood")
    c_CO2_b = Input("mL/mL", "carbon dioxide content of that blood")
    q_c = Input("mL/s", "blood flow from the third bed")
    c_O2_c = Input("mL/mL", "oxygen content of that blood")
    c_CO2_c = Input("mL/mL", "carbon dioxide content of that blood")
    V = Input("mL", "blood volume")
    dV = Input("mL/s", "rate of that volume")

    O2 = State(75.0, "mL", "oxygen", bounds=(0, 5000))
    CO2 = State(270.0, "mL", "carbon dioxide", bounds=(0, 10000))

    c_O2 = Output("mL/mL", "oxygen content")
    c_CO2 = Output("mL/mL", "carbon dioxide content")

    def equations(
        self, q_a, c_O2_a, c_CO2_a, q_b, c_O2_b, c_CO2_b, q_c, c_O2_c, c_CO2_c, V, dV, O2, CO2,
    ):  # fmt: skip
        return _mixed(O2, CO2, V, dV, (q_a, c_O2_a, c_CO2_a), (q_b, c_O2_b, c_CO2_b), (q_c, c_O2_c, c_CO2_c))


class RegionalRightHeart(RightHeart):
    """Right heart with four inlets: the abdominal vena cava and the beds that drain past it."""

    q_c = Input("mL/s", "blood flow from the third bed")
    c_O2_c = Input("mL/mL", "oxygen content of that blood")
    c_CO2_c = Input("mL/mL", "carbon dioxide content of that blood")
    q_d = Input("mL/s", "blood flow from the fourth bed")
    c_O2_d = Input("mL/mL", "oxygen content of that blood")
    c_CO2_d = Input("mL/mL", "carbon dioxide content of that blood")

    def equations(  # type: ignore[override]
        self, q_a, c_O2_a, c_CO2_a, q_b, c_O2_b, c_CO2_b, q_c, c_O2_c, c_CO2_c, q_d, c_O2_d, c_CO2_d, V_cava, V_ra,
        V_rv, V_artery, dV_cava, dV_ra, dV_rv, dV_artery, O2, CO2,
    ):  # fmt: skip
        V, dV = V_cava + V_ra + V_rv + V_artery, dV_cava + dV_ra + dV_rv + dV_artery
        return _mixed(
            O2, CO2, V, dV, (q_a, c_O2_a, c_CO2_a), (q_b, c_O2_b, c_CO2_b), (q_c, c_O2_c, c_CO2_c),
            (q_d, c_O2_d, c_CO2_d),
        )  # fmt: skip


def _carried(O2, CO2, V, dV, q_in, O2_in, CO2_in):
    """Balance of one stretch: what comes in (mL/s of gas), less the outflow at its own content."""
    c_O2, c_CO2 = O2 / V, CO2 / V
    q_out = q_in - dV
    return Equations(
        ddt=dict(O2=O2_in - q_out * c_O2, CO2=CO2_in - q_out * c_CO2),
        out=dict(c_O2=c_O2, c_CO2=c_CO2),
    )


def _mixed(O2, CO2, V, dV, *inlets):
    """Balance of a stretch where several flows meet, each (flow, oxygen content, carbon dioxide content)."""
    flow = sum(q for q, _, _ in inlets)
    return _carried(O2, CO2, V, dV, flow, sum(q * c for q, c, _ in inlets), sum(q * c for q, _, c in inlets))


class BloodGas(Component):
    """A blood sample: pressures and saturation from contents."""

    c_O2 = Input("mL/mL", "oxygen content")
    c_CO2 = Input("mL/mL", "carbon dioxide content")
    capacity = Input("mL/mL", "oxygen that haemoglobin can bind")

    PO2 = Output("mmHg", "partial pressure of oxygen")
    PCO2 = Output("mmHg", "partial pressure of carbon dioxide")
    SO2 = Output("1", "saturation of haemoglobin")

    def equations(self, c_O2, c_CO2, capacity):
        PO2, PCO2, SO2 = tensions(c_O2, c_CO2, capacity)
        return Equations(out=dict(PO2=PO2, PCO2=PCO2, SO2=SO2))


class PrescribedGas(Component):
    """Arterial gases as given numbers, for the slot of a `BloodGas`: no lungs are needed then."""

    PaO2 = Param(95.0, "mmHg", "arterial PO2", bounds=(20, 650), source="BioGears (traced)")
    PaCO2 = Param(40.0, "mmHg", "arterial PCO2", bounds=(15, 90), source="BioGears (traced)")
    SaO2 = Param(0.97, "1", "arterial saturation", bounds=(0.3, 0.999), source="BioGears (traced)")

    PO2 = Output("mmHg", "partial pressure of oxygen")
    PCO2 = Output("mmHg", "partial pressure of carbon dioxide")
    SO2 = Output("1", "saturation of haemoglobin")

    def equations(self, PaO2, PaCO2, SaO2):
        return Equations(out=dict(PO2=PaO2, PCO2=PaCO2, SO2=SaO2))


@dataclass(frozen=True)
class Pool:
    """One pool of blood in a loop: which nodes hold it, what flows in from where, what it starts with.

    `nodes` are the inputs' tails and the node behind each ("" for a pool of one node); `inlets` likewise the tails of
    its flows, with the flow's path and the pool or lung whose content comes along. `kind` is "a" or "v".
    """

    cls: type[Component]
    kind: str
    nodes: Mapping[str, str]
    inlets: Mapping[str, tuple[str, str]]


@dataclass(frozen=True)
class GasLayout:
    """How gas travels through a loop.

    `beds`: per bed VO2 (mL/min), V_CO2 and V_O2 (mL of blood) for a man of 75 kg, and the pool that feeds it. `gases`
    is the input of a bed's resistance that answers to arterial blood, `start` gives the volumes of a first beat, and
    `fluid` the node of the tissue's fluid for beds that have one.
    """

    beds: Mapping[str, tuple[dict[str, float], str]]
    pools: Mapping[str, Pool]
    gases: str
    start: Callable[..., dict[str, float]]
    fluid: Mapping[str, str] = field(default_factory=dict)


def _flows(beds: Mapping[str, str]) -> dict[str, tuple[str, str]]:
    """Inlets of a pool from the veins of beds: tail -> (flow, tissue)."""
    return {f"_{tail}": (f"{bed}_outflow.q", f"{bed}_tissue") for tail, bed in beds.items()}


_LEFT = Pool(
    LeftHeart, "a", dict(_veins="pulmonary_veins", _la="la", _lv="lv", _aorta="aorta"), {"": ("pulmonary.q", "lungs")}
)
_HEART = dict(_cava="vena_cava", _ra="ra", _rv="rv", _artery="pulmonary_arteries")
SMALL = GasLayout(
    beds={
        # brain, coronary, muscle, extrasplanchnic
        "systemic": (dict(VO2=137.6, V_CO2=33046.0, V_O2=250.0), "arterial_blood"),
        "splanchnic": (dict(VO2=108.4, V_CO2=2673.0, V_O2=50.0), "arterial_blood"),
    },
    pools={
        "left_blood": _LEFT,
        "arterial_blood": Pool(Stretch, "a", {"": "arteries"}, {"": ("aortic_path.q", "left_blood")}),
        "right_blood": Pool(RightHeart, "v", _HEART, _flows({"a": "systemic", "b": "splanchnic"})),
    },
    gases="local",
    start=start_volumes,
)
# muscle by Albanese's parts, arms 0.43 and legs 0.57; oxygen stores in proportion to the tissue's size
REGIONAL = GasLayout(
    beds={
        "head": (dict(VO2=47.5, V_CO2=1300.0, V_O2=10.0), "arterial_blood"),
        "upper_body": (dict(VO2=22.2, V_CO2=13416.0, V_O2=101.0), "arterial_blood"),
        "coronary": (dict(VO2=24.0, V_CO2=284.0, V_O2=2.0), "arterial_blood"),
        "splanchnic": (dict(VO2=108.4, V_CO2=2673.0, V_O2=50.0), "lower_arterial_blood"),
        "renal": (dict(VO2=14.7, V_CO2=262.0, V_O2=2.0), "lower_arterial_blood"),
        "legs": (dict(VO2=29.4, V_CO2=17784.0, V_O2=135.0), "lower_arterial_blood"),
    },
    pools={
        "left_blood": _LEFT,
        "arterial_blood": Pool(Stretch, "a", {"": "arteries"}, {"": ("aortic_path.q", "left_blood")}),
        "lower_arterial_blood": Pool(
            Stretch, "a", {"": "lower_arteries"}, {"": ("lower_aortic_path.q", "left_blood")}
        ),
        "abdominal_blood": Pool(
            AbdominalVein, "v", {"": "abdominal_cava"}, _flows({"a": "splanchnic", "b": "renal", "c": "legs"})
        ),
        "right_blood": Pool(
            RegionalRightHeart, "v", _HEART,
            {"_a": ("abdominal_outflow.q", "abdominal_blood"),
             **_flows({"b": "head", "c": "upper_body", "d": "coronary"})},
        ),
    },
    gases="gases",
    start=regional_volumes,
    fluid={"splanchnic": "splanchnic_interstitium", "legs": "legs_interstitium"},
)  # fmt: skip
_MAN = 5300.0  # mL, blood of the man that the numbers belong to
_CONTENTS = dict(a=(0.196, 0.486), v=(0.150, 0.528))  # arterial and mixed venous, O2 and CO2, to start from


def gas_exchange(loop: Any, layout: GasLayout = SMALL, *, sex: str = "male", weight_kg: float | None = None) -> None:
    """Add lungs, pools of blood, tissues and samples to a circuit that holds the loop and `blood`; wire them.

    What the caller still wires: `lungs.VT` and `lungs.rate`, and what a rest is to `dilation` (`PaO2_rest`,
    `PaCO2_rest`, `capacity_rest`). Volumes follow the body's blood volume, oxygen use its
    power 3/4. Gives `arterial_gas` and `venous_gas`, each with `PO2`, `PCO2` and `SO2`.
    """
    size = blood_volume(sex=sex, weight_kg=weight_kg) / _MAN
    V = layout.start(sex=sex, weight_kg=weight_kg)
    lungs = Lungs("lungs")
    for key in ("V_A", "VD", "w_VT"):
        _scale(lungs, key, size)
    loop.add(lungs, BloodGas("arterial_gas"), BloodGas("venous_gas"))
    loop.add(GasDilation("dilation"), HypoxicConstriction("constriction"))
    for name, pool in layout.pools.items():
        part = pool.cls(name)
        volume = sum(V[node] for node in pool.nodes.values())
        for key, c in zip(("O2", "CO2"), _CONTENTS[pool.kind], strict=True):
            _put(part, key, c * volume)
        loop.add(part)
    for bed, (table, _) in layout.beds.items():
        part = (WetTissue if bed in layout.fluid else Tissue)(f"{bed}_tissue")
        for key, value in table.items():
            _put(part, key, value)
            _scale(part, key, size**0.75 if key == "VO2" else size)
        for key, c in zip(("O2", "CO2"), _CONTENTS["v"], strict=True):
            _put(part, key, c * (V[f"{bed}_veins"] + part.declarations[f"V_{key}"].value))
        loop.add(part)

    def carry(source: str, to: str, inlet: str) -> None:
        for gas in ("O2", "CO2"):
            loop.signal(f"{source}.c_{gas}", to=f"{to}.c_{gas}{inlet}")

    def volumes(part: str, nodes: Mapping[str, str]) -> None:
        for tail, node in nodes.items():
            loop.signal(f"{node}.V", to=f"{part}.V{tail}")
            loop.signal(f"{node}.dVdt", to=f"{part}.dV{tail}")

    loop.signal("blood.capacity", to=[f"{k}.capacity" for k in ("lungs", "arterial_gas", "venous_gas")])
    loop.signal("pulmonary.q", to="lungs.q")
    carry("right_blood", "lungs", "_v")
    for name, pool in layout.pools.items():
        volumes(name, pool.nodes)
        for tail, (flow, source) in pool.inlets.items():
            loop.signal(flow, to=f"{name}.q{tail}")
            carry(source, name, tail or "_in")
    for bed, (_, feeder) in layout.beds.items():
        loop.signal(f"{bed}.q", to=f"{bed}_tissue.q")
        carry(feeder, f"{bed}_tissue", "_a")
        volumes(f"{bed}_tissue", {"": f"{bed}_veins"})
        if bed in layout.fluid:
            volumes(f"{bed}_tissue", {"_fluid": layout.fluid[bed]})
    loop.signal("arterial_blood.c_O2", to="dilation.c_O2")
    loop.signal("arterial_gas.SO2", to="dilation.SaO2")
    loop.signal("arterial_gas.PCO2", to="dilation.PaCO2")
    loop.signal("dilation.local", to=[f"{bed}.{layout.gases}" for bed in layout.beds])
    loop.signal("lungs.PAO2", to="constriction.PAO2")
    loop.signal("constriction.local", to="pulmonary.local")
    for sample, place in (("arterial_gas", "left_blood"), ("venous_gas", "right_blood")):
        for gas in ("O2", "CO2"):
            loop.signal(f"{place}.c_{gas}", to=f"{sample}.c_{gas}")


def _put(component: Component, key: str, value: float) -> None:
    component.declarations[key] = replace(component.declarations[key], value=value)


def _scale(component: Component, key: str, factor: float) -> None:
    _put(component, key, component.declarations[key].value * factor)
