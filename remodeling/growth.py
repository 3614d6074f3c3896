"""Growth of the ventricular wall: length of the fibers in series, and thickness.

Stimuli as in Kerckhoffs, Omens and McCulloch (2012): diastolic stretch lengthens, systolic stress (its peak and its
integral over a beat) thickens. Unlike the published law, which is discontinuous at zero stimulus and unbounded, each
direction relaxes to a saturating function of its stimulus beyond a dead zone, quickly when growing and slowly when
shrinking. Rates per day.
"""

import casadi as ca

from heartloop.component import Component, Equations, Feature, Input, Output, Param, SlowState

from .shapes import bounded, corner, hill, two_rates


class WallGrowth(Component):
    """ln length e and ln thickening h; wall volume is exp(1.5 e + h), which lets mass over volume fall in overload.

    `ED_stretch` must be relative to the grown reference length. Hormones multiply the response to load, mostly of
    thickness. Both ratios are 1 at rest. Sizes: cavity of the dog with mitral regurgitation (Nakano 1991, time constant
    38 d), wall under aortic constriction (Nagatomo 1999), reversal of dogs times three for people.
    """

    time_unit = "day"

    ED_stretch = Feature("1", "largest diastolic fiber stretch, over the grown reference length")
    ED_stretch_rest = Feature("1", "largest diastolic fiber stretch at rest")
    peak_stress = Feature("kPa", "peak systolic fiber stress of the left ventricle")
    peak_stress_rest = Feature("kPa", "peak systolic fiber stress at rest")
    tension_time = Feature("kPa", "fiber stress averaged over the beat")
    tension_time_rest = Feature("kPa", "fiber stress averaged over the beat at rest")
    HR = Feature("1/min", "heart rate")
    HR_rest = Feature("1/min", "heart rate at rest")
    raas = Input("1", "renin-angiotensin activity over rest", default=1.0)
    spillover_cardiac = Input("1", "cardiac noradrenaline spillover over rest", default=1.0)

    length_ln = SlowState(0.0, "1", "log of fiber length over rest", bounds=(-0.2, 0.6), scale=0.1, source="assumed")
    thickness_ln = SlowState(0.0, "1", "log of wall thickening", bounds=(-0.4, 2.0), scale=0.1, source="assumed")

    e_max = Param(
        0.28, "1", "largest log lengthening", bounds=(0.05, 0.6), source="Nakano1991, EDV x1.81 at 90 d (computed)"
    )
    e_min = Param(0.10, "1", "largest log shortening", bounds=(0, 0.3), source="assumed")
    z_e50 = Param(0.04, "1", "stretch of half effect", bounds=(0.01, 0.15), scale="log", source="Nakano1991 (computed)")
    zone_e = Param(0.005, "1", "dead zone of stretch", bounds=(0, 0.05), source="assumed")
    tau_e_up = Param(
        38.0,
        "day",
        "time constant of lengthening",
        bounds=(10, 120),
        scale="log",
        source="mitral regurgitation dog 38 d, infarct human 24-33 d (computed)",
    )
    tau_e_down = Param(
        180.0,
        "day",
        "time constant of its reversal",
        bounds=(40, 600),
        scale="log",
        source="valve replacement dog 61 d, times 3 for people (computed)",
    )
    h_max = Param(
        0.9, "1", "largest log thickening", bounds=(0.1, 1.5), source="Nagatomo1999, Page hypertension +29 % (computed)"
    )
    h_min = Param(0.30, "1", "largest log thinning", bounds=(0, 0.6), source="assumed")
    z_w50 = Param(
        0.25, "1", "load of half effect", bounds=(0.05, 1), scale="log", source="Page hypertension (computed)"
    )
    m_length = Param(
        0.95,
        "1",
        "share of the hormonal multiplier that acts on length",
        bounds=(0, 1),
        source="assumed; sized on the course of heart failure",
    )
    w_e = Param(0.005, "1", "rounding of that dead zone", bounds=(0.0005, 0.05), source="assumed")
    zone_w = Param(0.05, "1", "dead zone of load", bounds=(0, 0.2), source="assumed")
    tau_h_up = Param(
        45.0,
        "day",
        "time constant of thickening without load feedback",
        bounds=(10, 120),
        scale="log",
        source="Nagatomo1999, 1.6 %/d at first (computed)",
    )
    tau_h_down = Param(
        390.0,
        "day",
        "time constant of its reversal",
        bounds=(90, 900),
        scale="log",
        source="valve replacement dog 97-185 d, times 3 (computed)",
    )
    m_a = Param(0.5, "1", "hormonal multiplier per renin-angiotensin rise of 3", bounds=(0, 2), source="assumed")
    m_s = Param(0.3, "1", "hormonal multiplier per cardiac spillover rise of 5.4", bounds=(0, 2), source="assumed")
    w = Param(0.02, "1", "rounding of the dead zones and of the change of rate", bounds=(0.002, 0.1), source="assumed")
    f_sac = Param(0.6, "1", "growth of the pericardial volume per growth of the left cavity", bounds=(0, 1),
                  source="assumed; the sac grows in chronic dilation, FreemanLeWinter1984 (recalled)")  # fmt: skip
    G_growth = Param(1.0, "1", "link load -> growth, 1 = intact, 0 = cut", bounds=(0, 3), source="assumed")

    length_growth = Output("1", "fiber length at zero stress over rest")
    mass_growth = Output("1", "wall volume over rest")
    sac_growth = Output("1", "pericardial volume over rest: the sac follows a chronic dilation")

    def equations(
        self, ED_stretch, ED_stretch_rest, peak_stress, peak_stress_rest, tension_time, tension_time_rest, HR, HR_rest,
        raas, spillover_cardiac, length_ln, thickness_ln, e_max, e_min, z_e50, zone_e, tau_e_up, tau_e_down, h_max,
        h_min, z_w50, zone_w, tau_h_up, tau_h_down, m_a, m_s, m_length, w_e, w, f_sac, G_growth,
    ):  # fmt: skip
        z_e = ED_stretch / ED_stretch_rest - 1
        per_beat = tension_time / tension_time_rest * HR_rest / HR  # integral of stress over one beat
        z_w = 0.5 * (peak_stress / peak_stress_rest - 1) + 0.5 * (per_beat - 1)
        m_h = 1 + bounded(m_a * (raas - 1) / 3 + m_s * (spillover_cardiac - 1) / 5.4, 1.0, 0.5)

        def target(z, zone, width, z_50, up, down):
            return up * hill(corner(z - zone, width), z_50) - down * hill(corner(-z - zone, width), z_50)

        e_goal = G_growth * target(z_e, zone_e, w_e, z_e50, (1 + m_length * (m_h - 1)) * e_max, e_min)
        h_goal = G_growth * target(z_w, zone_w, w, z_w50, m_h * h_max, h_min)
        return Equations(
            ddt=dict(
                length_ln=two_rates(e_goal - length_ln, tau_e_up, tau_e_down, w),
                thickness_ln=two_rates(h_goal - thickness_ln, tau_h_up, tau_h_down, w),
            ),
            out=dict(
                length_growth=ca.exp(length_ln),
                mass_growth=ca.exp(1.5 * length_ln + thickness_ln),
                sac_growth=1 + f_sac * (ca.exp(3 * length_ln) - 1),
            ),
        )
