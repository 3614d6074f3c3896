"""Expression of SERCA2a, of the Na/Ca exchanger and of the filaments' phosphatase, relative to health.

Amounts of protein only; what phospholamban and oxidation do to the pump is the cell's. An insult or a gene therapy
is a level that multiplies these states in the cell; the states relax to 1 plus their drives, never to the level.
"""

from heartloop.component import Component, Equations, Input, Param, SlowState

from .shapes import above, bounded


class Expression(Component):
    """Fetal program: SERCA falls with oxidative stress and growth of the wall, the others rise as SERCA falls."""

    time_unit = "day"

    ros_slow = Input("1", "reactive oxygen over health", default=1.0)
    mass_growth = Input("1", "wall volume over its rest value", default=1.0)

    serca_expression = SlowState(1.0, "1", "SERCA2a protein over health", bounds=(0.3, 1.2), source="assumed")
    ncx_expression = SlowState(1.0, "1", "Na/Ca exchanger protein over health", bounds=(0.7, 2.1), source="assumed")
    phosphatase_slow = SlowState(
        1.0, "1", "phosphatase at the filaments over health", bounds=(0.5, 3), source="assumed"
    )

    c_ros = Param(0.12, "1", "SERCA loss per reactive oxygen", bounds=(0, 0.4), source="assumed")
    c_mass = Param(0.15, "1", "SERCA loss per relative wall growth", bounds=(0, 1), source="assumed")
    zone = Param(0.05, "1", "dead zone of both drives", bounds=(0, 0.2), source="assumed")
    w = Param(0.05, "1", "rounding of the dead zones", bounds=(0.005, 0.2), source="assumed")
    C_max = Param(
        0.4, "1", "largest loss of SERCA", bounds=(0, 0.6), source="assumed; -36 % in small human series (recalled)"
    )
    tau_C = Param(14.0, "day", "turnover of SERCA", bounds=(3, 60), scale="log", source="assumed")
    g_ncx = Param(
        1.5, "1", "exchanger gained per SERCA lost", bounds=(0, 4), source="assumed; +55 % with -36 % (recalled)"
    )
    N_max = Param(1.0, "1", "largest gain of exchanger", bounds=(0, 2), source="assumed; x1.55-2 (recalled)")
    tau_N = Param(14.0, "day", "turnover of the exchanger", bounds=(3, 60), scale="log", source="assumed")
    g_phosphatase = Param(
        0.7, "1", "phosphatase gained per SERCA lost", bounds=(0, 20),
        source="assumed; troponin I and MyBP-C carry less phosphate in failing hearts, Tanner2023 (traced, abstract)",
    )  # fmt: skip
    P_max = Param(1.0, "1", "largest gain of phosphatase", bounds=(0.1, 10), source="assumed")
    tau_P = Param(14.0, "day", "turnover of the phosphatase", bounds=(3, 60), scale="log", source="assumed")
    G_expression = Param(1.0, "1", "link stress -> expression, 1 = intact, 0 = cut", bounds=(0, 3), source="assumed")

    def equations(
        self, ros_slow, mass_growth, serca_expression, ncx_expression, phosphatase_slow, c_ros, c_mass, zone, w, C_max,
        tau_C, g_ncx, N_max, tau_N, g_phosphatase, P_max, tau_P, G_expression,
    ):  # fmt: skip
        loss = c_ros * above(ros_slow - 1, zone, w) + c_mass * above(mass_growth - 1, zone, w)
        lost = 1 - serca_expression
        return Equations(
            ddt=dict(
                serca_expression=(1 - bounded(G_expression * loss, C_max, C_max) - serca_expression) / tau_C,
                ncx_expression=(1 + bounded(g_ncx * lost, N_max, 0.3) - ncx_expression) / tau_N,
                phosphatase_slow=(1 + bounded(g_phosphatase * lost, P_max, 0.5) - phosphatase_slow) / tau_P,
            )
        )
