"""Calcium release of the human myocyte: coupled and orphaned ryanodine receptors, and the leak.

Two populations, each with its own gates, its own local calcium and its own junctional store. *Coupled* receptors
share a dyad with L-type channels. *Orphaned* ones have lost their T-tubule (`ttubule` and `dyad_integrity` below 1):
only calcium that diffuses from neighbouring dyads and from the cytosol reaches them, so they open late. Gates of
Shannon et al. (2004) / Grandi et al. (2010), whose four-state scheme is the product of activation a and availability
b; luminal calcium of the junctional store eases the one and delays the other.

Local control (Stern 1992): a coupled receptor sees the nanodomain of its own L-type channel (`r_t`), and only
a part (`f_regen`) of the calcium that fills its dyad; else release would not be graded.

The leak leaves through the receptors, so it feeds their activation (`r_l`): with a loaded store this is what ends in a
spontaneous release. What makes receptors leak (`ryr_leak`, `leak_slow`) also lets them open at a lower load (Jiang et
al. 2004), so that a leaky cell releases a larger part of a smaller store. The leak rises with the load and with
CaMKII (Tomek et al. 2026), with oxidation, and with PKA, by which a channel leaks once several of its four subunits are
phosphorylated (Marx et al. 2000); the kinases have sites of their own, so their rises add. Most of PKA's leak leaves
outside the clusters (`leak_far`), because PKA disperses them (Shen et al. 2022), and does not feed them.

Every flux is umol per litre cytosol per ms *if all units were of this kind*, which is what one unit sees; the calcium
balance (`human_calcium.py`) weights them.
Units: umol/L, ms.
"""

import casadi as ca

from heartloop.component import Component, Equations, Input, Output, Param, State

from .human_constants import R_D
from .release import k_casr, leak_of_kinases

_GRANDI = "Grandi2010, supplement (recalled)"
_TW = "TWorld2026 (traced)"


class HumanRelease(Component):
    """Gates of both receptor populations, release and leak of each."""

    time_unit = "ms"

    Ca_d = Input("umol/L", "calcium in the dyads")
    Ca_or = Input("umol/L", "calcium at orphaned receptors")
    Ca_sl = Input("umol/L", "calcium under the sarcolemma")
    Ca_i = Input("umol/L", "cytosolic calcium")
    Ca_jsr = Input("umol/L", "free calcium of the junctional stores at dyads")
    Ca_jsr_or = Input("umol/L", "free calcium of the junctional stores at orphaned receptors")
    j_lcc_unit = Input("umol/L/ms", "calcium flux into intact dyads")
    phi_ryr = Input("1", "fraction of receptors phosphorylated by PKA")
    f_ryr_camkii = Input("1", "fraction of receptors phosphorylated by CaMKII")
    leak_slow = Input("1", "leak relative to health, slow part", default=1.0)
    oxidation = Input("1", "reactive oxygen relative to health, all sources")

    ryr_a = State(1e-6, "1", "activation of coupled receptors", bounds=(0, 1), scale=0.01)
    ryr_b = State(0.99, "1", "availability of coupled receptors", bounds=(0, 1))
    orphan_a = State(1e-6, "1", "activation of orphaned receptors", bounds=(0, 1), scale=0.01)
    orphan_b = State(0.99, "1", "availability of orphaned receptors", bounds=(0, 1))

    k_s = Param(1.345, "1/ms", "release rate at full opening, per cytosol volume", bounds=(0.02, 20), scale="log",
                source="Grandi2010: 25/ms per SR volume (computed)")
    k_oCa = Param(1e-5, "1/(umol/L)^2/ms", "activation by Ca^2 at the receptor", bounds=(1e-7, 1e-2), scale="log",
                  source=_GRANDI)
    k_om = Param(0.06, "1/ms", "deactivation", bounds=(0.005, 1), scale="log", source=_GRANDI)
    k_iCa = Param(5e-4, "1/(umol/L)/ms", "inactivation by local Ca", bounds=(1e-5, 1e-1), scale="log", source=_GRANDI)
    k_im = Param(0.005, "1/ms", "recovery from inactivation", bounds=(5e-4, 0.1), scale="log", source=_GRANDI)
    max_sr = Param(15.0, "1", "luminal factor of the empty store", bounds=(1, 50), source=_GRANDI)
    min_sr = Param(1.0, "1", "luminal factor of the full store", bounds=(0.1, 5), source=_GRANDI)
    EC50_sr = Param(450.0, "umol/L", "half-way load of the luminal factor", bounds=(100, 1500), source=_GRANDI)
    n_sr = Param(2.5, "1", "steepness of the luminal factor", bounds=(1, 8), source=_GRANDI)
    r_t = Param(200.0, "ms", "calcium at the receptor per flux of its own channel", bounds=(1, 1000), scale="log",
                source="assumed; identified here; local control, Stern1992")
    r_l = Param(200.0, "ms", "calcium at the receptor per flux of the leak of its neighbors", bounds=(0, 1000),
                source="assumed: as for a channel; less where receptors outside the clusters leak too, Zima2010")
    r_d = R_D
    f_regen = Param(0.2, "1", "part of the dyad's calcium that its receptors see", bounds=(0, 1),
                    source="assumed; identified here; 1 = common pool")
    f_orphan = Param(0.8, "1", "part of their local calcium that orphaned receptors see", bounds=(0, 1),
                     source="assumed")
    e_o_camkii = Param(0.5, "1", "rise of activation at full CaMKII phosphorylation", bounds=(0, 3),
                       source="TWorld2026: x 1.5 (traced)")
    e_o_pka = Param(0.5, "1", "rise of activation at full PKA phosphorylation", bounds=(0, 3),
                    source="assumed")
    k_leak = Param(3.4e-7, "1/ms", "leak of the empty store", bounds=(1e-9, 1e-4), scale="log",
                   source="TWorld2026: 1.59e-6 * 0.2144 (traced)")
    s_leak = Param(1.83e-3, "1/(umol/L)", "exponential rise of leak with load", bounds=(0, 1e-2), source=_TW)
    e_leak_camkii = Param(2.0, "1", "rise of leak at full CaMKII phosphorylation", bounds=(0, 40), source=_TW)
    e_leak_pka = Param(0.3, "1", "rise of leak at full PKA phosphorylation", bounds=(0, 100),
                       source="assumed; direction Marx2000")
    n_leak_pka = Param(2.5, "1", "phosphorylated subunits, of four, that make a channel leak by PKA", bounds=(1, 4),
                       source="assumed; Marx2000: three to four in failing hearts (recalled)")
    near_pka = Param(0.15, "1", "part of the leak by PKA that stays in the dyads", bounds=(0, 1),
                     source="assumed; direction Shen2022: agonist disperses the clusters")
    e_leak_ros = Param(1.18, "1", "logarithmic rise of leak per unit of reactive oxygen above health", bounds=(0, 3),
                       source="assumed")
    e_o_leak = Param(0.3, "1", "exponent of the leak's level in the activation of the receptors", bounds=(0, 1),
                     source="assumed; direction Jiang2004: leaky receptors release at a lower load")
    e_o_leak_pka = Param(1.0, "1", "the same for PKA, at full phosphorylation", bounds=(0, 10),
                         source="assumed: leaky receptors fire with catecholamine; direction Marx2000")
    ryr_leak = Param(1.0, "1", "leak, level of insult or therapy", bounds=(0.05, 20), scale="log",
                     source="definition; 1 = healthy")

    regeneration = Output("1", "opening that an opening causes through its dyad; above 1, release feeds itself")
    j_rel_unit = Output("umol/L/ms", "release by coupled receptors")
    j_rel_orphan = Output("umol/L/ms", "release by orphaned receptors")
    j_leak_unit = Output("umol/L/ms", "leak of the stores at dyads")
    j_leak_orphan = Output("umol/L/ms", "leak of the stores at orphaned receptors")
    leak_far = Output("1", "part of the leak that leaves outside the clusters")

    def equations(
        self, Ca_d, Ca_or, Ca_sl, Ca_i, Ca_jsr, Ca_jsr_or, j_lcc_unit, phi_ryr, f_ryr_camkii, leak_slow, oxidation,
        ryr_a, ryr_b, orphan_a, orphan_b,
        k_s, k_oCa, k_om, k_iCa, k_im, max_sr, min_sr, EC50_sr, n_sr, r_t, r_l, r_d, f_regen, f_orphan, e_o_camkii,
        e_o_pka, k_leak, s_leak, e_leak_camkii, e_leak_pka, n_leak_pka, near_pka, e_leak_ros, e_o_leak, e_o_leak_pka,
        ryr_leak,
    ):  # fmt: skip
        phosphorylated, leak_far, several = leak_of_kinases(
            phi_ryr, f_ryr_camkii, e_leak_camkii, e_leak_pka, n_leak_pka, near_pka
        )
        oxidised = ca.exp(e_leak_ros * (oxidation - 1))
        k_l = ryr_leak * leak_slow * oxidised * phosphorylated * k_leak
        j_leak_unit = k_l * ca.exp(s_leak * Ca_jsr) * (Ca_jsr - Ca_d)
        j_leak_orphan = k_l * ca.exp(s_leak * Ca_jsr_or) * (Ca_jsr_or - Ca_or)

        Ca_t = Ca_sl + f_regen * (Ca_d - Ca_sl) + r_t * j_lcc_unit + r_l * (1 - leak_far) * j_leak_unit
        Ca_o = Ca_i + f_orphan * (Ca_or - Ca_i) + r_l * (1 - leak_far) * j_leak_orphan

        luminal = k_casr(Ca_jsr, max_sr, min_sr, EC50_sr, n_sr)
        luminal_or = k_casr(Ca_jsr_or, max_sr, min_sr, EC50_sr, n_sr)
        sensitised = (ryr_leak * leak_slow) ** (e_o_leak + e_o_leak_pka * several)
        k_o = k_oCa * sensitised * (1 + e_o_camkii * f_ryr_camkii) * (1 + e_o_pka * phi_ryr)
        j_rel_unit = k_s * ryr_a * ryr_b * (Ca_jsr - Ca_d)
        # loop gain at low opening: da/dCa_t = 2 a / Ca_t, and a release raises the dyad by r_d of it
        regeneration = 2 * f_regen * r_d * j_rel_unit / Ca_t
        return Equations(
            ddt=dict(
                ryr_a=k_o / luminal * Ca_t**2 * (1 - ryr_a) - k_om * ryr_a,
                ryr_b=k_im * (1 - ryr_b) - k_iCa * luminal * Ca_d * ryr_b,
                orphan_a=k_o / luminal_or * Ca_o**2 * (1 - orphan_a) - k_om * orphan_a,
                orphan_b=k_im * (1 - orphan_b) - k_iCa * luminal_or * Ca_or * orphan_b,
            ),
            out=dict(
                regeneration=regeneration,
                j_rel_unit=j_rel_unit,
                j_rel_orphan=k_s * orphan_a * orphan_b * (Ca_jsr_or - Ca_or),
                j_leak_unit=j_leak_unit,
                j_leak_orphan=j_leak_orphan,
                leak_far=leak_far,
            ),
        )
