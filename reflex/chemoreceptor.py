"""Peripheral (arterial) chemoreceptor that sees the oxygen left after its own use.

Static law: Ursino and Magosso (2000), Am J Physiol 279:H149, with the PO2 of the local blood in place of the
arterial one. The local oxygen content follows from Fick's principle: arterial content less use over local flow,
and local flow is in proportion to the wired flow. Units: mmHg, mL/s, g/dL, mL O2 per dL of blood, spikes/s.
"""

import casadi as ca

from heartloop import smooth
from heartloop.component import Component, Equations, Input, Output, Param, State

from .shapes import lag_rate

HUEFNER = 1.34  # mL O2 per g of haemoglobin
SOLUBILITY = 0.0031  # mL O2/(dL mmHg)
_BIOGEARS = "UrsinoMagosso2000, as BioGears (traced)"


def hill_po2(S, P_50, n):
    """PO2 at saturation S of a Hill dissociation curve, mmHg."""
    return P_50 * (S / (1 - S)) ** (1 / n)


def static_firing(PO2, PCO2, f_max, f_min, PO2_mid, k_O2, K_CO2, f_0):
    """Static firing of the carotid body, spikes/s (eq. 1-2 of the 2000 paper)."""
    e = ca.exp((PO2 - PO2_mid) / k_O2)
    return (f_max + f_min * e) / (1 + e) * (K_CO2 * ca.log(PCO2 / 40) + f_0)


class Chemoreceptor(Component):
    """Carotid body: fires more when arterial gases or its own flow fall.

    `flow_rest` is the one rest parameter of this loop: it is set such that the beat average of `error` is zero on
    the person's resting orbit. At resting flow the published curve of the arterial gases holds: the sensed PO2 is the
    arterial one plus the change of local PO2 that flow and haemoglobin bring. `sensitivity` scales the deviation, so
    it leaves the rest point alone.
    """

    flow = Input("mL/s", "cardiac output, or flow of the bed that stands for the carotid body")
    sensitivity = Input("1", "slow sensitivity of the deviation", default=1.0)

    flow_mean = State(90.0, "mL/s", "smoothed flow", bounds=(-50, 1000))

    flow_rest = Param(90.0, "mL/s", "flow at rest", bounds=(5, 400), scale="log", source="assumed")
    tau = Param(
        4.0,
        "s",
        "smoothing of flow and response",
        bounds=(1, 20),
        scale="log",
        source="assumed; Albanese2016 has 3.5 s, UrsinoMagosso2000 2 s (traced)",
    )
    PaO2 = Param(95.0, "mmHg", "arterial PO2", bounds=(20, 650), source="BioGears (traced)")
    PaCO2 = Param(40.0, "mmHg", "arterial PCO2", bounds=(15, 90), source="BioGears (traced)")
    SaO2 = Param(0.97, "1", "arterial saturation", bounds=(0.3, 0.999), source="BioGears (traced)")
    PaCO2_rest = Param(40.0, "mmHg", "arterial PCO2 at rest", bounds=(20, 80), source="BioGears (traced)")
    PaO2_rest = Param(95.0, "mmHg", "arterial PO2 at rest", bounds=(40, 120), source="BioGears (traced)")
    Hb = Param(15.0, "g/dL", "haemoglobin", bounds=(4, 22), source="assumed")
    Hb_rest = Param(15.0, "g/dL", "haemoglobin at rest", bounds=(4, 22), source="assumed")
    a_v = Param(
        1.0,
        "mL/dL",
        "arteriovenous O2 difference of the carotid body at rest",
        bounds=(0.1, 4),
        scale="log",
        source="assumed; whole-organ values 0.3-0.5 (recalled), the exchanging part of the flow is less",
    )
    P_50 = Param(26.8, "mmHg", "half-saturation of haemoglobin", bounds=(20, 35), source="assumed")
    n_Hb = Param(2.7, "1", "Hill exponent of haemoglobin", bounds=(2.2, 3.2), source="assumed")
    f_max = Param(12.3, "spikes/s", "firing scale at no oxygen", bounds=(5, 25), source=_BIOGEARS)
    f_min = Param(0.835, "spikes/s", "firing scale at high oxygen", bounds=(0, 3), source=_BIOGEARS)
    PO2_mid = Param(45.0, "mmHg", "PO2 of the steepest response", bounds=(30, 60), source=_BIOGEARS)
    k_O2 = Param(29.27, "mmHg", "width of the PO2 response", bounds=(10, 60), scale="log", source=_BIOGEARS)
    K_CO2 = Param(3.0, "1", "CO2 gain at normal PO2", bounds=(0, 10), source=_BIOGEARS)
    f_0 = Param(1.4, "1", "CO2 factor at 40 mmHg", bounds=(0.5, 3), source=_BIOGEARS)
    w_flow = Param(0.05, "1", "rounding of the least relative flow (0.1)", bounds=(0.005, 0.2), source="assumed")
    w_S = Param(0.002, "1", "rounding of the saturation limits", bounds=(1e-4, 0.02), source="assumed")

    f = Output("spikes/s", "afferent firing")
    PO2_local = Output("mmHg", "PO2 of the blood that leaves the carotid body")
    error = Output("spikes/s", "afferent firing less its rest value; zero on average at rest")

    def equations(
        self, flow, sensitivity, flow_mean, flow_rest, tau, PaO2, PaCO2, SaO2, PaCO2_rest, PaO2_rest, Hb,
        Hb_rest, a_v, P_50, n_Hb, f_max, f_min, PO2_mid, k_O2, K_CO2, f_0, w_flow, w_S,
    ):  # fmt: skip
        def local_po2(PO2_a, S_a, Hb, use):
            capacity = HUEFNER * Hb
            # dissolved oxygen twice: first as arterial, then at the PO2 so found (one step of the implicit content)
            S = _limit(S_a - use / capacity, w_S)
            P_first = hill_po2(S, P_50, n_Hb)
            S = _limit(S_a + (SOLUBILITY * (PO2_a - P_first) - use) / capacity, w_S)
            return hill_po2(S, P_50, n_Hb)

        flow_ratio = smooth.max(flow_mean / flow_rest, 0.1, w_flow) / smooth.max(1.0, 0.1, w_flow)
        PO2_local = local_po2(PaO2, SaO2, Hb, a_v / flow_ratio)  # Fick
        PO2_seen = PaO2 + PO2_local - local_po2(PaO2, SaO2, Hb_rest, a_v)  # the paper's scale is arterial
        f_static = static_firing(PO2_seen, PaCO2, f_max, f_min, PO2_mid, k_O2, K_CO2, f_0)
        f_rest = static_firing(PaO2_rest, PaCO2_rest, f_max, f_min, PO2_mid, k_O2, K_CO2, f_0)
        error = sensitivity * (f_static - f_rest)
        return Equations(
            ddt=dict(flow_mean=lag_rate(flow, flow_mean, tau)),
            out=dict(f=f_rest + error, PO2_local=PO2_local, error=error),
        )


def _limit(S, width):
    """Saturation kept within 0.02..0.999 smoothly."""
    return smooth.min(smooth.max(S, 0.02, width), 0.999, width)
