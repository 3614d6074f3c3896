"""Calcium and sodium balance of the human myocyte: dyads, orphaned receptors, subsarcolemma, cytosol and two stores.

Compartments of Shannon et al. (2004) / Grandi et al. (2010), with a network and junctional stores. A share `intact` =
T-tubule fraction x dyad integrity of the release units are dyads; the rest has lost its channels and opens into a space
of its own that exchanges calcium with the neighbouring dyads and with the cytosol. Every unit empties its own
junctional store, which the network refills (Brochet et al. 2005: depletion is as local as the release); one store for
all would let the dyads that are left release the calcium of the orphaned receptors. SERCA: Shannon et al. (2004) with
phospholamban as in `calcium.py`. Buffers other than troponin are in rapid equilibrium (Wagner & Keizer 1994), which
replaces the slow buffer states of the sources; amounts are per litre cytosol, wherever the buffer sits.

Sodium is one pool. Units: umol/L (Na: mmol/L), ms; fluxes in umol per litre cytosol per ms.
"""

from heartloop.component import Accumulator, Component, Equations, Input, Output, Param, State

from .calcium import binding_slope, serca_flux
from .human_constants import CURRENT_TO_FLUX, R_D, TTUBULE

_GRANDI = "Grandi2010, supplement (recalled)"
_TW = "TWorld2026 (traced)"


class HumanCalcium(Component):
    """Calcium of every compartment, cytosolic sodium, and the beat's calcium budget."""

    time_unit = "ms"

    j_rel_unit = Input("umol/L/ms", "release by coupled receptors")
    j_rel_orphan = Input("umol/L/ms", "release by orphaned receptors")
    j_leak_unit = Input("umol/L/ms", "leak of the stores at dyads")
    j_leak_orphan = Input("umol/L/ms", "leak of the stores at orphaned receptors")
    leak_far = Input("1", "part of the leak that leaves outside the clusters, into the cytosol")
    j_lcc_unit = Input("umol/L/ms", "calcium flux into intact dyads")
    j_lcc_sl = Input("umol/L/ms", "calcium flux of the surface channels")
    j_ncx_unit = Input("umol/L/ms", "calcium entry by the exchanger into intact dyads")
    j_ncx_sl = Input("umol/L/ms", "calcium entry by the exchanger outside the dyads")
    I_pCa = Input("A/F", "sarcolemmal Ca pump current")
    I_CaB = Input("A/F", "background Ca current")
    I_Na_total = Input("A/F", "sum of the currents carried by Na")
    j_troponin = Input("umol/L/ms", "calcium taken by troponin C")
    f_plb_camkii = Input("1", "fraction of phospholamban phosphorylated by CaMKII")
    phi_plb = Input("1", "fraction of phospholamban phosphorylated by PKA")
    serca_expression = Input("1", "SERCA expression relative to health", default=1.0)
    dyad_integrity = Input("1", "T-tubule and dyad structure relative to health", default=1.0)
    oxidation = Input("1", "reactive oxygen relative to health, all sources")
    energy_state = Input("1", "free energy of ATP relative to health")

    Ca_d = State(0.1, "umol/L", "calcium in the dyads", bounds=(0.001, 1000), scale=1.0)
    Ca_or = State(0.1, "umol/L", "calcium at orphaned receptors", bounds=(0.001, 1000), scale=1.0)
    Ca_sl = State(0.09, "umol/L", "calcium under the sarcolemma", bounds=(0.001, 50), scale=0.3)
    Ca_i = State(0.085, "umol/L", "cytosolic calcium", bounds=(0.001, 20), scale=0.3)
    Ca_nsr = State(600.0, "umol/L", "free calcium of the network store", bounds=(1, 5000))
    Ca_jsr = State(600.0, "umol/L", "free calcium of the junctional stores at dyads", bounds=(1, 5000))
    Ca_jsr_or = State(600.0, "umol/L", "free calcium of the junctional stores at orphaned receptors", bounds=(1, 5000))
    Na_i = State(9.5, "mmol/L", "cytosolic sodium", bounds=(1, 40))

    serca = Param(1.0, "1", "SERCA function, level of insult or therapy", bounds=(0.05, 3), scale="log",
                  source="definition; 1 = healthy")
    V_up = Param(0.286, "umol/L/ms", "SERCA maximum", bounds=(0.02, 2), scale="log", source=_GRANDI)
    K_mf = Param(0.246, "umol/L", "cytosolic Ca constant of SERCA with phospholamban bound", bounds=(0.05, 2),
                 scale="log", source=_GRANDI)
    K_mr = Param(1700.0, "umol/L", "luminal Ca constant of SERCA", bounds=(300, 5000), scale="log", source=_GRANDI)
    n_up = Param(1.787, "1", "Hill exponent of SERCA", bounds=(1, 3), source=_GRANDI)
    e_plb = Param(0.5, "1", "fall of K_mf when all phospholamban is phosphorylated", bounds=(0, 0.9), source=_TW)
    e_up_camkii = Param(1.75, "1", "rise of SERCA maximum at full CaMKII phosphorylation", bounds=(0, 3),
                        source="OHara2011, supplement: x 2.75 (traced)")
    e_up_ros = Param(0.2, "1", "loss of SERCA activity per unit of reactive oxygen above health", bounds=(0, 1),
                     source="assumed; direction of Knyushko2005")
    K_energy = Param(0.25, "1", "energy state at which SERCA is halved, relative to its limit", bounds=(0.01, 2),
                     source="assumed")
    ttubule = TTUBULE
    current_to_flux = CURRENT_TO_FLUX

    r_d = R_D
    r_or = Param(26.0, "ms", "calcium at orphaned receptors above the cytosol per flux", bounds=(1, 500), scale="log",
                 source="assumed: as in a dyad")
    g_near = Param(0.01, "1/ms", "exchange between neighbouring units", bounds=(0, 0.3), source="assumed")
    r_sl = Param(5.76, "ms", "subsarcolemmal calcium above cytosol per flux", bounds=(0.5, 50), scale="log",
                 source="Grandi2010: V_myo/(3.72e-12 L/ms) (computed)")
    tau_tr = Param(28.6, "ms", "filling of a junctional store from the network", bounds=(1, 200), scale="log",
                   source="Brochet2005: 35 per s (traced, abstract)")
    v_d = Param(8.29e-4, "1", "dyad volume over cytosol volume", bounds=(1e-4, 1e-2), scale="log", source=_GRANDI)
    v_sl = Param(0.0308, "1", "subsarcolemma volume over cytosol volume", bounds=(5e-3, 0.1), source=_GRANDI)
    v_sr = Param(0.0538, "1", "SR volume over cytosol volume", bounds=(0.02, 0.1), source=_GRANDI)
    f_jsr = Param(0.1, "1", "junctional part of the SR", bounds=(0.02, 0.5),
                  source="OHara2011, supplement: 0.08 (traced)")

    B_csq = Param(140.0, "umol/L", "calsequestrin sites per litre cytosol, all in the junctional store",
                  bounds=(20, 1000), scale="log", source=_GRANDI)
    K_csq = Param(650.0, "umol/L", "calsequestrin Ca constant", bounds=(100, 2000), scale="log", source=_GRANDI)
    B_cam = Param(24.0, "umol/L", "calmodulin", bounds=(0, 100), source=_GRANDI)
    K_cam = Param(7.0, "umol/L", "calmodulin Ca constant", bounds=(0.3, 20), source=_GRANDI)
    B_srp = Param(17.1, "umol/L", "SERCA binding sites", bounds=(0, 100), source=_GRANDI)
    K_srp = Param(0.6, "umol/L", "Ca constant of the SERCA sites", bounds=(0.1, 5), source=_GRANDI)
    B_slh = Param(13.4, "umol/L", "high-affinity sites under the sarcolemma", bounds=(0, 100), source=_GRANDI)
    K_slh = Param(0.3, "umol/L", "Ca constant of the high-affinity sites", bounds=(0.05, 3), source=_GRANDI)
    B_sll = Param(37.4, "umol/L", "low-affinity sites under the sarcolemma", bounds=(0, 200), source=_GRANDI)
    K_sll = Param(13.0, "umol/L", "Ca constant of the low-affinity sites", bounds=(1, 50), source=_GRANDI)
    B_slh_d = Param(0.165, "umol/L", "high-affinity sites in the dyads", bounds=(0, 2), source=_GRANDI)
    B_sll_d = Param(0.46, "umol/L", "low-affinity sites in the dyads", bounds=(0, 5), source=_GRANDI)

    ca_entry = Accumulator(0.0, "umol/L", "sarcolemmal calcium entry: L-type and background", scale=10.0)
    ca_extrusion = Accumulator(0.0, "umol/L", "sarcolemmal calcium extrusion: exchanger and pump", scale=10.0)
    lcc_entry = Accumulator(0.0, "umol/L", "L-type calcium entry", scale=10.0)
    ncx_extrusion = Accumulator(0.0, "umol/L", "calcium extrusion by the exchanger, net", scale=10.0)
    ryr_release = Accumulator(0.0, "umol/L", "calcium released by the receptors", scale=30.0)
    orphan_release = Accumulator(0.0, "umol/L", "part of it released by orphaned receptors", scale=30.0)
    serca_uptake = Accumulator(0.0, "umol/L", "SERCA uptake net of the leak", scale=30.0)

    SR_load = Output("umol/L", "calcium of the stores, free and bound, per litre cytosol")
    j_up = Output("umol/L/ms", "SERCA flux")
    j_rel = Output("umol/L/ms", "release through all receptors")
    j_coupled = Output("umol/L/ms", "release of the receptors that face a T-tubule")
    j_orphan = Output("umol/L/ms", "release of the receptors that have lost their T-tubule")
    j_leak = Output("umol/L/ms", "leak of the store")

    def equations(
        self, j_rel_unit, j_rel_orphan, j_leak_unit, j_leak_orphan, leak_far, j_lcc_unit, j_lcc_sl, j_ncx_unit,
        j_ncx_sl, I_pCa, I_CaB, I_Na_total, j_troponin, f_plb_camkii, phi_plb, serca_expression, dyad_integrity,
        oxidation, energy_state, Ca_d, Ca_or, Ca_sl, Ca_i, Ca_nsr, Ca_jsr, Ca_jsr_or,
        serca, V_up, K_mf, K_mr, n_up, e_plb, e_up_camkii, e_up_ros, K_energy, ttubule, current_to_flux,
        r_d, r_or, g_near, r_sl, tau_tr, v_d, v_sl, v_sr, f_jsr, B_csq, K_csq, B_cam, K_cam, B_srp, K_srp,
        B_slh, K_slh, B_sll, K_sll, B_slh_d, B_sll_d,
    ):  # fmt: skip
        intact = ttubule * dyad_integrity
        lost = 1 - intact

        oxidised = 1 / (1 + e_up_ros * (oxidation - 1) / (1 + e_up_ros))
        powered = (1 + K_energy) * energy_state / (energy_state + K_energy)
        V_max = serca * serca_expression * oxidised * powered * V_up * (1 + e_up_camkii * f_plb_camkii)
        released = 1 - (1 - phi_plb) * (1 - f_plb_camkii)
        j_up = serca_flux(Ca_i, Ca_nsr, V_max, K_mf * (1 - e_plb * released), K_mr, n_up)

        from_dyad = (Ca_d - Ca_sl) / r_d  # per unit
        from_orphan = (Ca_or - Ca_i) / r_or  # per unit
        near = g_near * (Ca_d - Ca_or)  # intact x lost of it is the flux of the cell
        to_cytosol = (Ca_sl - Ca_i) / r_sl
        refill = v_sr * f_jsr * (Ca_nsr - Ca_jsr) / tau_tr  # per unit
        refill_or = v_sr * f_jsr * (Ca_nsr - Ca_jsr_or) / tau_tr  # per unit
        j_rel = intact * j_rel_unit + lost * j_rel_orphan
        j_leak = intact * j_leak_unit + lost * j_leak_orphan
        near_leak, near_leak_orphan = ((1 - leak_far) * j for j in (j_leak_unit, j_leak_orphan))
        j_pump, j_back = current_to_flux * I_pCa, -current_to_flux * I_CaB

        bound_d = binding_slope(Ca_d, B_slh_d, K_slh) + binding_slope(Ca_d, B_sll_d, K_sll)
        bound_or = binding_slope(Ca_or, B_slh_d, K_slh) + binding_slope(Ca_or, B_sll_d, K_sll)
        bound_sl = binding_slope(Ca_sl, B_slh, K_slh) + binding_slope(Ca_sl, B_sll, K_sll)
        bound_i = binding_slope(Ca_i, B_cam, K_cam) + binding_slope(Ca_i, B_srp, K_srp)
        bound_jsr, bound_jsr_or = binding_slope(Ca_jsr, B_csq, K_csq), binding_slope(Ca_jsr_or, B_csq, K_csq)
        junctional = intact * Ca_jsr + lost * Ca_jsr_or
        on_csq = intact * Ca_jsr / (K_csq + Ca_jsr) + lost * Ca_jsr_or / (K_csq + Ca_jsr_or)

        j_lcc = intact * j_lcc_unit + j_lcc_sl
        j_ncx = intact * j_ncx_unit + j_ncx_sl
        return Equations(
            ddt=dict(
                Ca_d=(j_rel_unit + near_leak + j_lcc_unit + j_ncx_unit - from_dyad - lost * near) / (v_d + bound_d),
                Ca_or=(j_rel_orphan + near_leak_orphan - from_orphan + intact * near) / (v_d + bound_or),
                Ca_sl=(intact * from_dyad + j_lcc_sl + j_ncx_sl + j_back - j_pump - to_cytosol) / (v_sl + bound_sl),
                Ca_i=(to_cytosol + lost * from_orphan + leak_far * j_leak - j_up - j_troponin) / (1 + bound_i),
                Ca_nsr=(j_up - intact * refill - lost * refill_or) / (v_sr * (1 - f_jsr)),
                Ca_jsr=(refill - j_rel_unit - j_leak_unit) / (v_sr * f_jsr + bound_jsr),
                Ca_jsr_or=(refill_or - j_rel_orphan - j_leak_orphan) / (v_sr * f_jsr + bound_jsr_or),
                Na_i=-2e-3 * current_to_flux * I_Na_total,
                ca_entry=j_lcc + j_back,
                ca_extrusion=j_pump - j_ncx,
                lcc_entry=j_lcc,
                ncx_extrusion=-j_ncx,
                ryr_release=j_rel,
                orphan_release=lost * j_rel_orphan,
                serca_uptake=j_up - j_leak,
            ),
            out=dict(
                SR_load=v_sr * ((1 - f_jsr) * Ca_nsr + f_jsr * junctional) + B_csq * on_csq,
                j_up=j_up,
                j_rel=j_rel,
                j_coupled=intact * j_rel_unit,
                j_orphan=lost * j_rel_orphan,
                j_leak=j_leak,
            ),
        )
