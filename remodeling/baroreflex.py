"""Slow adaptation of reflexes: partial resetting of pressure set points, loss of sensitivity, chemoreflex gain.

Resetting is partial: a week of carotid stimulation keeps lowering pressure and sympathetic outflow, and years of it
keep muscle nerve activity down. Pressures in mmHg, rates per day.
"""

from heartloop.component import Component, Equations, Feature, Input, Param, SlowState

from .shapes import above, bounded, hill


class BaroreflexResetting(Component):
    """Set points of arterial and low-pressure receptors, and the sensitivity of the arterial arc.

    The low-pressure inhibitory afferent resets nearly fully within a day (volume receptors adapt over 1000 min), so
    chronic congestion does not calm the sympathetic system. Central angiotensin blunts the arterial arc.
    """

    time_unit = "day"

    MAP = Feature("mmHg", "mean arterial pressure")
    MAP_rest = Feature("mmHg", "mean arterial pressure at rest")
    CVP = Feature("mmHg", "central venous pressure")
    CVP_rest = Feature("mmHg", "central venous pressure at rest")
    angiotensin = Input("1", "central angiotensin action", default=0.0)

    set_point_shift = SlowState(
        0.0, "mmHg", "shift of the arterial set point", bounds=(-60, 60), scale=40.0, source="assumed"
    )
    low_pressure_shift = SlowState(
        0.0, "mmHg", "shift of the low-pressure set point", bounds=(-15, 40), scale=10.0, source="assumed"
    )
    baro_sensitivity = SlowState(
        1.0, "1", "sensitivity of the arterial baroreflex", bounds=(0.1, 1.1), source="assumed"
    )

    rho = Param(
        0.5,
        "1",
        "resetting share of the arterial set point",
        bounds=(0, 0.95),
        source="assumed; full resetting is refuted by a week of carotid stimulation (traced); sized on the course",
    )
    tau_b = Param(
        1.0,
        "day",
        "time constant of arterial resetting",
        bounds=(0.1, 5),
        scale="log",
        source="Guyton1992, 250 min (traced); textbooks 1-2 d",
    )
    rho_low = Param(0.9, "1", "resetting share of the low-pressure set point", bounds=(0, 1), source="assumed")
    tau_low = Param(
        0.7,
        "day",
        "time constant of low-pressure resetting",
        bounds=(0.1, 5),
        scale="log",
        source="Guyton1992, 1000 min (traced)",
    )
    k_sens = Param(
        1.03,
        "1",
        "loss of sensitivity per central angiotensin",
        bounds=(0, 2),
        source="assumed; on day 365 about 0.2 is left of the vagal arc (Eckberg1971, 0.23)",
    )
    sens_max = Param(0.85, "1", "largest loss of sensitivity", bounds=(0, 0.9), source="assumed")
    tau_sens = Param(7.0, "day", "time constant of sensitivity", bounds=(1, 60), scale="log", source="assumed")
    G_resetting = Param(1.0, "1", "link pressure -> set points, 1 = intact, 0 = cut", bounds=(0, 1), source="assumed")
    G_blunting = Param(
        1.0, "1", "link angiotensin -> baroreflex sensitivity, 1 = intact, 0 = cut", bounds=(0, 3), source="assumed"
    )

    def equations(
        self, MAP, MAP_rest, CVP, CVP_rest, angiotensin, set_point_shift, low_pressure_shift, baro_sensitivity, rho,
        tau_b, rho_low, tau_low, k_sens, sens_max, tau_sens, G_resetting, G_blunting,
    ):  # fmt: skip
        blunted = bounded(G_blunting * k_sens * angiotensin, sens_max, 0.05)
        return Equations(
            ddt=dict(
                set_point_shift=(G_resetting * rho * (MAP - MAP_rest) - set_point_shift) / tau_b,
                low_pressure_shift=(G_resetting * rho_low * (CVP - CVP_rest) - low_pressure_shift) / tau_low,
                baro_sensitivity=(1 - blunted - baro_sensitivity) / tau_sens,
            )
        )


class ChemoreflexSensitization(Component):
    """Sensitivity of the arterial chemoreceptor: rises when its blood flow stays low."""

    time_unit = "day"

    CO = Feature("L/min", "cardiac output")
    CO_rest = Feature("L/min", "cardiac output at rest")

    sensitivity = SlowState(1.0, "1", "sensitivity of the chemoreflex over health", bounds=(0.8, 4), source="assumed")

    c_max = Param(
        1.5,
        "1",
        "largest rise of sensitivity",
        bounds=(0, 4),
        source="assumed; low carotid flow sensitizes in rabbits (recalled)",
    )
    f_50 = Param(0.2, "1", "fall of flow beyond the dead zone of half effect", bounds=(0.05, 0.5), source="assumed")
    zone = Param(0.05, "1", "dead zone of relative flow", bounds=(0, 0.2), source="assumed")
    w = Param(0.03, "1", "rounding of the dead zone", bounds=(0.005, 0.2), source="assumed")
    tau_c = Param(10.0, "day", "time constant", bounds=(2, 60), scale="log", source="assumed")
    G_sensitization = Param(
        1.0, "1", "link flow -> chemoreflex sensitivity, 1 = intact, 0 = cut", bounds=(0, 3), source="assumed"
    )

    def equations(self, CO, CO_rest, sensitivity, c_max, f_50, zone, w, tau_c, G_sensitization):
        low = above(1 - CO / CO_rest, zone, w)
        return Equations(ddt=dict(sensitivity=(1 + G_sensitization * c_max * hill(low, f_50) - sensitivity) / tau_c))
