"""CaMKII: the frequency sensor, and its slow marks on L-type channel, ryanodine receptor, phospholamban, filaments.

Autophosphorylation trap of Hund & Rudy (2004) Circulation 110:3168 as in O'Hara et al. (2011); each target follows its
own saturating function of the active kinase with its own time constant (Tomek et al. 2026: 10, 10 and 100 s). Oxidation
adds activity without calcium (Erickson et al. 2008 Cell 133:462).

The filaments are marked as the ryanodine receptor is, as long as the kinase works. Where it is inhibited other kinases
hold them near the mark of slow beats: the force of healthy muscle does not answer to an inhibitor (Sossalla et
al. 2010), whereas filaments without any mark would hold tension in diastole and twitch half as strong again.
Units: umol/L, ms; every fraction lies in [0, 1].
"""

from heartloop import smooth
from heartloop.component import Component, Equations, Input, Output, Param, State

_HR = "HundRudy2004; OHara2011, supplement (traced)"
_TW = "TWorld2026 (traced)"


class CaMKII(Component):
    """Trapped kinase and four phosphorylated fractions."""

    time_unit = "ms"

    Ca_d = Input("umol/L", "calcium in the dyad")
    ros_slow = Input("1", "reactive oxygen relative to health, slow part", default=1.0)

    camkii_trap = State(0.01006, "1", "trapped kinase", bounds=(0, 1), scale=0.05)
    f_lcc_camkii = State(0.01444, "1", "fraction of L-type channels phosphorylated", bounds=(0, 1), scale=0.1)
    f_ryr_camkii = State(0.2684, "1", "fraction of ryanodine receptors phosphorylated", bounds=(0, 1), scale=0.1)
    f_plb_camkii = State(0.09368, "1", "fraction of phospholamban phosphorylated", bounds=(0, 1), scale=0.1)
    f_mf_camkii = State(0.2684, "1", "fraction of the filaments' targets phosphorylated", bounds=(0, 1), scale=0.1)

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
    A_mf = Param(0.006, "1", "other kinases of the filaments, at their sites that CaMKII leaves: steady part",
                 bounds=(0, 0.1), source="assumed; inhibition leaves the force of healthy muscle, Sossalla2010")
    s_mf = Param(0.2, "1", "the same, part that follows rate as CaMKII does", bounds=(0, 1),
                 source="assumed; with CaMKII inhibited force still rises with rate")
    w_mf = Param(0.01, "1", "rounding of what CaMKII leaves", bounds=(1e-3, 0.05), source="assumed")
    ros = Param(1.0, "1", "reactive oxygen, level of insult or therapy", bounds=(0, 10),
                source="definition; 1 = healthy")
    k_ox = Param(0.01, "1", "fraction active by oxidation at healthy reactive oxygen", bounds=(0, 0.2),
                 source="assumed; mechanism of Erickson2008")

    camkii_active = Output("1", "active kinase")

    def equations(
        self, Ca_d, ros_slow, camkii_trap, f_lcc_camkii, f_ryr_camkii, f_plb_camkii, f_mf_camkii,
        camkii, CaMK_0, K_m_cam, alpha_trap, beta_trap, K_lcc, K_ryr, K_plb, tau_lcc, tau_ryr, tau_plb, A_mf, s_mf,
        w_mf, ros, k_ox,
    ):  # fmt: skip
        bound = CaMK_0 * (1 - camkii_trap) * (Ca_d / (Ca_d + K_m_cam) + k_ox * ros * ros_slow)
        active = bound + camkii_trap
        drive = camkii * active
        free = smooth.softplus(1 - camkii - 10 * w_mf, w_mf)  # rounded off before 1, so that health is exact
        marking = drive + free * (A_mf + s_mf * active)
        return Equations(
            ddt=dict(
                camkii_trap=alpha_trap * bound * active - beta_trap * camkii_trap,
                f_lcc_camkii=(drive / (drive + K_lcc) - f_lcc_camkii) / tau_lcc,
                f_ryr_camkii=(drive / (drive + K_ryr) - f_ryr_camkii) / tau_ryr,
                f_plb_camkii=(drive / (drive + K_plb) - f_plb_camkii) / tau_plb,
                f_mf_camkii=(marking / (marking + K_ryr) - f_mf_camkii) / tau_ryr,
            ),
            out=dict(camkii_active=active),
        )


class OxidisedCaMKII(CaMKII):
    """The same kinase, oxidised by all reactive oxygen of the cell, mitochondrial included."""

    ros = None  # type: ignore[assignment]
    ros_slow = None  # type: ignore[assignment]
    oxidation = Input("1", "reactive oxygen relative to health, all sources")

    def equations(  # type: ignore[override]
        self, Ca_d, oxidation, camkii_trap, f_lcc_camkii, f_ryr_camkii, f_plb_camkii, f_mf_camkii,
        camkii, CaMK_0, K_m_cam, alpha_trap, beta_trap, K_lcc, K_ryr, K_plb, tau_lcc, tau_ryr, tau_plb, A_mf, s_mf,
        w_mf, k_ox,
    ):  # fmt: skip
        return super().equations(
            Ca_d, oxidation, camkii_trap, f_lcc_camkii, f_ryr_camkii, f_plb_camkii, f_mf_camkii,
            camkii, CaMK_0, K_m_cam, alpha_trap, beta_trap, K_lcc, K_ryr, K_plb, tau_lcc, tau_ryr, tau_plb, A_mf, s_mf,
            w_mf, 1.0, k_ox,
        )  # fmt: skip
