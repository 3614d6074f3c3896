"""Structure of the dyad and of its AKAP scaffold: how tightly channels, receptors and kinases sit together.

Children who recover from myocarditis keep their tubules and regain junctophilin clusters, so the state is the
coupling of the dyad, recovering, and not the density of tubules. One state serves both: what loses the dyad loses the
scaffold at its channels, and the cell hands the freed kinase to its other pools.
"""

from heartloop.component import Component, Equations, Feature, Input, Param, SlowState

from .shapes import above, bounded


class Dyad(Component):
    """dD/dt = (1 - losses - D)/tau_D; 1 at rest, not below 1 - D_max."""

    time_unit = "day"

    peak_stress = Feature("kPa", "peak systolic fiber stress of the left ventricle")
    peak_stress_rest = Feature("kPa", "peak systolic fiber stress at rest")
    leak_slow = Input("1", "structural part of the leak over health", default=1.0)
    spillover_cardiac = Input("1", "cardiac noradrenaline spillover over rest", default=1.0)

    dyad_integrity = SlowState(
        1.0,
        "1",
        "coupling of L-type channels, release sites and kinases over health",
        bounds=(0.4, 1.1),
        source="assumed",
    )

    d_stress = Param(0.4, "1", "loss per wall stress ratio", bounds=(0, 1.5), source="assumed")
    d_leak = Param(0.15, "1", "loss per leak", bounds=(0, 0.5), source="assumed")
    d_s = Param(0.02, "1", "loss per cardiac spillover ratio", bounds=(0, 0.1), source="assumed")
    D_max = Param(
        0.45, "1", "largest loss", bounds=(0.1, 0.6), source="assumed; tubule distance x1.4 in myocarditis (traced)"
    )
    tau_D = Param(21.0, "day", "time constant", bounds=(5, 90), scale="log", source="assumed")
    zone = Param(0.05, "1", "dead zone of stress and leak", bounds=(0, 0.2), source="assumed")
    zone_s = Param(0.3, "1", "dead zone of spillover", bounds=(0, 1), source="assumed")
    w = Param(0.05, "1", "rounding of the dead zones", bounds=(0.005, 0.2), source="assumed")
    G_dyad = Param(1.0, "1", "link stress -> dyad, 1 = intact, 0 = cut", bounds=(0, 3), source="assumed")

    def equations(
        self, peak_stress, peak_stress_rest, leak_slow, spillover_cardiac, dyad_integrity, d_stress, d_leak, d_s, D_max,
        tau_D, zone, zone_s, w, G_dyad,
    ):  # fmt: skip
        lost = (
            d_stress * above(peak_stress / peak_stress_rest - 1, zone, w)
            + d_leak * above(leak_slow - 1, zone, w)
            + d_s * above(spillover_cardiac - 1, zone_s, w)
        )
        return Equations(ddt=dict(dyad_integrity=(1 - bounded(G_dyad * lost, D_max, D_max) - dyad_integrity) / tau_D))
