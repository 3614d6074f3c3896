"""Peripheral (arterial) chemoreceptor that sees the oxygen left after its own use.

Static law: Ursino and Magosso (2000), Am J Physiol 279:H149, with the PO2 of the local blood in place of the
arterial one. The local oxygen content follows from Fick's principle: arterial content less use over local flow,
and local flow is in proportion to the wired flow. Units: mmHg, mL/s, mL O2 per mL of blood, spikes/s.
"""

import casadi as ca

from heartloop import smooth
from heartloop.component import Component, Equations, Input, Output, Param, State

from .shapes import lag_rate

SOLUBILITY = 3.1e-5  # mL O2/(mL mmHg)
_BIOGEARS = "UrsinoMagosso2000, as BioGears (traced)"


def hill_po2(S, P_50, n):
    """PO2 at saturation S of a Hill dissociation curve, mmHg."""
    return P_50 * (S / (1 - S)) ** (1 / n)


def static_firing(PO2, PCO2, f_max, f_min, PO2_mid, k_O2, K_CO2, f_0, w_K):
    """Static firing of the carotid body, spikes/s (eq. 1-2 of the 2000 paper).

    The gain of CO2 is `K_CO2` above 80 mmHg of oxygen and falls in a straight line to 1.4/3 of it at 40.
    """
    e = ca.exp((PO2 - PO2_mid) / k_O2)
    lack = smooth.max(smooth.min((80 - PO2) / 40, 1.0, w_K), 0.0, w_K)
    K = K_CO2 * (1 - 1.6 / 3 * lack)
    return (f_max + f_min * e) / (1 + e) * (K * ca.log(PCO2 / 40) + f_0)


class Chemoreceptor(Component):
    """Carotid body: fires more when arterial gases or its own flow fall.

    Rest parameters: `PaO2_rest` (beat average of `error_PO2` is zero on the person's resting orbit) and `flow_rest`
    (then that of `error` is). At resting flow the published curve of the arterial gases holds: the sensed PO2 is the
    arterial one plus the change of local PO2 that flow and haemoglobin bring. `sensitivity` scales the deviation, so
    it leaves the rest point alone. Without a gas model the arterial gases are constants.
    """

    flow = Input("mL/s", "cardiac output, or flow of the bed that stands for the carotid body")
    PaO2 = Input("mmHg", "arterial PO2", default=95.0)
    PaCO2 = Input("mmHg", "arterial PCO2", default=40.0)
    SaO2 = Input("1", "arterial saturation", default=0.97)
    capacity = Input("mL/mL", "oxygen that haemoglobin can bind", default=0.201)
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
    PaCO2_rest = Param(40.0, "mmHg", "arterial PCO2 at rest", bounds=(20, 80), source="BioGears (traced)")
    PaO2_rest = Param(95.0, "mmHg", "arterial PO2 at rest", bounds=(30, 700), source="computed: calibration")
    capacity_rest = Param(
        0.201, "mL/mL", "oxygen that haemoglobin can bind at rest", bounds=(0.04, 0.3), source="15 g/dL (computed)"
    )
    a_v = Param(
        1.0,
        "mL/dL",
        "arteriovenous O2 difference of the carotid body at rest",
        bounds=(0.1, 4),
        scale="log",
        source="assumed; whole-organ values 0.3-0.5 (recalled), the exchanging part of the flow is less",
    )
    RQ = Param(0.84, "1", "CO2 made per O2 used", bounds=(0, 1.2), source="Albanese2016, whole body (traced)")
    slope_CO2 = Param(
        5.0e-3,
        "mL/(mL mmHg)",
        "slope of the CO2 dissociation curve of local blood",
        bounds=(1e-3, 2e-2),
        scale="log",
        source="Spencer1979 at PO2 80, PCO2 40 mmHg (computed)",
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
    w_K = Param(0.02, "1", "rounding of the range of oxygen lack that lowers the CO2 gain", bounds=(0.001, 0.2))

    f = Output("spikes/s", "afferent firing")
    PO2_local = Output("mmHg", "PO2 of the blood that leaves the carotid body")
    error = Output("spikes/s", "afferent firing less its rest value; zero on average at rest")
    error_PO2 = Output("mmHg", "arterial PO2 less its rest value; zero on average at rest")

    def equations(
        self, flow, PaO2, PaCO2, SaO2, capacity, sensitivity, flow_mean, flow_rest, tau, PaCO2_rest, PaO2_rest,
        capacity_rest, a_v, RQ, slope_CO2, P_50, n_Hb, f_max, f_min, PO2_mid, k_O2, K_CO2, f_0, w_flow, w_S, w_K,
    ):  # fmt: skip
        def local_po2(PO2_a, S_a, capacity, use):
            # dissolved oxygen twice: first as arterial, then at the PO2 so found (one step of the implicit content)
            S = _limit(S_a - use / capacity, w_S)
            P_first = hill_po2(S, P_50, n_Hb)
            S = _limit(S_a + (SOLUBILITY * (PO2_a - P_first) - use) / capacity, w_S)
            return hill_po2(S, P_50, n_Hb)

        flow_ratio = smooth.max(flow_mean / flow_rest, 0.1, w_flow) / smooth.max(1.0, 0.1, w_flow)
        use = a_v / 100  # mL/mL
        PO2_local = local_po2(PaO2, SaO2, capacity, use / flow_ratio)  # Fick
        PO2_seen = PaO2 + PO2_local - local_po2(PaO2, SaO2, capacity_rest, use)  # the paper's scale is arterial
        firing = (f_max, f_min, PO2_mid, k_O2, K_CO2, f_0, w_K)
        # what the flow does not carry away: the same Fick's principle for carbon dioxide
        PCO2_seen = PaCO2 + RQ * use * (1 / flow_ratio - 1) / slope_CO2
        f_static = static_firing(PO2_seen, PCO2_seen, *firing)
        f_rest = static_firing(PaO2_rest, PaCO2_rest, *firing)
        error = sensitivity * (f_static - f_rest)
        return Equations(
            ddt=dict(flow_mean=lag_rate(flow, flow_mean, tau)),
            out=dict(f=f_rest + error, PO2_local=PO2_local, error=error, error_PO2=PaO2 - PaO2_rest),
        )


def _limit(S, width):
    """Saturation kept within 0.02..0.999 smoothly."""
    return smooth.min(smooth.max(S, 0.02, width), 0.999, width)
