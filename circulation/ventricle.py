"""Three ventricles for one slot: fibre wall, elastance driven by the cell, prescribed elastance.

Units: mmHg, mL, s; wall stress in kPa. All three give `p`, `p_transmural`, `sigma_f`, `wall_stretch`, `stretch`
and `stretch_rate`, and take the same slow growth inputs, so one can replace another without touching a wire.

Growth. `length_growth` is the ratio of unloaded fibre length (circumference): cavities scale with its cube.
`mass_growth` is the ratio of wall volume and thickens the wall without narrowing the unloaded cavity.
The term p_shut exp(-V/V_shut), nothing above 40 mL, keeps an empty cavity from being drawn below zero volume.
"""

from __future__ import annotations

import casadi as ca

from heartloop import smooth
from heartloop.component import Component, Equations, Input, Output, Param, Volume

MMHG_PER_KPA = 7.50062

_ARTS = "Arts1991, one-fibre law"
_UR = "Ursino1998, heart table, LV (traced)"
_TIMES = "Bjordalsbakke2022, LV 0.303 and 0.508 of RR (traced), shortened (computed)"
_WALL = "TriSegTwins, LV wall 121 g (male), density 1.055 g/mL (traced)"


def pressure_from_stress(sigma_f, V, Vw):
    """Cavity pressure (mmHg) of a wall of volume `Vw` (mL) under fibre stress `sigma_f` (kPa) around `V` (mL)."""
    return MMHG_PER_KPA * sigma_f / (1 + 3 * V / Vw)


def stretch_of_volume(V, V_ref, Vw):
    """Fibre length over its length at cavity volume `V_ref`."""
    return ((1 + 3 * V / Vw) / (1 + 3 * V_ref / Vw)) ** (1 / 3)


class _Ventricle(Component):
    """Ports, wall geometry and growth that the three ventricles share."""

    kind = "node"

    p_ext = Input("mmHg", "pressure around the ventricle (pericardial)", default=0.0)
    dVdt = Input("mL/s", "rate of cavity volume", default=0.0)
    length_growth = Input("1", "unloaded fibre length over that at rest (slow growth)", default=1.0)
    mass_growth = Input("1", "wall volume over that at rest (slow growth)", default=1.0)
    viable = Input("1", "fraction of myocytes that contract", default=1.0)
    collagen = Input("1", "stiffness of the collagen network above that at rest, as a fraction", default=0.0)

    V = Volume(130.0, "mL", "cavity volume", bounds=(0, 600))

    Vw = Param(114.7, "mL", "wall volume", bounds=(15, 400), scale="log", source=_WALL)
    V_ref = Param(85.0, "mL", "cavity volume at fibre stretch 1", bounds=(10, 300), scale="log",
                  source="stretch 1.14 at an end-diastolic volume of 145 mL (computed)")  # fmt: skip

    p_shut = Param(10.0, "mmHg", "suction that empties the cavity", bounds=(1, 60), scale="log")
    V_shut = Param(4.0, "mL", "volume over which the empty cavity resists", bounds=(0.5, 15), scale="log")

    p = Output("mmHg", "cavity pressure")
    p_transmural = Output("mmHg", "cavity pressure above the surroundings")
    sigma_f = Output("kPa", "total fibre stress")
    wall_stretch = Output("1", "fibre length of the wall over its (grown) unloaded length")
    stretch = Output("1", "fibre stretch that the cell is given")
    stretch_rate = Output("1/s", "rate of the fibre stretch that the cell is given")


class OneFibreWall(_Ventricle):
    """Wall of uniform fibre stress around the cavity (Arts 1991): the cell's tension becomes pressure.

    Virtual work p dV = sigma_f Vw d(ln stretch) gives p = sigma_f/(1 + 3V/Vw). The fibre carries the cell's active
    tension, scaled by `k_scale` (the same number for all walls), and two passive springs: titin, which also pushes
    back below stretch 1, and collagen, which only pulls.
    """

    tension = Input("kPa", "active tension of the cell")

    k_scale = Param(1.0, "1", "scale of the cell's tension in the wall", bounds=(0.3, 4), scale="log",
                    source="choice: one number for all walls, expected 1-2 (assumed)")  # fmt: skip
    s_titin = Param(1.0, "kPa", "stress scale of titin", bounds=(0.05, 10), scale="log",
                    source="calibrated on the end-diastolic pressure-volume relation (computed)")  # fmt: skip
    k_titin = Param(9.1, "1", "stiffness exponent of titin", bounds=(3, 25), scale="log",
                    source="Land2017, passive b (traced)")  # fmt: skip
    s_collagen = Param(0.85, "kPa", "stress scale of collagen", bounds=(0.02, 10), scale="log",
                       source="calibrated on the end-diastolic pressure-volume relation (computed)")  # fmt: skip
    k_collagen = Param(13.8, "1", "stiffness exponent of collagen", bounds=(5, 40), scale="log",
                       source="calibrated on the end-diastolic pressure-volume relation (computed)")  # fmt: skip
    w_stretch = Param(0.01, "1", "rounding of the stretch at which collagen takes up load", bounds=(0.001, 0.05))

    sigma_passive = Output("kPa", "passive fibre stress")

    def equations(
        self, p_ext, dVdt, length_growth, mass_growth, viable, collagen, V, Vw, V_ref, p_shut, V_shut,
        tension, k_scale, s_titin, k_titin, s_collagen, k_collagen, w_stretch,
    ):  # fmt: skip
        W = Vw * mass_growth
        stretch = stretch_of_volume(V, V_ref * length_growth**3, W)

        taut = smooth.pos(stretch - 1, w_stretch)
        titin = s_titin * (ca.exp(k_titin * (stretch - 1)) - 1)
        network = s_collagen * (1 + collagen) * (ca.exp(k_collagen * taut) - 1)
        sigma_passive = titin + network
        sigma_f = k_scale * viable * tension + sigma_passive

        p_transmural = pressure_from_stress(sigma_f, V, W) - p_shut * ca.exp(-V / V_shut)
        return Equations(
            out=dict(
                p=p_transmural + p_ext,
                p_transmural=p_transmural,
                sigma_f=sigma_f,
                sigma_passive=sigma_passive,
                wall_stretch=stretch,
                stretch=stretch,
                stretch_rate=stretch * dVdt / (W + 3 * V),  # d/dt of the one-fibre stretch
            )
        )


class CellElastance(_Ventricle):
    """Linear elastance whose time course is the cell's tension at one fixed length.

    p = E_max (T/T_ref) (V - V0) (1 + k_R dV/dt) + P0 (exp(k V) - 1). The cell is given the constant `stretch_fixed`:
    the volume dependence of the pump already is the line's slope, so a length-dependent tension would count twice.
    Growth keeps the stress at equal stretch: volumes scale with the unloaded cavity, pressure with wall/cavity.
    """

    tension = Input("kPa", "active tension of the cell at the fixed stretch")

    E_max = Param(3.1, "mmHg/mL", "slope of the end-systolic line at tension T_ref", bounds=(0.1, 12), scale="log",
                  source="elastance calibrated with the Heldt2004 table (computed)")  # fmt: skip
    T_ref = Param(50.0, "kPa", "peak tension of the cell at rest at the fixed stretch", bounds=(2, 300), scale="log")
    V0 = Param(17.0, "mL", "volume intercept of the end-systolic line", bounds=(-20, 120),
               source="elastance calibrated with the Heldt2004 table (computed)")  # fmt: skip
    P0 = Param(1.15, "mmHg", "pressure scale in diastole", bounds=(0.1, 10), scale="log",
               source="elastance calibrated with the Heldt2004 table (computed)")  # fmt: skip
    k = Param(0.018, "1/mL", "diastolic stiffness", bounds=(0.003, 0.06), scale="log",
              source="elastance calibrated with the Heldt2004 table (computed)")  # fmt: skip
    k_R = Param(3.75e-4, "s/mL", "loss of active pressure per outflow", bounds=(0, 0.01), source=_UR)
    stretch_fixed = Param(1.1, "1", "stretch that the cell is given", bounds=(0.9, 1.2))

    def equations(
        self, p_ext, dVdt, length_growth, mass_growth, viable, collagen, V, Vw, V_ref, p_shut, V_shut,
        tension, E_max, T_ref, V0, P0, k, k_R, stretch_fixed,
    ):  # fmt: skip
        v, thicker, wall = _grown(V, length_growth, mass_growth)
        active = E_max * viable * tension / T_ref * (v - V0) * (1 + k_R * dVdt)
        passive = P0 * (1 + collagen) * (ca.exp(k * v) - 1)
        p_transmural = thicker * (active + passive) - p_shut * ca.exp(-V / V_shut)
        out = _fibre(p_transmural, V, Vw * wall, V_ref * length_growth**3)
        return Equations(out=dict(p=p_transmural + p_ext, stretch=stretch_fixed, stretch_rate=0.0, **out))


class PrescribedElastance(_Ventricle):
    """The classical pump: elastance on a double-Hill time course, no cell.

    p = e E_max (V - V0) (1 + k_R dV/dt) + (1 - e) P0 (exp(k V) - 1), with e(t) = a/(1 + a) / (1 + b), a = (t/t_1)^n_1,
    b = (t/t_2)^n_2, normalised by `e_peak`. The paper's time constants are fractions of the RR interval; here they
    go with its square root, as systole does, and are 0.87 of the paper's at 70 beats/min, for a human ejection time.
    `k_R` is the internal resistance of Ursino (1998): an ejecting ventricle develops less than an isovolumic one.
    `onset` is the ventricular stimulus; time before it counts as zero, rounded over `w_t` because t^1.32 has no
    second derivative at zero.
    """

    clock = Input("s", "time since beat onset")
    RR = Input("s", "length of this beat")
    onset = Input("s", "time of the ventricular stimulus after beat onset", default=0.16)

    E_max = Param(3.1, "mmHg/mL", "slope of the end-systolic line", bounds=(0.1, 12), scale="log",
                  source="elastance calibrated with the Heldt2004 table (computed)")  # fmt: skip
    V0 = Param(17.0, "mL", "volume intercept of the end-systolic line", bounds=(-20, 120),
               source="elastance calibrated with the Heldt2004 table (computed)")  # fmt: skip
    P0 = Param(1.15, "mmHg", "pressure scale in diastole", bounds=(0.1, 10), scale="log",
               source="elastance calibrated with the Heldt2004 table (computed)")  # fmt: skip
    k = Param(0.018, "1/mL", "diastolic stiffness", bounds=(0.003, 0.06), scale="log",
              source="elastance calibrated with the Heldt2004 table (computed)")  # fmt: skip
    t_1 = Param(0.245, "s", "rise time at RR = 1 s", bounds=(0.1, 0.6), source=_TIMES)
    t_2 = Param(0.41, "s", "fall time at RR = 1 s", bounds=(0.2, 0.8), source=_TIMES)
    n_1 = Param(1.32, "1", "steepness of the rise", bounds=(1, 4), source="Bjordalsbakke2022, LV (traced)")
    n_2 = Param(21.9, "1", "steepness of the fall", bounds=(8, 40), source="Bjordalsbakke2022, LV (traced)")
    e_peak = Param(0.598, "1", "greatest value of the double Hill before normalisation", bounds=(0.3, 1),
                   source="from the four constants above (computed)")  # fmt: skip
    k_R = Param(3.75e-4, "s/mL", "loss of active pressure per outflow", bounds=(0, 0.01), source=_UR)
    w_t = Param(2e-3, "s", "rounding of the onset", bounds=(1e-4, 0.01))

    e = Output("1", "activation, 0 to 1")

    def equations(
        self, p_ext, dVdt, length_growth, mass_growth, viable, collagen, V, Vw, V_ref, p_shut, V_shut,
        clock, RR, onset, E_max, V0, P0, k, t_1, t_2, n_1, n_2, e_peak, k_R, w_t,
    ):  # fmt: skip
        e = double_hill(smooth.pos(clock - onset, w_t) / ca.sqrt(RR), t_1, t_2, n_1, n_2) / e_peak
        v, thicker, wall = _grown(V, length_growth, mass_growth)
        active = E_max * viable * e * (v - V0) * (1 + k_R * dVdt)
        passive = (1 - e) * P0 * (1 + collagen) * (ca.exp(k * v) - 1)
        p_transmural = thicker * (active + passive) - p_shut * ca.exp(-V / V_shut)
        W = Vw * wall
        out = _fibre(p_transmural, V, W, V_ref * length_growth**3)
        rate = out["wall_stretch"] * dVdt / (W + 3 * V)
        return Equations(out=dict(p=p_transmural + p_ext, e=e, stretch=out["wall_stretch"], stretch_rate=rate, **out))


def double_hill(t, t_1, t_2, n_1, n_2):
    """Product of a rising and a falling Hill curve of time; not normalised."""
    a, b = (t / t_1) ** n_1, (t / t_2) ** n_2
    return a / (1 + a) / (1 + b)


def _grown(V, length_growth, mass_growth):
    """Volume referred to the ungrown cavity, pressure factor at equal fibre stress, wall ratio."""
    cavity = length_growth**3
    return V / cavity, mass_growth / cavity, mass_growth


def _fibre(p_transmural, V, W, V_ref):
    """Stress and stretch of the wall that would give this pressure (one-fibre law)."""
    return dict(
        p_transmural=p_transmural,
        sigma_f=p_transmural * (1 + 3 * V / W) / MMHG_PER_KPA,
        wall_stretch=stretch_of_volume(V, V_ref, W),
    )
