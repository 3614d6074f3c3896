"""Oxidative stress: reactive oxygen over health, a slow level of 1 to 2.

No compact published model with human numbers was found; the weights are choices. What reactive oxygen does to
CaMKII, pump and channel is the cell's.
"""

from heartloop.component import Component, Equations, Feature, Input, Param, SlowState

from .shapes import bounded, outside

# no measurement gives these couplings: they were chosen on the heart-failure scenario
_COURSE = "assumed; sized on the course of heart failure"


class OxidativeStress(Component):
    """dX/dt = (1 + a_s (spillover - 1) + a_a (raas - 1) + a_w (stress ratio - 1) - X)/tau_X."""

    time_unit = "day"

    spillover_cardiac = Input("1", "cardiac noradrenaline spillover over rest", default=1.0)
    raas = Input("1", "renin-angiotensin activity over rest", default=1.0)
    peak_stress = Feature("kPa", "peak systolic fiber stress of the left ventricle")
    peak_stress_rest = Feature("kPa", "peak systolic fiber stress at rest")

    ros_slow = SlowState(1.0, "1", "reactive oxygen over health", bounds=(0.4, 3.2), source="assumed")

    a_s = Param(0.6, "1", "reactive oxygen per cardiac spillover ratio", bounds=(0, 1), source=_COURSE)
    a_a = Param(0.02, "1", "reactive oxygen per renin-angiotensin ratio", bounds=(0, 0.3), source=_COURSE)
    a_w = Param(1.2, "1", "reactive oxygen per wall stress ratio", bounds=(0, 2), source=_COURSE)
    zone_a = Param(0.1, "1", "dead zone of renin-angiotensin activity", bounds=(0, 0.5), source="assumed")
    zone_w = Param(0.03, "1", "dead zone of wall stress", bounds=(0, 0.2), source=_COURSE)
    w = Param(0.03, "1", "rounding of the dead zones", bounds=(0.005, 0.2), source="assumed")
    X_max = Param(1, "1", "largest rise", bounds=(0.5, 4), source=_COURSE)
    tau_X = Param(28, "day", "time constant", bounds=(1, 60), scale="log", source=_COURSE)
    antioxidant = Param(0.0, "1", "share of the drives that a therapy takes away", bounds=(0, 1), source="therapy")
    G_ros = Param(
        1.0, "1", "link load and hormones -> reactive oxygen, 1 = intact, 0 = cut", bounds=(0, 3), source="assumed"
    )

    def equations(
        self, spillover_cardiac, raas, peak_stress, peak_stress_rest, ros_slow, a_s, a_a, a_w, zone_a, zone_w, w, X_max,
        tau_X, antioxidant, G_ros,
    ):  # fmt: skip
        drive = (
            a_s * (spillover_cardiac - 1)
            + a_a * outside(raas - 1, zone_a, w)
            + a_w * outside(peak_stress / peak_stress_rest - 1, zone_w, w)
        )
        target = 1 + bounded(G_ros * (1 - antioxidant) * drive, X_max, 0.5)
        return Equations(ddt=dict(ros_slow=(target - ros_slow) / tau_X))
