"""Contraction of human myocardium at 37 C: Land et al. (2017) J Mol Cell Cardiol 106:68, in full.

Six states: calcium on troponin C, blocked tropomyosin, weakly and strongly bound cross-bridges and their distortions.
The max and min of the paper are rounded. The passive tension of the paper is left out: a wall has its own passive law.
PKA phosphorylation of troponin I and MyBP-C lowers calcium sensitivity and speeds the cross-bridges (Negroni et al.
2015; Tomek et al. 2026), through a faster release of calcium from troponin C (Robertson et al. 1982 J Biol Chem
257:260); so do CaMKII and its like with rate (Varian & Janssen 2007 Am J Physiol Heart Circ Physiol 292:H2212).
The rise of sensitivity with stretch needs phosphate on troponin I and MyBP-C: filaments that have lost it, as those of
failing hearts have, answer less to length (Tanner et al. 2023).

Units: ms, umol/L, kPa; `stretch` is lambda, the fibre length over its reference, `stretch_rate` its rate (positive when
lengthening). Tension is positive. It depends on velocity through the distortions alone, never at once.
"""

import casadi as ca

from heartloop import smooth
from heartloop.component import Component, Equations, Input, Output, Param, State

_LAND = "Land2017, Table 1 (traced)"


def overlap(stretch, beta_0, width):
    """Filament overlap, Land2017 eq. for h(lambda)."""
    short = smooth.min(stretch, 1.2, width)
    return smooth.pos(1 + beta_0 * (short + smooth.min(short, 0.87, width) - 1.87), width)


class Land(Component):
    """Active tension from calcium, stretch and its rate."""

    time_unit = "ms"

    Ca_i = Input("umol/L", "cytosolic calcium")
    stretch = Input("1", "fibre length relative to the reference (lambda)", default=1.0)
    stretch_rate = Input("1/ms", "rate of stretch, positive when lengthening", default=0.0)
    phi_mf = Input("1", "fraction of troponin I and MyBP-C phosphorylated by PKA")
    f_mf_camkii = Input("1", "fraction of the filaments' targets phosphorylated with rate")
    length_phosphate = Input("1", "phosphate that the effect of stretch on Ca50 needs, over health", default=1.0)
    energy = Input("1", "energy state (ATP free energy) relative to health", default=1.0)

    CaTRPN = State(8.239e-05, "1", "fraction of troponin C with calcium", bounds=(0, 1), scale=0.3)
    TmB = State(0.9989, "1", "fraction of blocked tropomyosin", bounds=(0, 1))
    XW = State(0.0004256, "1", "fraction of weakly bound cross-bridges", bounds=(0, 1), scale=0.1)
    XS = State(0.0002844, "1", "fraction of strongly bound cross-bridges", bounds=(0, 1), scale=0.1)
    zeta_w = State(0.0, "1", "distortion of weakly bound cross-bridges", bounds=(-5, 5), scale=0.3)
    zeta_s = State(0.0, "1", "distortion of strongly bound cross-bridges", bounds=(-5, 5), scale=0.3)

    k_TRPN = Param(0.01266, "1/ms", "unbinding of calcium from troponin C", bounds=(5e-3, 0.5), scale="log",
                   source=f"{_LAND}, 0.1; re-identified")
    n_TRPN = Param(3.234, "1", "cooperativity of binding to troponin C", bounds=(1, 4),
                   source=f"{_LAND}, 2.0; re-identified")
    Ca50 = Param(0.9616, "umol/L", "calcium constant of troponin C at lambda 1", bounds=(0.2, 2), scale="log",
                 source=f"{_LAND}, 0.805; re-identified")
    beta_1 = Param(-3.374, "umol/L", "change of Ca50 with stretch", bounds=(-4, 0),
                   source=f"{_LAND}, -2.4; re-identified")
    beta_0 = Param(0.5717, "1", "slope of overlap with stretch", bounds=(0, 4), source=f"{_LAND}, 2.3; re-identified")
    TRPN50 = Param(0.0639, "1", "troponin occupancy at half activation", bounds=(0.02, 0.8),
                   source=f"{_LAND}, 0.35; re-identified")
    n_Tm = Param(1.221, "1", "cooperativity of tropomyosin; 5 in the preprint", bounds=(1, 8),
                 source=f"{_LAND}, 2.4; re-identified")
    k_u = Param(0.01416, "1/ms", "unblocking of tropomyosin", bounds=(2e-3, 2), scale="log",
                source=f"{_LAND}, 0.04; re-identified")
    k_uw = Param(0.1999, "1/ms", "unbound to weakly bound", bounds=(0.02, 1), scale="log",
                 source=f"{_LAND}, 0.182; re-identified")
    k_ws = Param(0.07772, "1/ms", "weakly to strongly bound", bounds=(2e-3, 0.2), scale="log",
                 source=f"{_LAND}, 0.012; re-identified")
    r_s = Param(0.25, "1", "steady duty ratio", bounds=(0.05, 0.6), source=_LAND)
    r_w = Param(0.5, "1", "steady share of weakly bound among not strongly bound", bounds=(0.1, 0.9), source=_LAND)
    gamma_s = Param(0.002228, "1/ms", "distortion-dependent unbinding, strong", bounds=(0, 0.1),
                    source=f"{_LAND}, 0.0085; re-identified")
    gamma_w = Param(1.115, "1/ms", "distortion-dependent unbinding, weak", bounds=(0, 3),
                    source=f"{_LAND}, 0.615; re-identified")
    phi_land = Param(1.369, "1", "speed of distortion decay (phi)", bounds=(0.1, 10), scale="log",
                     source=f"{_LAND}, 2.23; re-identified")
    A_eff = Param(118.8, "1", "distortion per stretch", bounds=(1, 120), scale="log",
                  source=f"{_LAND}, 25.0; re-identified")
    T_ref = Param(184.1, "kPa", "maximal tension at lambda 1", bounds=(20, 400), scale="log",
                  source=f"{_LAND}, 120.0; re-identified")
    B_TRPN = Param(70.0, "umol/L", "troponin C sites for calcium", bounds=(20, 150), source="Land2017 (recalled)")
    e_Ca50_pka = Param(0.2594, "1", "rise of Ca50 at full PKA phosphorylation", bounds=(0, 1),
                       source="TWorld2026: x 1.45 (traced), 0.45; re-identified")
    e_xb_pka = Param(1.067, "1", "rise of k_uw and k_ws at full PKA phosphorylation", bounds=(0, 2),
                     source="TWorld2026: x 1.5 (traced), 0.5; re-identified")
    e_T_pka = Param(0.8803, "1", "rise of tension at full PKA phosphorylation", bounds=(0, 1),
                    source="TWorld2026: x 1.26 (traced), 0.26; re-identified")
    e_Ca50_camkii = Param(1.319, "1", "rise of Ca50 at full CaMKII phosphorylation", bounds=(0, 2),
                          source="assumed; identified here; direction of Varian and Janssen 2007")
    e_xb_camkii = Param(0.7152, "1", "rise of k_uw and k_ws at full CaMKII phosphorylation", bounds=(0, 4),
                        source="assumed; identified here; relaxation speeds up with rate (Varian and Janssen 2007)")
    K_energy_xb = Param(0.1, "1", "energy state at which tension is halved, relative to its limit", bounds=(0.01, 2),
                        source="assumed")
    b_cap = Param(100.0, "1", "limit of the reblocking factor", bounds=(20, 1000), scale="log",
                  source="Land2017 code: min(100, .) (traced)")
    w_block = Param(0.01, "1", "rounding of that limit, in occupied sites", bounds=(1e-4, 0.05), source="assumed")
    w_stretch = Param(0.01, "1", "rounding of the limits in stretch", bounds=(1e-3, 0.05), source="assumed")
    w_zeta = Param(0.02, "1", "rounding of the limits in distortion", bounds=(1e-3, 0.2), source="assumed")

    tension = Output("kPa", "active tension of the tissue")
    j_troponin = Output("umol/L/ms", "calcium taken by troponin C")

    def equations(
        self, Ca_i, stretch, stretch_rate, phi_mf, f_mf_camkii, length_phosphate, energy, CaTRPN, TmB, XW, XS,
        zeta_w, zeta_s,
        k_TRPN, n_TRPN, Ca50, beta_1, beta_0, TRPN50, n_Tm, k_u, k_uw, k_ws, r_s, r_w, gamma_s, gamma_w, phi_land,
        A_eff, T_ref, B_TRPN, e_Ca50_pka, e_xb_pka, e_T_pka, e_Ca50_camkii, e_xb_camkii, K_energy_xb, b_cap,
        w_stretch, w_zeta, w_block,
    ):  # fmt: skip
        # troponin
        desensitised = (1 + e_Ca50_pka * phi_mf) * (1 + e_Ca50_camkii * f_mf_camkii)
        Ca_T50 = Ca50 + beta_1 * length_phosphate * (smooth.min(stretch, 1.2, w_stretch) - 1)
        Ca_T50 = smooth.max(Ca_T50, 0.1, 0.02)  # umol/L; the linear law would cross zero above the reference range
        dCaTRPN = k_TRPN * ((Ca_i / Ca_T50) ** n_TRPN * (1 - CaTRPN) - desensitised**n_TRPN * CaTRPN)

        # tropomyosin; k_b of the paper keeps half activation at TRPN50
        k_b = k_u * TRPN50**n_Tm / (1 - r_s - (1 - r_s) * r_w)
        occupied = ca.sqrt(CaTRPN**2 + 1e-8) ** (n_Tm / 2)
        XU = 1 - TmB - XW - XS
        dTmB = k_b * XU / smooth.max(occupied, 1 / b_cap, w_block) - k_u * occupied * TmB

        # cross-bridges
        faster = (1 + e_xb_pka * phi_mf) * (1 + e_xb_camkii * f_mf_camkii)
        uw, ws = k_uw * faster, k_ws * faster
        wu = uw * (1 / r_w - 1) - ws
        su = ws * r_w * (1 / r_s - 1)
        g_wu = gamma_w * smooth.abs(zeta_w, w_zeta)
        g_su = gamma_s * (smooth.softplus(zeta_s, w_zeta) + smooth.softplus(-(zeta_s + 1), w_zeta))
        dXW = uw * XU - wu * XW - ws * XW - g_wu * XW
        dXS = ws * XW - su * XS - g_su * XS

        # distortions
        A = A_eff * r_s / ((1 - r_s) * r_w + r_s)
        c_w = phi_land * uw * (1 - r_s) * (1 - r_w) / ((1 - r_s) * r_w)
        c_s = phi_land * ws * (1 - r_s) * r_w / r_s

        powered = (1 + K_energy_xb) * energy / (energy + K_energy_xb)
        strength = overlap(stretch, beta_0, w_stretch) * T_ref / r_s * (1 + e_T_pka * phi_mf) * powered
        return Equations(
            ddt=dict(
                CaTRPN=dCaTRPN,
                TmB=dTmB,
                XW=dXW,
                XS=dXS,
                zeta_w=A * stretch_rate - c_w * zeta_w,
                zeta_s=A * stretch_rate - c_s * zeta_s,
            ),
            out=dict(
                tension=strength * ((zeta_s + 1) * XS + zeta_w * XW),
                j_troponin=B_TRPN * dCaTRPN,
            ),
        )
