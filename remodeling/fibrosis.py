"""Collagen of the wall and loss of myocytes.

Collagen has a reversible and a cross-linked part; the latter forms only while the reversible excess lies above a
threshold, so that weeks of stress heal and months leave a lasting share. Loss of myocytes is for good. Rates per day.
"""

import casadi as ca

from heartloop.component import Component, Equations, Feature, Input, Output, Param, SlowState

from .shapes import above, hill

# no measurement gives these couplings: they were chosen on the heart-failure scenario
_COURSE = "assumed; sized on the course of heart failure"


class Fibrosis(Component):
    """Volume fraction of collagen `phi`, its irreversible part `phi_irr`, and the share of living myocytes."""

    time_unit = "day"

    ED_stretch = Feature("1", "largest diastolic fiber stretch, over the grown reference length")
    ED_stretch_rest = Feature("1", "largest diastolic fiber stretch at rest")
    peak_stress = Feature("kPa", "peak systolic fiber stress of the left ventricle")
    peak_stress_rest = Feature("kPa", "peak systolic fiber stress at rest")
    raas = Input("1", "renin-angiotensin activity over rest", default=1.0)
    ros_slow = Input("1", "reactive oxygen over health", default=1.0)

    phi = SlowState(
        0.04,
        "1",
        "collagen fraction of the wall",
        bounds=(0.02, 0.32),
        source="Hallow2014, 2 + 2 % interstitial and replacement (traced)",
    )
    phi_irr = SlowState(
        0.04, "1", "cross-linked collagen fraction", bounds=(0.02, 0.32), source="assumed", reversible=False
    )
    viable = SlowState(1.0, "1", "living myocytes over rest", bounds=(0.3, 1.05), source="assumed", reversible=False)

    phi_0 = Param(
        0.04,
        "1",
        "collagen fraction at rest",
        bounds=(0.02, 0.1),
        source="Hallow2014, 2 + 2 % interstitial and replacement (traced)",
    )
    phi_max = Param(
        0.30,
        "1",
        "collagen fraction at which formation stops",
        bounds=(0.15, 0.5),
        source="assumed; severe failure 0.15-0.25 (recalled)",
    )
    r_a = Param(1e-4, "1/day", "formation per renin-angiotensin ratio", bounds=(0, 1e-3), source="assumed")
    r_ros = Param(0.0006, "1/day", "formation per reactive oxygen", bounds=(0, 2e-3), source=_COURSE)
    r_L = Param(
        5e-4,
        "1/day",
        "formation per relative diastolic stretch",
        bounds=(0, 0.03),
        source="assumed",
    )
    zone_a = Param(0.1, "1", "dead zone of renin-angiotensin activity", bounds=(0, 0.5), source="assumed")
    zone_ros = Param(0.1, "1", "dead zone of reactive oxygen", bounds=(0, 0.3), source="assumed")
    zone_L = Param(0.01, "1", "dead zone of stretch", bounds=(0, 0.05), source="assumed")
    w = Param(
        0.05, "1", "rounding of the dead zones of hormones and reactive oxygen", bounds=(0.005, 0.2), source="assumed"
    )
    w_L = Param(0.01, "1", "rounding of the dead zone of stretch", bounds=(0.001, 0.05), source="assumed")
    tau_phi = Param(
        200.0,
        "day",
        "degradation of collagen that is not cross-linked",
        bounds=(50, 800),
        scale="log",
        source="assumed",
    )
    d_irr = Param(
        0.008,
        "1",
        "reversible excess at which cross-linking begins",
        bounds=(0.005, 0.05),
        source="assumed, 4 weeks of pacing heal",
    )
    w_irr = Param(0.004, "1", "rounding of that onset", bounds=(0.001, 0.03), source="assumed")
    tau_irr = Param(
        60.0,
        "day",
        "time constant of cross-linking",
        bounds=(20, 600),
        scale="log",
        source="assumed, 10 weeks of pacing leave a quarter",
    )
    r_death = Param(
        0.015,
        "1/day",
        "largest rate of myocyte loss by each cause",
        bounds=(0, 0.03),
        source=_COURSE,
    )
    X_death = Param(0.12, "1", "reactive oxygen above health at which loss begins", bounds=(0.02, 1.5), source=_COURSE)
    X_50 = Param(0.25, "1", "reactive oxygen beyond that of half the loss rate", bounds=(0.2, 3), source=_COURSE)
    S_death = Param(0.1, "1", "relative stress above rest at which loss begins", bounds=(0.02, 1), source=_COURSE)
    S_50 = Param(0.3, "1", "relative stress beyond that of half the loss rate", bounds=(0.1, 2), source=_COURSE)
    viable_min = Param(0.62, "1", "living myocytes below which none is lost", bounds=(0, 0.8), source=_COURSE)
    k_stiff = Param(
        5.5, "1", "log stiffness of the passive wall per collagen fraction", bounds=(0, 15), source="assumed"
    )
    mra = Param(0.0, "1", "block of the mineralocorticoid receptor", bounds=(0, 1), source="therapy")
    G_fibrosis = Param(
        1.0, "1", "link stress -> collagen and myocyte loss, 1 = intact, 0 = cut", bounds=(0, 3), source="assumed"
    )

    collagen = Output("1", "collagen fraction over rest")
    stiffening = Output("1", "stiffness of the collagen network above that at rest, as a fraction")

    def equations(
        self, ED_stretch, ED_stretch_rest, peak_stress, peak_stress_rest, raas, ros_slow, phi, phi_irr, viable, phi_0,
        phi_max, r_a, r_ros, r_L, zone_a, zone_ros, zone_L, w, w_L, tau_phi, d_irr, w_irr, tau_irr, r_death, X_death,
        X_50, S_death, S_50, viable_min, k_stiff, mra, G_fibrosis,
    ):  # fmt: skip
        X, S, L = ros_slow - 1, peak_stress / peak_stress_rest - 1, ED_stretch / ED_stretch_rest - 1
        formation = (
            r_a * (1 - mra) * above(raas - 1, zone_a, w) + r_ros * above(X, zone_ros, w) + r_L * above(L, zone_L, w_L)
        )
        death = r_death * (hill(above(X, X_death, w), X_50) + hill(above(S, S_death, w), S_50))
        return Equations(
            ddt=dict(
                phi=G_fibrosis * formation * (1 - phi / phi_max) - (phi - phi_irr) / tau_phi,
                phi_irr=above(phi - phi_irr, d_irr, w_irr) / tau_irr,
                viable=-G_fibrosis * death * (viable - viable_min),
            ),
            out=dict(
                collagen=phi / phi_0,
                stiffening=ca.exp(k_stiff * (phi - phi_0)) - 1,
            ),
        )
