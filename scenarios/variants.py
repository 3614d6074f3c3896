"""The same person with one part more: lungs that move air, or a servo at the carotid sinus.

Breath and heart do not keep step, so a breathing person has no steady beat; it starts from the one that the same
person has with mean ventilation, and wanders about it.
"""

from __future__ import annotations

import copy
from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any, NoReturn, TypeVar

import numpy as np

from heartloop.circuit import Circuit
from heartloop.circulation.breath import TidalLungs
from heartloop.circulation.lungs import P_STPD, Lungs
from heartloop.compiled import Compiled
from heartloop.component import Component
from heartloop.errors import ConvergenceError, EventError, ParameterError
from heartloop.model import Model
from heartloop.reflex.carotid_servo import CarotidServo

if TYPE_CHECKING:
    from heartloop.run import Run

SLOT, SERVO = "lungs", "carotid_servo"
M = TypeVar("M", bound=Model)
_compiled: dict[str, Compiled] = {}  # by what was changed and the hash of the graph before


class BreathingModel(Model):
    """A model whose lungs move air. `mean` is the same person with mean ventilation."""

    mean: Model

    def at_mean(self) -> Model:
        """The person with mean ventilation, with the present values of this one."""
        model = self.mean.with_({})
        for path, i in self._theta_index.items():
            if path in model._theta_index:
                model._theta[model._theta_index[path]] = self._theta[i]
        return model

    def solve(self, duration: float, every: float = 0.01, events: Sequence[Any] = (), **kw: Any) -> Run:
        """Real time, from the steady beat with mean ventilation unless `start` is given (see `heartloop.run.solve`)."""
        if kw.get("start") is None:
            kw["start"] = self._onset()
        return super().solve(duration, every=every, events=events, **kw)

    def _onset(self) -> np.ndarray:
        """The onset of the steady beat with mean ventilation; what only the breath has starts in mid-inspiration."""
        beat, own = self.at_mean().periodic(), self._c
        x = own.start()
        known = beat.model._c.index
        for i, path in enumerate(own.paths):
            if path in known:
                x[i] = beat.x[known[path]]
        V = self[f"{SLOT}.V_A"]
        x[own.index[f"{SLOT}.V_L"]] = V
        for gas in ("O2", "CO2"):
            P = beat.x[known[f"{SLOT}.PA{gas}"]]
            x[own.index[f"{SLOT}.{gas}"]] = V * P / P_STPD
            for k in (1, 2, 3):
                x[own.index[f"{SLOT}.PD{gas}_{k}"]] = P
        return x

    @property
    def reference(self) -> dict[str, float]:
        """Features of the resting orbit with mean ventilation."""
        return self.mean.reference

    def periodic(self, **_: Any) -> NoReturn:  # type: ignore[override]
        """Refused: breath and heart do not keep step."""
        raise ConvergenceError(
            "A breathing person has no steady beat, because breath and heart do not keep step. Ask `at_mean()`, the "
            "same person with mean ventilation, or run `solve`."
        )

    def progress(self, *_: Any, **__: Any) -> NoReturn:
        """Refused: a course needs steady beats."""
        raise EventError(
            "A breathing person has no steady beats for a course; run it with mean ventilation (`at_mean()`)."
        )


def breathing(person: Model) -> BreathingModel:
    """The same person with lungs that breathe, for `solve`.

    Tidal volume and rate are those that the chemoreceptors ask for, as air at the mouth; pleural pressure swings with
    the breath around its mean. Raises `ParameterError` for a person without lungs.
    """
    if isinstance(person, BreathingModel):
        return person
    members = person._c.circuit.components.get(SLOT, [])
    if not members or not isinstance(members[0], Lungs):
        raise ParameterError("This person has no lungs that could breathe; build it with gas='exchange'.")
    model = _rebuilt(person, BreathingModel, "breathing", lambda c: _with_breath(c, members[0]))
    model.mean = person
    return model


def sinus_servo(person: Model) -> Model:
    """The same person with a servo at the carotid sinus (`carotid_servo.hold`, `carotid_servo.P_hold`).

    Held, the sinus sees the given mean pressure with the person's own pulse on it, and the arterial loop is open.
    """
    if SERVO in person._c.circuit.components:
        return person
    model = _rebuilt(person, Model, "servo at the sinus", _with_servo)
    model._reference = person._reference
    start = dict(zip(person._c.paths, person._guess.tolist(), strict=True))
    model.start_from(start | {f"{SERVO}.p_mean": person.reference["MAP"]})
    return model


def _rebuilt(person: Model, kind: type[M], what: str, change: Callable[[Circuit], Circuit]) -> M:
    """A model of the changed circuit with the person's values."""
    key = f"{what} {person._c.hash}"
    if key not in _compiled:
        _compiled[key] = Compiled(change(_copied(person._c.circuit, what)))
    model = kind(
        _compiled[key], roles=person.roles, features=person.features, readouts=person.readouts, bsa=person.bsa,
        title=f"{person.title}, {what}",
    )  # fmt: skip
    for path, i in model._theta_index.items():
        if path in person._theta_index:
            model._theta[i] = person._theta[person._theta_index[path]]
    return model


def _copied(circuit: Circuit, what: str) -> Circuit:
    """A circuit of its own; the components are shared, since nothing changes them."""
    own = copy.copy(circuit)
    for key, value in vars(circuit).items():
        if isinstance(value, dict | list):
            setattr(own, key, copy.copy(value))
    own.name = f"{circuit.name}, {what}"
    return own


def _with_servo(own: Circuit) -> Circuit:
    source = own._signals["baroreceptor.p_carotid"]
    own.add(CarotidServo(SERVO))
    own.signal(source, to=f"{SERVO}.p")
    own.signal(f"{SERVO}.p_sinus", to="baroreceptor.p_carotid")
    return own


def _with_breath(own: Circuit, lungs: Component) -> Circuit:
    """Breathing lungs of the same size, wired to the thorax."""
    breath = TidalLungs(SLOT)
    for key in ("V_A", "VD"):
        value = lungs.declarations[key].value
        breath.declarations[key] = replace(breath.declarations[key], value=value)
    start = lungs.declarations["V_A"].value
    breath.declarations["V_L"] = replace(breath.declarations["V_L"], value=start)
    own.replace(SLOT, breath)
    swings = "strain.breath" if "strain" in own.components else "thorax.swing"  # a strain adds to the breath
    own.signal(f"{SLOT}.swing", to=swings)
    return own
