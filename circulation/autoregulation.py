"""Local metabolic regulation of a bed's arterioles: venous oxygen, carbon dioxide, and what work adds.

Ursino and Magosso (2000), Am J Physiol 279:H149, with the numbers of Albanese (2016): the conductance of a bed rises
when the oxygen content of its venous blood falls below a set point, so that flow follows demand and holds while the
perfusion pressure changes. Brain flow answers to carbon dioxide as Reivich (1964) measured. `local` multiplies the
resistance of the bed and is 1 at its own rest. It takes the place of `GasDilation` for the beds that have it: both
answer to the same lack of oxygen, so a bed is given one of them.
Contents in mL gas (STPD) per mL of blood, pressures in mmHg.
"""

from __future__ import annotations

import casadi as ca

from heartloop.component import Component, Equations, Input, Output, Param, State

_TAU_O2 = "Albanese2016, tau_O2 (traced)"
_TAU_CO2 = "Albanese2016, tau_CO2 (traced)"
_REIVICH = "Reivich1964, as in Albanese2016 (traced)"


def bounded(x, low, high):
    """1 + x held between `low` < 1 and `high` > 1: exactly 1 with slope 1 at x = 0, twice differentiable there."""
    limit = ca.if_else(x < 0, 1 - low, high - 1)
    return 1 + x / ca.sqrt(1 + (x / limit) ** 2)


def brain_flow(PCO2, A, B, C, D):
    """Flow of the brain at an arterial PCO2, mL/(min 100 g) (Reivich 1964; its logarithm is to base 10)."""
    return A + B / (1 + C * ca.exp(D * ca.log10(PCO2)))


class _Autoregulation(Component):
    """What all regulated beds share; a subclass adds how carbon dioxide acts."""

    c_O2_v = Input("mL/mL", "oxygen content of the bed's venous blood")
    PaCO2 = Input("mmHg", "arterial PCO2", default=40.0)
    PaCO2_rest = Input("mmHg", "arterial PCO2 at rest", default=40.0)
    work = Input("1", "conductance that work adds, over that at rest", default=0.0)

    oxygen = State(0.0, "1", "conductance that venous oxygen asks for, over that at rest, less 1")

    c_O2_rest = Param(0.14, "mL/mL", "venous oxygen content at rest, the set point", bounds=(0.01, 0.25),
                      source="Albanese2016, table of tissues (traced); the person's own by calibration")  # fmt: skip
    g_O2 = Param(140.0, "1", "rise of conductance per fall of venous content", bounds=(0, 800),
                 source="Albanese2016, brain (traced)")  # fmt: skip
    tau_O2 = Param(10.0, "s", "time constant of oxygen", bounds=(1, 100), scale="log", source=_TAU_O2)
    tau_CO2 = Param(20.0, "s", "time constant of carbon dioxide", bounds=(1, 100), scale="log", source=_TAU_CO2)
    G_least = Param(0.3, "1", "least conductance, over that at rest", bounds=(0.02, 0.95), source="assumed")
    G_most = Param(3.0, "1", "greatest conductance, over that at rest", bounds=(1.1, 60), scale="log", source="assumed")

    local = Output("1", "multiplier of the resistance")
    error = Output("mL/mL", "venous oxygen content less its rest value; zero on average at rest")


class BrainAutoregulation(_Autoregulation):
    """Brain: conductance 1 + x_O2 + x_CO2, the latter a lagged, normalised Reivich curve.

    With the default gain the flow changes by a ninth of a change of pressure, in relative terms; valid for minutes.
    Over months the brain of a patient lives on a fifth less flow (Choi 2006), which no law of minutes allows: what
    lasts moves the set point.
    """

    angiotensin = Input("1", "slow angiotensin action, logarithm of the activity ratio", default=0.0)

    dioxide = State(0.0, "1", "conductance that carbon dioxide asks for, over that at rest, less 1")

    A = Param(20.9, "1", "flow without carbon dioxide, mL/(min 100 g)", bounds=(5, 50), source=_REIVICH)
    B = Param(92.8, "1", "rise of flow from least to most carbon dioxide", bounds=(10, 200), source=_REIVICH)
    C = Param(10570.0, "1", "scale of the curve over PCO2", bounds=(100, 1e6), scale="log", source=_REIVICH)
    D = Param(-5.251, "1", "steepness of the curve over PCO2", bounds=(-10, -1), source=_REIVICH)
    c_lasting = Param(0.017, "mL/mL", "fall of the set point per lasting angiotensin", bounds=(0, 0.05),
                      source="Choi2006, flow 19 % less in advanced failure (computed)")  # fmt: skip

    def equations(
        self, c_O2_v, PaCO2, PaCO2_rest, work, angiotensin, oxygen, dioxide, c_O2_rest, g_O2, tau_O2, tau_CO2, G_least,
        G_most, A, B, C, D, c_lasting,
    ):  # fmt: skip
        error = c_O2_v - c_O2_rest
        missed = error + c_lasting * angiotensin
        asked = brain_flow(PaCO2, A, B, C, D) / brain_flow(PaCO2_rest, A, B, C, D) - 1
        return Equations(
            ddt=dict(oxygen=(-g_O2 * missed - oxygen) / tau_O2, dioxide=(asked - dioxide) / tau_CO2),
            out=dict(local=1 / bounded(oxygen + dioxide + work, G_least, G_most), error=error),
        )


class MuscleAutoregulation(_Autoregulation):
    """Skeletal and heart muscle: conductance (1 + x_O2 + work)/(1 + x_CO2), x_CO2 a lagged tanh of arterial PCO2.

    Lasting angiotensin leaves a part of what oxygen and work ask for. In failure one leg that works with a fifth of
    its muscle, which no heart is too weak for, gets two thirds of the flow of a healthy leg at the same pressure and
    output (Barrett-O'Keefe 2014).
    """

    angiotensin = Input("1", "slow angiotensin action, logarithm of the activity ratio", default=0.0)

    dioxide = State(0.0, "1", "resistance that carbon dioxide asks for, over that at rest, less 1")

    c_O2_rest = Param(0.155, "mL/mL", "venous oxygen content at rest, the set point", bounds=(0.01, 0.25),
                      source="Albanese2016, muscle; the person's own by calibration (traced)")  # fmt: skip
    g_O2 = Param(30.0, "1", "rise of conductance per fall of venous content", bounds=(0, 800),
                 source="UrsinoMagosso2000, muscle; Albanese2016 has 490 (traced)")  # fmt: skip
    G_most = Param(25.0, "1", "greatest conductance, over that at rest", bounds=(1.1, 60), scale="log",
                   source="MagossoUrsino2002, 1 + 20 of work (traced), rounded up")  # fmt: skip
    k_CO2 = Param(142.8, "mmHg", "width of the response to PCO2", bounds=(2, 500), scale="log",
                  source="Albanese2016, muscle (traced)")  # fmt: skip
    part = Param(1.0, "1", "part of the bed's flow at rest that is this tissue's; the rest does not answer",
                 bounds=(0, 1), source="definition of a bed of one tissue")  # fmt: skip
    k_lasting = Param(0.5, "1", "dilation asked for over dilation got, less 1, per lasting angiotensin", bounds=(0, 3),
                      source="BarrettOKeefe2014, leg at 15 W 1842 against 2675 mL/min (computed)")  # fmt: skip

    def equations(
        self, c_O2_v, PaCO2, PaCO2_rest, work, angiotensin, oxygen, dioxide, c_O2_rest, g_O2, tau_O2, tau_CO2, G_least,
        G_most, k_CO2, part, k_lasting,
    ):  # fmt: skip
        error = c_O2_v - c_O2_rest
        dilation = part * (oxygen + work) / (1 + k_lasting * angiotensin)
        asked = -ca.tanh((PaCO2 - PaCO2_rest) / (2 * k_CO2))
        return Equations(
            ddt=dict(oxygen=(-g_O2 * error - oxygen) / tau_O2, dioxide=(asked - dioxide) / tau_CO2),
            out=dict(local=(1 + dioxide) / bounded(dilation, G_least, G_most), error=error),
        )


class HeartAutoregulation(MuscleAutoregulation):
    """The same law with the numbers of heart muscle; work reaches it through the oxygen that it uses."""

    c_O2_rest = Param(0.11, "mL/mL", "venous oxygen content at rest, the set point", bounds=(0.01, 0.25),
                      source="Albanese2016, coronary; the person's own by calibration (traced)")  # fmt: skip
    g_O2 = Param(120.0, "1", "rise of conductance per fall of venous content", bounds=(0, 800),
                 source="UrsinoMagosso2000, 35, and Albanese2016, 420 (traced): geometric mean (computed)")  # fmt: skip
    G_least = Param(0.4, "1", "least conductance, over that at rest", bounds=(0.02, 0.95), source="assumed")
    G_most = Param(6.0, "1", "greatest conductance, over that at rest", bounds=(1.1, 60), scale="log",
                   source="Sdringola2011, flow reserve 4.17 +- 0.80, with a margin (computed)")  # fmt: skip
    k_CO2 = Param(11.11, "mmHg", "width of the response to PCO2", bounds=(2, 500), scale="log",
                  source="Albanese2016, coronary (traced)")  # fmt: skip
