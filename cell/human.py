"""The human ventricular myocyte: its mechanisms under one name, with the constants that were identified for it.

Every class declares the values of its papers. What one cell made of their mechanisms needs instead stands here, each
beside the published value in the parameter table: `scenarios/identification_human.py` finds it.
"""

from __future__ import annotations

from dataclasses import replace

from heartloop.component import Component, Group, Param, State
from heartloop.errors import ParameterError, suggest

from .camkii import OxidisedCaMKII
from .energetics import Energetics
from .human_beta_adrenergic import HumanBetaAdrenergic
from .human_calcium import HumanCalcium
from .human_l_type import HumanLType
from .human_membrane import HumanMembrane
from .human_potassium import PotassiumChannels
from .human_release import HumanRelease
from .human_sodium import SodiumChannels
from .human_transport import Transport
from .land import Land

HUMAN: list[type[Component]] = [
    HumanMembrane, SodiumChannels, PotassiumChannels, HumanLType, Transport, HumanRelease, HumanCalcium,
    OxidisedCaMKII, HumanBetaAdrenergic, Energetics, Land,
]  # fmt: skip

IDENTIFIED: dict[str, float] = {
    "G_NaL": 0.020348, "G_to": 0.2212, "G_Kr": 0.03163, "G_Ks": 0.0068747, "e_ks_pka": 6.1979, "P_Ca": 2.5345e-05,
    "K_n": 2.2615, "tau_jCa": 56.904, "k_f": 1.5502, "e_tau_camkii": 5.9388, "e_P_camkii": 0.32418, "e_P_pka": 1.2147,
    "P_NaK": 37.619, "I_NCX_max": 6.4413, "f_NCX_dyad": 0.10636, "K_allo": 0.11205, "G_pCa": 0.00047044,
    "P_CaB": 7.2507e-08, "P_NaB": 7.216e-09, "k_s": 1.2945, "k_oCa": 9.7751e-06, "k_om": 0.090419, "k_iCa": 0.0014219,
    "k_im": 0.0085112, "EC50_sr": 231.37, "n_sr": 1.4169, "r_t": 196.06, "f_regen": 0.26724, "f_orphan": 0.84984,
    "e_o_camkii": 1.6174, "e_o_pka": 1.6431, "k_leak": 4.6996e-07, "s_leak": 0.00028784, "e_leak_camkii": 0.65418,
    "e_leak_pka": 8.6613, "e_leak_ros": 1.2729, "V_up": 0.13396, "K_mf": 0.26433, "K_mr": 1060.7, "e_plb": 0.89104,
    "e_up_camkii": 2.9701, "e_up_ros": 0.075745, "r_d": 14.441, "r_or": 42.991, "g_near": 0.0019701, "r_sl": 0.50503,
    "tau_tr": 6.9404, "B_csq": 281.11, "K_m_cam": 8.5828, "alpha_trap": 0.12397, "beta_trap": 0.00049386,
    "K_lcc": 0.48557, "K_ryr": 0.05546, "K_plb": 1.3104, "k_TRPN": 0.01148, "n_TRPN": 3.921, "Ca50": 0.74238,
    "beta_1": -2.468, "beta_0": 0.144, "TRPN50": 0.06481, "n_Tm": 1.16, "k_u": 0.01367, "k_uw": 0.1843,
    "k_ws": 0.06517, "gamma_s": 0.002614, "gamma_w": 0.01775, "phi_land": 0.9633, "A_eff": 117.6, "T_ref": 180.87,
    "e_Ca50_pka": 0.24514, "e_xb_pka": 0.72906, "e_T_pka": 0.60362, "e_Ca50_camkii": 0.96578, "e_xb_camkii": 0.90683,
}  # fmt: skip
# state at the onset of the settled beat at 1 Hz
SETTLED: dict[str, float] = {
    "V": -87.821, "m": 0.00747896, "h": 0.638334, "j": 0.691758, "m_L": 0.000194844, "h_L": 0.431786,
    "a_to": 0.00101338, "i_to_fast": 0.99954, "i_to_slow": 0.587897, "kr_c1": 0.000910119, "kr_c2": 0.00075578,
    "kr_o": 0.000479988, "kr_i": 1.78481e-05, "xs1": 0.249812, "xs2": 0.000196755, "d": 5.08865e-61, "f_fast": 1.0,
    "f_slow": 0.935957, "fCa_fast": 1.0, "fCa_slow": 0.999896, "j_Ca": 0.999999, "n_d": 0.00133849,
    "n_sl": 0.000921832, "ryr_a": 1.46707e-06, "ryr_b": 0.921878, "orphan_a": 2.38783e-06, "orphan_b": 0.878841,
    "Ca_d": 0.0953625, "Ca_or": 0.155335, "Ca_sl": 0.0865394, "Ca_i": 0.0868465, "Ca_nsr": 413.645, "Ca_jsr": 413.784,
    "Na_i": 8.27132, "camkii_trap": 0.0127312, "f_lcc_camkii": 0.0344199, "f_ryr_camkii": 0.236011,
    "f_plb_camkii": 0.0131132, "cAMP_cav": 0.775404, "cAMP_eca": 13.3995, "cAMP_cyt": 0.895751, "R_grk": 0.0449556,
    "R_pka_cav": 0.385988, "R_pka_eca": 0.795376, "R_pka_cyt": 0.386717, "inhibitor_1": 0.300004, "phi_lcc": 0.150004,
    "phi_ryr": 0.150004, "phi_plb": 0.150005, "phi_mf": 0.150004, "phi_nak": 0.150005, "phi_ks": 0.150004,
    "PCr": 0.681223, "ros_mito": 1.00562, "CaTRPN": 8.62233e-05, "TmB": 0.997901, "XW": 0.00078716, "XS": 0.000524831,
    "zeta_w": 0.0, "zeta_s": 0.0,
}  # fmt: skip


def human(name: str = "cell", **values: float) -> Group:
    """Human ventricular myocyte with its currents, compartments and signalling in full, 60 states.

    Inputs, parameters and outputs carry the names of `compact` where the biology is the same: connect the gate
    `stimulus`, and for a wall `stretch` and `stretch_rate`; read `tension` (kPa). `values` change parameters or start
    values.
    """
    members, known = [], set()
    for cls in HUMAN:
        member = cls(name)
        for key, d in member.declarations.items():
            if isinstance(d, Param) and key in IDENTIFIED and key not in values:
                source = f"{d.source.partition('; identified')[0].partition('; re-identified')[0]}"
                member.declarations[key] = replace(
                    d, value=IDENTIFIED[key], source=f"{source}, {d.value:g}; identified for the human cell"
                )
            elif isinstance(d, State) and key in SETTLED and key not in values:
                member.declarations[key] = replace(d, value=SETTLED[key], scale=d.scale or (abs(d.value) or 1.0))
        own = {k: v for k, v in values.items() if isinstance(cls.declarations.get(k), Param | State)}
        known |= {k for k, d in cls.declarations.items() if isinstance(d, Param | State)}
        given = cls(name, **own).declarations
        member.declarations |= {k: given[k] for k in own}
        members.append(member)
    for key in values:
        if key not in known:
            raise ParameterError(f"{name} has no parameter or state '{key}'.{suggest(key, known)}")
    return Group(name, members)
