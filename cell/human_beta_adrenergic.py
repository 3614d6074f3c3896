"""Beta-adrenergic signalling of the human myocyte in three compartments.

Topology and constants of Heijman et al. (2011): beta1 and beta2 receptors, Gs, cyclases 5/6 and 4/7 and
phosphodiesterases 2, 3, 4 in caveolae, in the extracaveolar membrane and in the cytosol, with cAMP that diffuses
between them. Receptors and G protein, cyclase, phosphorylation of the phosphodiesterases and the catalytic subunit of
PKA follow at once (seconds or less in the source); as the inhibitor PKI binds all but completely, the catalytic subunit
is the root of a quadratic. Left out: Gi. Beta2 receptors that PKA has phosphorylated leave Gs (in the source they turn
to Gi); their share is that of the beta1 receptors beside them.

Deviations, each for a reason: type II constants of PKA in the cytosol too (with those of the source its cytosolic
kinase is nine tenths active at rest and has nowhere to go), and Goldbeter-Koshland constants of the targets that keep
every fraction inside [0, 1] (`phosphorylation`); IKs follows the caveolar kinase, because the extracaveolar one is near
saturation at rest. AKAPs hold shares of one conserved kinase, as in `beta_adrenergic.py`:
an anchor lost at the L-type channel sends its kinase to the ryanodine receptor's anchor and to the cytosol.

Units: ms; umol/L of the compartment for cAMP, receptors and enzymes; rates of the source are per s and divided by 1000.
"""

import casadi as ca

from heartloop import smooth
from heartloop.component import Component, Equations, Input, Output, Param, State

from .beta_adrenergic import phosphorylation

_HEIJMAN = "Heijman2011, supplement and published model (traced)"

# of the compartments caveolar, extracaveolar, cytosolic: share of the cell's volume
VOLUME = (0.02, 0.04, 0.678)
# amounts per cell volume (umol/L) and their shares; a compartment's concentration is amount x share / volume
BETA1, BETA1_SHARE = 0.85 * 0.025, (0.081161, 0.48744, 0.431399)
BETA2, BETA2_SHARE = 0.15 * 0.025, (0.85, 0.15, 0.0)
GS, GS_SHARE = 224 * BETA1, (1.1071e-3, 0.5664, 0.4324929)
AC56, AC56_SHARE = 3 * BETA1 / 1.35, (0.087459, 0.0, 0.912541)
AC47, AC47_SHARE = 3 * BETA1 * 0.35 / 1.35, (0.0, 0.16479, 0.83521)
PDE2, PDE2_SHARE = 0.029268, (0.16957, 2.1257e-4, 0.8302174)
PDE3, PDE3_SHARE = 0.029312, (0.27455, 0.0, 0.72545)
PDE4, PDE4_SHARE = 0.017353, (0.12481, 1.9e-4, 0.875)
PKA, PKA_SHARE = 0.5, (0.0388, 0.1, 0.8612)
EXCHANGE = {(0, 1): 5e-9, (0, 2): 75e-9, (1, 2): 9e-9}  # uL/s between two compartments
CELL_VOLUME = 3.8013e-5  # uL


def amount(total, share, x):
    """Concentration in compartment x of an amount per cell volume."""
    return total * share[x] / VOLUME[x]


def active_gs(L, R, Gs, K_l, K_h, K_c):
    """Gs kept active by R receptors (umol/L): ligand-free and liganded complexes at k_act over hydrolysis.

    Complexes are counted with all of Gs free; what is active is then limited by what there is.
    """
    free = R / (1 + L / K_l + Gs * (K_h + L) / (K_c * K_h))
    bare = free * Gs / K_c
    active = (0.25945 * bare + 4.9054 * bare * L / K_h) / 0.8
    return active * Gs / (active + Gs)


def occupied(L, R, Gs, K_l, K_h, K_c):
    """Receptors with ligand, in complex with Gs or not (umol/L)."""
    free = R / (1 + L / K_l + Gs * (K_h + L) / (K_c * K_h))
    return free * L * (1 / K_l + Gs / (K_c * K_h))


def cyclase_56(gs):
    """Turnover of cyclase 5/6 (1/s)."""
    g = gs**1.3574
    return 41.32 * (0.037696 + g / (0.0852 + g))


def cyclase_47(gs):
    """Turnover of cyclase 4/7 (1/s)."""
    g = gs**1.0043
    return 3.3757 * (0.03135 + g / (0.031544 + g))


def catalytic(c, total, inhibitor, K_1=2.4984, K_2=11.359, K_3=2.6631):
    """Free catalytic subunit (umol/L) at cAMP c: two bindings, dissociation, and an inhibitor that binds at once."""
    q = c * c / (K_1 * K_2) / (1 + c / K_1 + c * c / (K_1 * K_2))
    b = inhibitor - K_3 * q
    return 0.5 * (b + ca.sqrt(b * b + 4 * K_3 * q * total)) - inhibitor


class HumanBetaAdrenergic(Component):
    """From agonist to phosphorylated fractions, by compartment."""

    time_unit = "ms"

    sympathetic_heart = Input("1", "sympathetic tone at the heart, 1 at rest", default=1.0)
    beta1_density = Input("1", "receptor density relative to health", default=1.0)
    grk_activity = Input("1", "receptor kinase activity relative to health", default=1.0)
    phosphatase_slow = Input("1", "phosphatase at the filaments relative to health, slow part", default=1.0)
    dyad_integrity = Input("1", "T-tubule and dyad structure relative to health", default=1.0)

    cAMP_cav = State(0.775, "umol/L", "cAMP in caveolae", bounds=(0, 100), scale=5.0)
    cAMP_eca = State(13.4, "umol/L", "cAMP under the extracaveolar membrane", bounds=(0, 200), scale=15.0)
    cAMP_cyt = State(0.896, "umol/L", "cAMP in the cytosol", bounds=(0, 100), scale=2.0)
    R_grk = State(0.045, "1", "fraction of beta1 receptors desensitised by their kinase", bounds=(0, 1), scale=0.5)
    R_pka_cav = State(0.386, "1", "part of caveolar beta1 receptors desensitised by PKA", bounds=(0, 1), scale=0.3)
    R_pka_eca = State(0.7955, "1", "part of membrane beta1 receptors desensitised by PKA", bounds=(0, 1), scale=0.3)
    R_pka_cyt = State(0.387, "1", "part of cytosolic beta1 receptors desensitised by PKA", bounds=(0, 1), scale=0.3)
    inhibitor_1 = State(0.3, "1", "phosphorylated fraction of the phosphatase's inhibitor 1", bounds=(0, 1), scale=0.3)
    phi_lcc = State(0.15, "1", "fraction of L-type channels phosphorylated by PKA", bounds=(0, 1), scale=0.3)
    phi_ryr = State(0.15, "1", "fraction of ryanodine receptors phosphorylated by PKA", bounds=(0, 1), scale=0.3)
    phi_plb = State(0.15, "1", "fraction of phospholamban phosphorylated by PKA", bounds=(0, 1), scale=0.3)
    phi_mf = State(0.15, "1", "fraction of troponin I and MyBP-C phosphorylated by PKA", bounds=(0, 1), scale=0.3)
    phi_nak = State(0.15, "1", "fraction of phospholemman phosphorylated by PKA", bounds=(0, 1), scale=0.3)
    phi_ks = State(0.15, "1", "fraction of IKs channels phosphorylated by PKA", bounds=(0, 1), scale=0.3)

    agonist = Param(0.0, "1", "added beta agonist, in units of the resting noradrenaline", bounds=(0, 1e5),
                    source="definition; 0 = none")
    beta1 = Param(1.0, "1", "receptor density, level of insult or therapy", bounds=(0, 3),
                  source="definition; 1 = healthy")
    grk = Param(1.0, "1", "receptor kinase, level of insult or therapy", bounds=(0, 10),
                source="definition; 1 = healthy")
    phosphatase_mf = Param(1.0, "1", "phosphatase at the filaments, level of insult", bounds=(0.1, 20), scale="log",
                           source="definition; 1 = healthy")
    K_length = Param(1.0, "1", "phosphatase over kinases, in health, at the filaments' sites that serve length",
                     bounds=(0.05, 5), scale="log",
                     source="assumed: half of them hold phosphate, whatever the tone; less in failure, Tanner2023")
    akap_lcc = Param(1.0, "1", "anchoring of kinase at the L-type channel, level of insult", bounds=(0, 1),
                     source="definition; 1 = healthy")
    L_rest = Param(0.003, "umol/L", "resting noradrenaline at the receptor, as isoproterenol", bounds=(1e-4, 0.1),
                   scale="log", source="assumed: resting tone is under a quarter of the maximal effect")
    K_b1_l = Param(0.567, "umol/L", "beta1 receptor without Gs: ligand constant", bounds=(0.05, 5), source=_HEIJMAN)
    K_b1_h = Param(0.062, "umol/L", "beta1 receptor with Gs: ligand constant", bounds=(0.005, 1), source=_HEIJMAN)
    K_b1_c = Param(2.449, "umol/L", "beta1 receptor and Gs", bounds=(0.2, 20), source=_HEIJMAN)
    K_b2_l = Param(1.053, "umol/L", "beta2 receptor without Gs: ligand constant", bounds=(0.05, 5), source=_HEIJMAN)
    K_b2_h = Param(0.012, "umol/L", "beta2 receptor with Gs: ligand constant", bounds=(0.001, 1), source=_HEIJMAN)
    K_b2_c = Param(1.8463, "umol/L", "beta2 receptor and Gs", bounds=(0.2, 20), source=_HEIJMAN)
    k_grk = Param(4.655e-7, "1/ms", "desensitisation of occupied receptors by their kinase", bounds=(1e-8, 1e-3),
                  scale="log", source=_HEIJMAN)
    k_grk_off = Param(3.442e-7, "1/ms", "recovery from it", bounds=(1e-8, 1e-3), scale="log", source=_HEIJMAN)
    k_pka_r = Param(2.275e-6, "1/(umol/L)/ms", "desensitisation by PKA", bounds=(1e-8, 1e-3), scale="log",
                    source=_HEIJMAN)
    k_pka_off = Param(3.556e-7, "1/ms", "recovery from it", bounds=(1e-8, 1e-3), scale="log", source=_HEIJMAN)
    f_ATP = Param(0.941, "1", "saturation of the cyclases with ATP", bounds=(0.1, 1), source=_HEIJMAN)
    K_pde_pka = Param(0.52218, "umol/L", "PKA at half phosphorylation of phosphodiesterases 3 and 4", bounds=(0.05, 5),
                      source=_HEIJMAN)
    e_pde_pka = Param(2.0, "1", "rise of their activity at full phosphorylation", bounds=(0, 5), source=_HEIJMAN)
    f_PKI = Param(0.2, "1", "inhibitor over kinase", bounds=(0, 0.5), source=_HEIJMAN)
    k_cav = Param(2.0409e-4, "1/(umol/L)/ms", "phosphorylation at L-type channel, ryanodine receptor and IKs",
                  bounds=(1e-6, 1),
                  scale="log", source="computed: resting fraction 0.15")
    k_cyt = Param(3.2162e-4, "1/(umol/L)/ms", "phosphorylation in the cytosol", bounds=(1e-6, 1), scale="log",
                  source="computed: resting fraction 0.15")
    k_mf = Param(3.2162e-4, "1/(umol/L)/ms", "phosphorylation of the myofilaments", bounds=(1e-6, 1), scale="log",
                 source="computed: resting fraction 0.15")
    s_nak = Param(0.16, "1", "speed of phospholemman's turnover over that of phospholamban", bounds=(0.01, 2),
                  scale="log", source="Heijman2011: mean of 0.0153/0.1135 and 0.0925/0.483 (computed)")
    k_i1 = Param(4.2447e-4, "1/(umol/L)/ms", "phosphorylation of inhibitor 1", bounds=(1e-6, 1), scale="log",
                 source="computed: resting fraction 0.3")
    k_d = Param(5e-5, "1/ms", "dephosphorylation", bounds=(1e-6, 1e-1), scale="log",
                source="assumed: about 20 s, Heijman2011")
    K_gk = Param(0.4, "1", "saturation of kinase and phosphatase in caveolae", bounds=(0.01, 10), scale="log",
                 source="assumed; Goldbeter1981 form")
    K_gk_cyt = Param(0.12, "1", "saturation of kinase and phosphatase in the cytosol", bounds=(0.01, 10), scale="log",
                     source="assumed; Goldbeter1981 form; steeper, because the cytosolic kinase varies less")
    PP1 = Param(0.2, "umol/L", "phosphatase 1 in the cytosol", bounds=(0.01, 2), source=_HEIJMAN)
    I1_total = Param(0.0604, "umol/L", "inhibitor 1", bounds=(0, 1), source=_HEIJMAN)
    K_i1 = Param(1e-3, "umol/L", "binding of phosphorylated inhibitor 1 to the phosphatase", bounds=(1e-5, 1),
                 scale="log", source=_HEIJMAN)
    I1_rest = Param(0.3, "1", "phosphorylated fraction of inhibitor 1 at rest", bounds=(0, 1), source="definition")
    w_lcc = Param(0.30, "1", "share of kinase anchored at L-type channels", bounds=(0.01, 0.45),
                  source="Saucerman2003 via Soltis2010: 0.025 of 0.084 umol/L (traced)")
    w_ryr = Param(0.40, "1", "share of kinase anchored at ryanodine receptors", bounds=(0.01, 0.5),
                  source="Saucerman2003 via Soltis2010: 0.034 of 0.084 umol/L (traced)")
    to_ryr = Param(0.85, "1", "part of the freed kinase that the ryanodine receptor's anchor takes", bounds=(0, 1),
                   source="assumed")
    synthesis_0 = Param(2.45876e-5, "umol/L/ms", "cAMP made through receptors at healthy rest, per cell volume",
                        bounds=(1e-9, 1e-1), scale="log", source="computed")

    length_phosphate = Output("1", "phosphate at the filaments' sites that serve length, over health")
    beta_response = Output("1", "cAMP made through receptors, 1 at healthy rest; drives the sinus node too")
    pka_cav = Output("umol/L", "active kinase in caveolae")
    pka_eca = Output("umol/L", "active kinase under the extracaveolar membrane")
    pka_cyt = Output("umol/L", "active kinase in the cytosol")

    def equations(
        self, sympathetic_heart, beta1_density, grk_activity, phosphatase_slow, dyad_integrity,
        cAMP_cav, cAMP_eca, cAMP_cyt, R_grk, R_pka_cav, R_pka_eca, R_pka_cyt, inhibitor_1,
        phi_lcc, phi_ryr, phi_plb, phi_mf, phi_nak, phi_ks,
        agonist, beta1, grk, phosphatase_mf, K_length, akap_lcc, L_rest, K_b1_l, K_b1_h, K_b1_c, K_b2_l, K_b2_h,
        K_b2_c, k_grk, k_grk_off, k_pka_r, k_pka_off, f_ATP, K_pde_pka, e_pde_pka, f_PKI, k_cav, k_cyt, k_mf, s_nak,
        k_i1, k_d, K_gk, K_gk_cyt, PP1, I1_total, K_i1, I1_rest, w_lcc, w_ryr, to_ryr, synthesis_0,
    ):  # fmt: skip
        cAMP = (cAMP_cav, cAMP_eca, cAMP_cyt)
        L = L_rest * (smooth.pos(sympathetic_heart, 1e-3) + agonist)
        density = beta1 * beta1_density
        by_pka = (R_pka_cav, R_pka_eca, R_pka_cyt)
        ready = [(1 - R_grk) * (1 - R) for R in by_pka]
        pka = [catalytic(cAMP[x], amount(PKA, PKA_SHARE, x), f_PKI * amount(PKA, PKA_SHARE, x)) for x in range(3)]

        made, basal, lost = [], [], []
        for x in range(3):
            Gs = amount(GS, GS_SHARE, x)
            gs = active_gs(L, density * ready[x] * amount(BETA1, BETA1_SHARE, x), Gs, K_b1_l, K_b1_h, K_b1_c)
            gs = gs + active_gs(L, (1 - by_pka[x]) * amount(BETA2, BETA2_SHARE, x), Gs, K_b2_l, K_b2_h, K_b2_c)
            ac56, ac47 = amount(AC56, AC56_SHARE, x), amount(AC47, AC47_SHARE, x)
            made.append(f_ATP * (ac56 * cyclase_56(gs) + ac47 * cyclase_47(gs)))
            basal.append(f_ATP * (ac56 * 41.32 * 0.037696 + ac47 * 3.3757 * 0.03135))
            faster = 1 + e_pde_pka * pka[x] / (pka[x] + K_pde_pka)
            c = cAMP[x]
            lost.append(
                amount(PDE2, PDE2_SHARE, x) * 20.0 * c / (c + 50.0)
                + amount(PDE3, PDE3_SHARE, x) * faster * 2.5 * c / (c + 0.8)
                + amount(PDE4, PDE4_SHARE, x) * faster * 4.0 * c / (c + 1.4)
            )
        rate = [made[x] - lost[x] for x in range(3)]
        for (x, y), flow in EXCHANGE.items():
            moved = flow * (cAMP[x] - cAMP[y]) / CELL_VOLUME
            rate[x], rate[y] = rate[x] - moved / VOLUME[x], rate[y] + moved / VOLUME[y]
        through_receptors = 1e-3 * sum(VOLUME[x] * (made[x] - basal[x]) for x in range(3))

        # desensitisation: by their kinase in proportion to the occupied ones everywhere; by the local PKA
        R = [amount(BETA1, BETA1_SHARE, x) for x in range(3)]
        Gs = [amount(GS, GS_SHARE, x) for x in range(3)]
        filled = sum(BETA1_SHARE[x] * occupied(L, R[x], Gs[x], K_b1_l, K_b1_h, K_b1_c) / R[x] for x in range(3))

        # anchored kinase: w_lcc at_lcc + w_ryr at_ryr + (1 - w_lcc - w_ryr) in_cytosol = 1 whatever the anchors
        anchor = akap_lcc * dyad_integrity
        freed = w_lcc * (1 - anchor)
        at_lcc = anchor
        at_ryr = 1 + to_ryr * freed / w_ryr
        in_cytosol = 1 + (1 - to_ryr) * freed / (1 - w_lcc - w_ryr)

        def free_phosphatase(part):
            s = K_i1 - PP1 + I1_total * part
            return 0.5 * (ca.sqrt(s * s + 4 * K_i1 * PP1) - s)

        # phosphatase 1 acts on phospholamban and phospholemman, 2A on the filaments, which inhibitor 1 leaves alone
        at_filaments = phosphatase_mf * phosphatase_slow
        dephosphorylation = k_d * free_phosphatase(inhibitor_1) / free_phosphatase(I1_rest)

        return Equations(
            ddt=dict(
                cAMP_cav=1e-3 * rate[0],
                cAMP_eca=1e-3 * rate[1],
                cAMP_cyt=1e-3 * rate[2],
                R_grk=k_grk * grk * grk_activity * filled * (1 - R_grk) - k_grk_off * R_grk,
                R_pka_cav=k_pka_r * pka[0] * (1 - R_pka_cav) - k_pka_off * R_pka_cav,
                R_pka_eca=k_pka_r * pka[1] * (1 - R_pka_eca) - k_pka_off * R_pka_eca,
                R_pka_cyt=k_pka_r * pka[2] * (1 - R_pka_cyt) - k_pka_off * R_pka_cyt,
                inhibitor_1=phosphorylation(inhibitor_1, pka[2] * in_cytosol, k_i1, k_d, K_gk_cyt),
                phi_lcc=phosphorylation(phi_lcc, pka[0] * at_lcc, k_cav, k_d, K_gk),
                phi_ryr=phosphorylation(phi_ryr, pka[0] * at_ryr, k_cav, k_d, K_gk),
                phi_plb=phosphorylation(phi_plb, pka[2] * in_cytosol, k_cyt, dephosphorylation, K_gk_cyt),
                phi_mf=phosphorylation(phi_mf, pka[2] * in_cytosol, k_mf, k_d * at_filaments, K_gk_cyt),
                phi_nak=s_nak * phosphorylation(phi_nak, pka[2] * in_cytosol, k_cyt, dephosphorylation, K_gk_cyt),
                phi_ks=phosphorylation(phi_ks, pka[0], k_cav, k_d, K_gk),
            ),
            out=dict(
                length_phosphate=(1 + K_length) / (1 + K_length * at_filaments),
                beta_response=through_receptors / synthesis_0,
                pka_cav=pka[0],
                pka_eca=pka[1],
                pka_cyt=pka[2],
            ),
        )
