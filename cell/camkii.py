"""CaMKII: the frequency sensor, and its slow marks on the L-type channel, the ryanodine receptor and phospholamban.

Autophosphorylation trap of Hund & Rudy (2004) Circulation 110:3168 as in O'Hara et al. (2011); each target follows its
own saturating function of the active kinase with its own time constant (Tomek et al. 2026: 10, 10 and 100 s). Oxidation
adds activity without calcium (Erickson et al. 2008 Cell 133:462). Units: umol/L, ms; every fraction lies in [0, 1].
"""

from heartloop.component import Component, Equations, Input, Output, Param, State

_HR = "HundRudy2004; OHara2011, supplement (traced)"
_TW = "TWorld2026 (traced)"


class CaMKII(Component):
    """Trapped kinase and three phosphorylated fractions."""

    time_unit = "ms"

    Ca_d = Input("umol/L", "calcium in the dyad")
    ros_slow = Input("1", "reactive oxygen relative to health, slow part", default=1.0)

    camkii_trap = State(0.01006, "1", "trapped kinase", bounds=(0, 1), scale=0.05)
    f_lcc_camkii = State(0.01444, "1", "fraction of L-type channels phosphorylated", bounds=(0, 1), scale=0.1)
    f_ryr_camkii = State(0.2684, "1", "fraction of ryanodine receptors phosphorylated", bounds=(0, 1), scale=0.1)
    f_plb_camkii = State(0.09368, "1", "fraction of phospholamban phosphorylated", bounds=(0, 1), scale=0.1)

    camkii = Param(1.0, "1", "kinase activity, level of insult or therapy; 0 = inhibited", bounds=(0, 5),
                   source="definition; 1 = healthy")
    CaMK_0 = Param(0.05, "1", "kinase bound to calmodulin at saturating calcium", bounds=(0.01, 0.5), scale="log",
                   source=_HR)
    K_m_cam = Param(7.304, "umol/L", "dyadic calcium at half binding", bounds=(0.3, 50), scale="log",
                    source=f"{_HR}, 1.5; re-identified")
    alpha_trap = Param(0.05373, "1/ms", "trapping", bounds=(5e-3, 0.5), scale="log",
                       source=f"{_HR}, 0.05; re-identified")
    beta_trap = Param(0.0003796, "1/ms", "release from the trap", bounds=(1e-5, 1e-2), scale="log",
                      source=f"{_HR}, 6.8e-4; re-identified")
    K_lcc = Param(1.005, "1", "active kinase at half phosphorylation of L-type channels", bounds=(0.01, 20),
                  scale="log", source=f"{_TW}, 0.35; re-identified")
    K_ryr = Param(0.03903, "1", "active kinase at half phosphorylation of ryanodine receptors", bounds=(0.01, 20),
                  scale="log", source=f"{_TW}, 1.0; re-identified")
    K_plb = Param(0.1418, "1", "active kinase at half phosphorylation of phospholamban", bounds=(0.01, 50),
                  scale="log", source=f"{_TW}, 10.0; re-identified")
    tau_lcc = Param(1e4, "ms", "phosphorylation time, L-type channels", bounds=(1e2, 1e6), scale="log", source=_TW)
    tau_ryr = Param(1e4, "ms", "phosphorylation time, ryanodine receptors", bounds=(1e2, 1e6), scale="log", source=_TW)
    tau_plb = Param(1e5, "ms", "phosphorylation time, phospholamban", bounds=(1e2, 1e6), scale="log", source=_TW)
    ros = Param(1.0, "1", "reactive oxygen, level of insult or therapy", bounds=(0, 10),
                source="definition; 1 = healthy")
    k_ox = Param(0.01, "1", "fraction active by oxidation at healthy reactive oxygen", bounds=(0, 0.2),
                 source="assumed; mechanism of Erickson2008")

    camkii_active = Output("1", "active kinase")

    def equations(
        self, Ca_d, ros_slow, camkii_trap, f_lcc_camkii, f_ryr_camkii, f_plb_camkii,
        camkii, CaMK_0, K_m_cam, alpha_trap, beta_trap, K_lcc, K_ryr, K_plb, tau_lcc, tau_ryr, tau_plb, ros, k_ox,
    ):  # fmt: skip
        bound = CaMK_0 * (1 - camkii_trap) * (Ca_d / (Ca_d + K_m_cam) + k_ox * ros * ros_slow)
        active = bound + camkii_trap
        drive = camkii * active
        return Equations(
            ddt=dict(
                camkii_trap=alpha_trap * bound * active - beta_trap * camkii_trap,
                f_lcc_camkii=(drive / (drive + K_lcc) - f_lcc_camkii) / tau_lcc,
                f_ryr_camkii=(drive / (drive + K_ryr) - f_ryr_camkii) / tau_ryr,
                f_plb_camkii=(drive / (drive + K_plb) - f_plb_camkii) / tau_plb,
            ),
            out=dict(camkii_active=active),
        )


class OxidisedCaMKII(CaMKII):
    """The same kinase, oxidised by all reactive oxygen of the cell, mitochondrial included."""

    ros = None  # type: ignore[assignment]
    ros_slow = None  # type: ignore[assignment]
    oxidation = Input("1", "reactive oxygen relative to health, all sources")

    def equations(  # type: ignore[override]
        self, Ca_d, oxidation, camkii_trap, f_lcc_camkii, f_ryr_camkii, f_plb_camkii,
        camkii, CaMK_0, K_m_cam, alpha_trap, beta_trap, K_lcc, K_ryr, K_plb, tau_lcc, tau_ryr, tau_plb, k_ox,
    ):  # fmt: skip
        return super().equations(
            Ca_d, oxidation, camkii_trap, f_lcc_camkii, f_ryr_camkii, f_plb_camkii,
            camkii, CaMK_0, K_m_cam, alpha_trap, beta_trap, K_lcc, K_ryr, K_plb, tau_lcc, tau_ryr, tau_plb, 1.0, k_ox,
        )  # fmt: skip
