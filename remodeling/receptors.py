"""Beta1-receptor density, receptor kinase and neuronal reuptake, driven by the heart's own noradrenaline.

Amounts only: phosphorylation and uncoupling by the kinase are the cell's. All states are 1 at rest, rates per day.
"""

from heartloop.component import Component, Equations, Input, Output, Param, SlowState

from .shapes import bounded


class Receptors(Component):
    """dR/dt = (1 - R - u R)/tau_R with u = g_R (cardiac spillover - 1)(1 - occupancy); R falls to 1/(1 + u).

    Isoproterenol for 72 h in the rat: -34 % (u 1.23, tau 7 d); pacing for 8 weeks in the dog: x0.57 (u 0.75).
    `uptake` is the density of the noradrenaline transporter: its loss gives more transmitter in the cleft for the
    same nerve activity (interstitial noradrenaline x6.6 with tone of about x2 in the paced dog).
    """

    time_unit = "day"

    spillover_cardiac = Input("1", "cardiac noradrenaline spillover over rest", default=1.0)

    beta1_density = SlowState(
        1.0, "1", "beta1-receptor density over health", bounds=(0.2, 1.5), source="Bristow1982 (traced)"
    )
    grk_activity = SlowState(
        1.0, "1", "receptor kinase amount over health", bounds=(0.3, 3.6), source="Ungerer1993 (traced)"
    )
    uptake = SlowState(
        1.0,
        "1",
        "noradrenaline transporter over health",
        bounds=(0.2, 1.5),
        source="assumed; paced dog, 0.725 to 0.224 1/s (traced)",
    )

    g_R = Param(
        0.18,
        "1",
        "receptor loss per spillover ratio",
        bounds=(0.1, 0.3),
        scale="log",
        source="paced dog and failing people, 0.13-0.24 (computed)",
    )
    tau_R = Param(
        7.0, "day", "turnover of receptors", bounds=(4, 12), scale="log", source="rat 72 h -34 %, 5-10 d (computed)"
    )
    g_G = Param(
        0.41,
        "1",
        "kinase per spillover ratio",
        bounds=(0.1, 1),
        scale="log",
        source="x3.2 at spillover x6.4 (computed)",
    )
    G_max = Param(
        2.3, "1", "largest rise of kinase", bounds=(0.5, 4), source="Ungerer1993, activity x3.2 in failure (traced)"
    )
    tau_G = Param(3.0, "day", "turnover of kinase", bounds=(1, 10), scale="log", source="assumed")
    g_U = Param(
        0.13,
        "1",
        "transporter loss per spillover ratio",
        bounds=(0, 0.4),
        source="paced dog, x0.31 at spillover x6.6 (computed)",
    )
    U_max = Param(
        0.72, "1", "largest loss of transporter", bounds=(0, 0.8), source="assumed; paced dog, x0.31 (traced)"
    )
    tau_U = Param(14.0, "day", "turnover of transporter", bounds=(3, 60), scale="log", source="assumed")
    blocker_occupancy = Param(0.0, "1", "occupancy of the receptors by a blocker", bounds=(0, 1), source="therapy")
    G_sympathetic = Param(
        1.0, "1", "link sympathetic -> receptor, 1 = intact, 0 = cut", bounds=(0, 3), source="assumed"
    )

    G_uptake = Param(1.0, "1", "link reuptake -> agonist, 1 = intact, 0 = cut", bounds=(0, 1), source="assumed")

    agonist_gain = Output("1", "noradrenaline in the cleft per nerve activity over health")

    def equations(
        self, spillover_cardiac, beta1_density, grk_activity, uptake, g_R, tau_R, g_G, G_max, tau_G, g_U, U_max, tau_U,
        blocker_occupancy, G_sympathetic, G_uptake,
    ):  # fmt: skip
        drive = G_sympathetic * (spillover_cardiac - 1)
        seen = drive * (1 - blocker_occupancy)
        u = g_R * seen
        return Equations(
            ddt=dict(
                beta1_density=(1 - beta1_density - u * beta1_density) / tau_R,
                grk_activity=(1 + bounded(g_G * seen, G_max, 0.6) - grk_activity) / tau_G,
                uptake=(1 - bounded(g_U * drive, U_max, 0.2) - uptake) / tau_U,
            ),
            out=dict(agonist_gain=1 / (1 - G_uptake * (1 - uptake))),
        )
