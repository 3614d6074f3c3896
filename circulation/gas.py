"""Gas on its way around: stretches of blood that carry oxygen and carbon dioxide, and how the loop is filled with them.

Each stretch holds the amounts in its actual blood volume; blood takes V/q to pass, and what is in transit is conserved.
Everything that leaves a stretch, bleeding included, leaves with its content; what is infused has the content of the
place. Lung to aorta takes some 9 s at rest, aorta to tissue as long.
Units: amounts in mL STPD, contents in mL per mL of blood, mmHg, mL, s.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from heartloop.component import Component, Equations, Input, Output, Param, State

from .dissociation import tensions
from .hypoxia import GasDilation, HypoxicConstriction
from .loop import blood_volume, start_volumes
from .lungs import Lungs
from .tissue import Tissue


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
        return _carried(O2, CO2, V, dV, q_a + q_b, q_a * c_O2_a + q_b * c_O2_b, q_a * c_CO2_a + q_b * c_CO2_b)


def _carried(O2, CO2, V, dV, q_in, O2_in, CO2_in):
    """Balance of one stretch: what comes in (mL/s of gas), less the outflow at its own content."""
    c_O2, c_CO2 = O2 / V, CO2 / V
    q_out = q_in - dV
    return Equations(
        ddt=dict(O2=O2_in - q_out * c_O2, CO2=CO2_in - q_out * c_CO2),
        out=dict(c_O2=c_O2, c_CO2=c_CO2),
    )


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


# tissue of each bed of the small loop, for a man of 75 kg: VO2 (mL/min), CO2 store (mL of blood), oxygen store likewise
_BEDS = {
    "systemic": dict(VO2=137.6, V_CO2=33046.0, V_O2=250.0),  # brain, coronary, muscle, extrasplanchnic
    "splanchnic": dict(VO2=108.4, V_CO2=2673.0, V_O2=50.0),
}
_MAN = 5300.0  # mL, blood of the man that the numbers belong to
_CONTENTS = dict(a=(0.196, 0.486), v=(0.150, 0.528))  # arterial and mixed venous, O2 and CO2, to start from


def gas_exchange(loop: Any, *, sex: str = "male", weight_kg: float | None = None) -> None:
    """Add lungs, blood stretches, tissues and samples to a circuit that holds the small loop and `blood`; wire them.

    What the caller still wires: `lungs.VT` and `lungs.rate`, and what a rest is to `dilation` (`PaO2_rest`,
    `PaCO2_rest`, `capacity_rest`). Volumes follow the body's blood volume, oxygen use its
    power 3/4. Gives `arterial_gas` and `venous_gas`, each with `PO2`, `PCO2` and `SO2`.
    """
    size = blood_volume(sex=sex, weight_kg=weight_kg) / _MAN
    V = start_volumes(sex=sex, weight_kg=weight_kg)
    lungs = Lungs("lungs")
    for key in ("V_A", "VD", "w_VT"):
        _scale(lungs, key, size)
    blood = {
        "left_blood": (LeftHeart, V["pulmonary_veins"] + V["la"] + V["lv"] + V["aorta"], "a"),
        "arterial_blood": (Stretch, V["arteries"], "a"),
        "right_blood": (RightHeart, V["vena_cava"] + V["ra"] + V["rv"] + V["pulmonary_arteries"], "v"),
    }
    loop.add(lungs, BloodGas("arterial_gas"), BloodGas("venous_gas"))
    loop.add(GasDilation("dilation"), HypoxicConstriction("constriction"))
    for name, (cls, volume, kind) in blood.items():
        part = cls(name)
        for key, c in zip(("O2", "CO2"), _CONTENTS[kind], strict=True):
            _put(part, key, c * volume)
        loop.add(part)
    for bed, table in _BEDS.items():
        part = Tissue(f"{bed}_tissue")
        for key, value in table.items():
            _put(part, key, value)
            _scale(part, key, size**0.75 if key == "VO2" else size)
        for key, c in zip(("O2", "CO2"), _CONTENTS["v"], strict=True):
            _put(part, key, c * (V[f"{bed}_veins"] + part.declarations[f"V_{key}"].value))
        loop.add(part)

    def carry(source: str, to: str, inlet: str) -> None:
        for gas in ("O2", "CO2"):
            loop.signal(f"{source}.c_{gas}", to=f"{to}.c_{gas}_{inlet}")

    def volumes(part: str, **nodes: str) -> None:
        for key, node in nodes.items():
            tail = f"_{key}" if key != "V" else ""
            loop.signal(f"{node}.V", to=f"{part}.V{tail}")
            loop.signal(f"{node}.dVdt", to=f"{part}.dV{tail}")

    loop.signal("blood.capacity", to=[f"{k}.capacity" for k in ("lungs", "arterial_gas", "venous_gas")])
    loop.signal("pulmonary.q", to=["lungs.q", "left_blood.q"])
    carry("right_blood", "lungs", "v")
    carry("lungs", "left_blood", "in")
    volumes("left_blood", veins="pulmonary_veins", la="la", lv="lv", aorta="aorta")
    loop.signal("aortic_path.q", to="arterial_blood.q")
    carry("left_blood", "arterial_blood", "in")
    volumes("arterial_blood", V="arteries")
    for bed, inlet in (("systemic", "a"), ("splanchnic", "b")):
        loop.signal(f"{bed}.q", to=f"{bed}_tissue.q")
        carry("arterial_blood", f"{bed}_tissue", "a")
        volumes(f"{bed}_tissue", V=f"{bed}_veins")
        loop.signal(f"{bed}_outflow.q", to=f"right_blood.q_{inlet}")
        carry(f"{bed}_tissue", "right_blood", inlet)
    volumes("right_blood", cava="vena_cava", ra="ra", rv="rv", artery="pulmonary_arteries")
    loop.signal("arterial_blood.c_O2", to="dilation.c_O2")
    loop.signal("arterial_gas.SO2", to="dilation.SaO2")
    loop.signal("arterial_gas.PCO2", to="dilation.PaCO2")
    loop.signal("dilation.local", to=["systemic.local", "splanchnic.local"])
    loop.signal("lungs.PAO2", to="constriction.PAO2")
    loop.signal("constriction.local", to="pulmonary.local")
    for sample, place in (("arterial_gas", "left_blood"), ("venous_gas", "right_blood")):
        for gas in ("O2", "CO2"):
            loop.signal(f"{place}.c_{gas}", to=f"{sample}.c_{gas}")


def _put(component: Component, key: str, value: float) -> None:
    component.declarations[key] = replace(component.declarations[key], value=value)


def _scale(component: Component, key: str, factor: float) -> None:
    _put(component, key, component.declarations[key].value * factor)
