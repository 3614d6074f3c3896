"""Expression of SERCA2a and of the Na/Ca exchanger, relative to health.

Amounts of protein only; what phospholamban and oxidation do to the pump is the cell's. An insult or a gene therapy
is a level that multiplies these states in the cell; the states relax to 1 plus their drives, never to the level.
"""

from heartloop.component import Component, Equations, Input, Param, SlowState

from .shapes import above, bounded


class Expression(Component):
    """Fetal program: SERCA falls with oxidative stress and growth of the wall, the exchanger rises as SERCA falls."""

    time_unit = "day"

    ros_slow = Input("1", "reactive oxygen over health", default=1.0)
    mass_growth = Input("1", "wall volume over its rest value", default=1.0)

    serca_expression = SlowState(1.0, "1", "SERCA2a protein over health", bounds=(0.3, 1.2), source="assumed")
    ncx_expression = SlowState(1.0, "1", "Na/Ca exchanger protein over health", bounds=(0.7, 2.1), source="assumed")

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
    G_expression = Param(1.0, "1", "link stress -> expression, 1 = intact, 0 = cut", bounds=(0, 3), source="assumed")

    def equations(
        self, ros_slow, mass_growth, serca_expression, ncx_expression, c_ros, c_mass, zone, w, C_max, tau_C, g_ncx,
        N_max, tau_N, G_expression,
    ):  # fmt: skip
        loss = c_ros * above(ros_slow - 1, zone, w) + c_mass * above(mass_growth - 1, zone, w)
        gain = g_ncx * (1 - serca_expression)
        return Equations(
            ddt=dict(
                serca_expression=(1 - bounded(G_expression * loss, C_max, C_max) - serca_expression) / tau_C,
                ncx_expression=(1 + bounded(gain, N_max, 0.3) - ncx_expression) / tau_N,
            )
        )
