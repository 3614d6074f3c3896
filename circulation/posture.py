"""Posture and surroundings: what gravity and pressure from outside do to the blood.

A node's pressure holds where the node lies. Flow between two nodes is driven by the difference of their potentials
p + rho g z sin(angle), z the height above the heart along the body, so gravity does no work around a closed circuit.
Only nodes away from the heart need a `Column`: it gives their pressure as the heart's level sees it, and edges see
that. Lying down (angle 0, sine 0) everything here is exactly nothing.
Units: mmHg, cm, mL, s; the angle in degrees. Heights run along the body, positive toward the head.
"""

from __future__ import annotations

import math

import casadi as ca

from heartloop.component import Component, Equations, Input, Output, Param

from .pericardium import Thorax

MMHG_PER_CM = 980.665 / 1333.22387  # weight of 1 cm of a fluid of 1 g/mL


class Posture(Component):
    """Angle of the body and the weight of blood along it."""

    angle = Param(0.0, "deg", "angle of the body, 0 supine, 90 upright, head up", bounds=(0, 90), source="protocol")
    rho = Param(1.06, "g/mL", "density of blood", bounds=(1.0, 1.1), source="BXS-Lab, CVModel 1060 kg/m^3 (traced)")

    sine = Output("1", "part of gravity that acts along the body")
    gravity = Output("mmHg/cm", "weight of a column of blood along the body")

    def equations(self, angle, rho):
        sine = ca.sin(angle * math.pi / 180)
        return Equations(out=dict(sine=sine, gravity=rho * MMHG_PER_CM * sine))


class Column(Component):
    """Pressure of resting blood at a place `rise` above (or below) the place where it is `p`."""

    p_here = Input("mmHg", "pressure where the column starts", default=0.0)
    gravity = Input("mmHg/cm", "weight of a column of blood along the body")

    rise = Param(0.0, "cm", "height gained along the body", bounds=(-150, 150), source="definition")

    p = Output("mmHg", "pressure where the column ends")

    def equations(self, p_here, gravity, rise):
        return Equations(out=dict(p=p_here - gravity * rise))


class PosturalThorax(Thorax):
    """Pleural pressure that falls as the upright diaphragm descends."""

    sine = Input("1", "part of gravity that acts along the body", default=0.0)

    fall = Param(3.5, "mmHg", "fall of mean pleural pressure from supine to upright", bounds=(0, 10),
                 source="Heldt2004, as its tilt code (traced)")  # fmt: skip

    shift = Output("mmHg", "pleural pressure above its mean in the supine")

    def equations(self, swing, sine, p_mean, fall):  # type: ignore[override]
        shift = swing - fall * sine
        return Equations(out=dict(p_pleural=p_mean + shift, shift=shift))


class Distension(Component):
    """Pressure that stretches a vessel in the chest, as it would be measured against the pleural pressure of rest.

    Receptors in the wall of a vessel feel its stretch: what posture, straining or a deep breath do to the pressure
    around it they do not feel.
    """

    p_inside = Input("mmHg", "pressure in the vessel")
    shift = Input("mmHg", "pleural pressure above that of rest")

    p = Output("mmHg", "pressure above the surroundings, those of rest taken as zero")

    def equations(self, p_inside, shift):
        return Equations(out=dict(p=p_inside - shift))


class Surroundings(Component):
    """Pressure in the abdomen and around the legs: suction, muscles, straining, and the weight of the viscera.

    Suction from the iliac crest down takes hold of the legs and, weaker, of the pelvis. Muscles that tense raise the
    pressure around legs and abdomen. Upright, the abdominal wall may carry part of the weight of the viscera, so that
    their veins are held from outside against part of the column inside; by default it does not, because the level at
    which abdominal pressure does not change with posture is that of the veins.
    """

    sine = Input("1", "part of gravity that acts along the body", default=0.0)
    strain = Input("mmHg", "abdominal pressure above its mean (breath, strain)", default=0.0)
    pump = Input("mmHg", "pressure of working leg muscles on their veins", default=0.0)

    p_mean = Param(0.0, "mmHg", "abdominal pressure, supine", bounds=(-10, 40),
                   source="BXS-Lab, CVModel p_abd (traced)")  # fmt: skip
    LBNP = Param(0.0, "mmHg", "suction on the lower body, positive below the atmosphere", bounds=(0, 100),
                 source="protocol")  # fmt: skip
    pelvis = Param(0.25, "1", "part of the suction that reaches the abdominal veins", bounds=(0, 1),
                   source="assumed; the pelvis lies inside the box")  # fmt: skip
    squeeze = Param(0.0, "mmHg", "pressure of tensed leg muscles on their veins", bounds=(0, 200), source="protocol")
    brace = Param(0.25, "1", "abdominal pressure over that of the legs as their muscles tense in standing up",
                  bounds=(0, 1), source="assumed")  # fmt: skip
    depth = Param(10.0, "cm", "depth of the abdominal veins below the diaphragm", bounds=(0, 30),
                  source="BXS-Lab, CVModel lengths of thoracic and abdominal veins (computed)")  # fmt: skip
    support = Param(0.0, "1", "part of the weight of the viscera that the abdominal wall carries", bounds=(0, 1),
                    source="Heldt2004, none (traced); 1 = a bag that is filled to the diaphragm")  # fmt: skip
    rho = Param(1.0, "g/mL", "density of the viscera", bounds=(0.9, 1.1), source="assumed")

    p_abdomen = Output("mmHg", "pressure around the abdominal vessels")
    p_legs = Output("mmHg", "pressure around the leg veins")

    def equations(self, sine, strain, pump, p_mean, LBNP, pelvis, squeeze, brace, depth, support, rho):
        weight = support * rho * MMHG_PER_CM * depth * sine
        return Equations(
            out=dict(
                p_abdomen=p_mean + strain + weight - pelvis * LBNP + brace * squeeze,
                p_legs=squeeze + pump - LBNP,
            )
        )
