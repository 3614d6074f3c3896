"""Declarations: what a piece of physics states about itself before its equations.

A component is a class with declarations on top and one method, `equations`, that takes the bare symbols of the
paper and returns an `Equations`. The class checks signature against declarations when it is created, so a name
that is asked for but not declared, or declared and never read, is an error with a suggestion. The same method
runs on plain floats, so a unit test needs no model.
"""

from __future__ import annotations

import inspect
import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, ClassVar

from . import units
from .errors import DeclarationError, ParameterError, suggest

SCALES = ("linear", "log")


@dataclass(frozen=True)
class Declaration:
    """Common part of every declaration: unit and one sentence."""

    unit: str
    doc: str

    def __post_init__(self) -> None:
        units.parse(self.unit)
        if not self.doc.strip():
            raise DeclarationError("A declaration has no sentence that says what it is.")


@dataclass(frozen=True)
class Param:
    """A constant of the model: value, unit, sentence, bounds, scale ('linear' or 'log') and source.

    `source` is a key of `references.bib` plus the place, or an honest "assumed"; never empty. Every parameter of
    a compiled graph is a symbol, so changing a value never recompiles.
    """

    value: float
    unit: str
    doc: str
    bounds: tuple[float, float] = (-math.inf, math.inf)
    scale: str = "linear"
    source: str = "assumed"

    def __post_init__(self) -> None:
        units.parse(self.unit)
        if not self.doc.strip():
            raise DeclarationError("A parameter has no sentence that says what it is.")
        if not self.source.strip():
            raise DeclarationError(f"Parameter '{self.doc}' has an empty source; write 'assumed' if there is none.")
        if self.scale not in SCALES:
            raise DeclarationError(f"Parameter '{self.doc}': scale '{self.scale}' is not one of {SCALES}.")
        low, high = self.bounds
        if not low <= self.value <= high:
            raise DeclarationError(f"Parameter '{self.doc}': value {self.value} is outside its bounds {self.bounds}.")
        if self.scale == "log" and low <= 0:
            raise DeclarationError(f"Parameter '{self.doc}': a log scale needs bounds above zero.")


@dataclass(frozen=True)
class State:
    """A quantity with a rate: start value, unit, sentence.

    `bounds` are physical limits that tests hold; `scale` is the size against which its error is measured
    (default: the start value, or 1 if that is zero).
    """

    value: float
    unit: str
    doc: str
    bounds: tuple[float, float] = (-math.inf, math.inf)
    scale: float | None = None

    def __post_init__(self) -> None:
        units.parse(self.unit)
        if not self.doc.strip():
            raise DeclarationError("A state has no sentence that says what it is.")
        if self.scale is not None and not self.scale > 0:
            raise DeclarationError(f"State '{self.doc}': scale must be above zero.")

    @property
    def size(self) -> float:
        return self.scale if self.scale is not None else (abs(self.value) or 1.0)


@dataclass(frozen=True)
class Volume(State):
    """A state whose rate is the sum of the flows that the circuit connects to its component (mL)."""


@dataclass(frozen=True)
class Accumulator(State):
    """An integral over one beat: 0 at every beat onset, never fed back, excluded from periodicity."""


@dataclass(frozen=True)
class SlowState(State):
    """A state of the slow clock (days): expression, density, structure. `source` as for parameters."""

    source: str = "assumed"
    reversible: bool = True


@dataclass(frozen=True)
class Input(Declaration):
    """A signal from elsewhere. With `default`, an unconnected input is that constant (and a parameter)."""

    default: float | None = None


@dataclass(frozen=True)
class Gate(Input):
    """An input that is 1 during a window of the beat and 0 outside; the circuit gives start and duration.

    The integrator ends a segment on both edges, so a pulse is never stepped over.
    """


@dataclass(frozen=True)
class Feature(Input):
    """An input of a slow component: a number read off the whole beat (a summary key such as `MAP`)."""


@dataclass(frozen=True)
class Output(Declaration):
    """A signal computed from states, parameters and inputs."""


@dataclass(frozen=True)
class Held(Output):
    """An output evaluated at beat onset and held for the beat (RR interval, delays)."""


@dataclass
class Equations:
    """What `equations` returns: rates of the states and values of the outputs, by name."""

    ddt: Mapping[str, Any] = field(default_factory=dict)
    out: Mapping[str, Any] = field(default_factory=dict)


class Component:
    """A named piece of physics. Subclasses declare on top and define `equations`.

    Parameters
    ----------
    name
        Path of the component in the circuit, e.g. `"aortic_valve"`.
    **values
        Other values for its parameters (checked against the bounds), or start values for its states.
    """

    time_unit: ClassVar[str] = "s"  # of the rates that `equations` returns
    kind: ClassVar[str] = "signal"  # "node" stores volume, "edge" carries flow between two nodes
    declarations: ClassVar[dict[str, Any]] = {}

    def __init_subclass__(cls, **kwargs: Any) -> None:
        super().__init_subclass__(**kwargs)
        merged = dict(cls.declarations)
        for key, value in list(vars(cls).items()):
            if isinstance(value, Param | State | Input | Output):
                merged[key] = value
            elif value is None and key in merged:  # a subclass may take a declaration back
                del merged[key]
        cls.declarations = merged
        if "equations" in vars(cls) or any(isinstance(v, Param | State | Input | Output) for v in vars(cls).values()):
            cls._check_signature()

    @classmethod
    def _check_signature(cls) -> None:
        if "equations" not in dir(cls):
            return
        declared = {k for k, d in cls.declarations.items() if not isinstance(d, Output)}
        asked = [
            p.name
            for p in inspect.signature(cls.equations).parameters.values()  # type: ignore[attr-defined]
            if p.name != "self"
        ]
        for name in asked:
            if name not in declared:
                raise DeclarationError(
                    f"{cls.__name__}.equations asks for '{name}', which is not declared.{suggest(name, declared)}"
                )
        # a Volume or an Accumulator may exist only to be integrated
        must = {k for k in declared if not isinstance(cls.declarations[k], Volume | Accumulator)}
        must -= {k for k in must if isinstance(cls.declarations[k], State)}
        unread = sorted(must - set(asked))
        if unread:
            raise DeclarationError(
                f"{cls.__name__} declares {', '.join(map(repr, unread))} but its equations never read it. "
                "Remove the declaration or add it to the signature."
            )
        unit = cls.time_unit
        if not units.same_dimension(unit, "s"):
            raise DeclarationError(f"{cls.__name__}.time_unit = '{unit}' is not a time.")

    def __init__(self, name: str, **values: float) -> None:
        if not name or any(not part.isidentifier() for part in name.split(".")):
            raise DeclarationError(f"'{name}' is not a component name; use lower-case words joined by dots.")
        self.name = name
        self.declarations = dict(type(self).declarations)  # type: ignore[misc]
        for key, value in values.items():
            d = self.declarations.get(key)
            if not isinstance(d, Param | State):
                settable = [k for k, v in self.declarations.items() if isinstance(v, Param | State)]
                raise ParameterError(f"{name} has no parameter or state '{key}'.{suggest(key, settable)}")
            check_value(f"{name}.{key}", value, d)
            changed = {**d.__dict__, "value": float(value)}
            self.declarations[key] = type(d)(**changed)

    def of(self, kind: type) -> dict[str, Any]:
        """Declarations of one kind, in the order written."""
        return {k: d for k, d in self.declarations.items() if isinstance(d, kind)}

    def evaluate(self, symbols: Mapping[str, Any]) -> Equations:
        """Call `equations` with the names it asks for, taken from `symbols`, and check what it returns."""
        asked = [p for p in inspect.signature(self.equations).parameters]  # type: ignore[attr-defined]
        result = self.equations(**{k: symbols[k] for k in asked})  # type: ignore[attr-defined]
        if not isinstance(result, Equations):
            raise DeclarationError(f"{type(self).__name__}.equations must return Equations(ddt=..., out=...).")
        states = {k for k, d in self.declarations.items() if isinstance(d, State) and not isinstance(d, Volume)}
        outputs = {k for k, d in self.declarations.items() if isinstance(d, Output)}
        for got, want, what in ((set(result.ddt), states, "rate"), (set(result.out), outputs, "output")):
            for name in sorted(got - want):
                raise DeclarationError(
                    f"{type(self).__name__} returns the {what} '{name}', which is not declared.{suggest(name, want)}"
                )
            if want - got:
                raise DeclarationError(
                    f"{type(self).__name__} declares {', '.join(sorted(want - got))} but returns no {what} for it."
                )
        return result

    def __repr__(self) -> str:
        count = {c.__name__: len(self.of(c)) for c in (State, Param, Input, Output)}
        inner = ", ".join(f"{n} {k.lower()}s" for k, n in count.items() if n)
        return f"{type(self).__name__}('{self.name}': {inner})"


class Group:
    """Several components under one name: siblings see each other's states and outputs by bare name.

    `Group("lv.cell", [Membrane, Calcium, ...])` gives flat paths such as `lv.cell.Ca_i`. Names of states, outputs
    and parameters must be unique inside the group, except that two members may declare the *same* parameter
    (same value and unit), which is then one parameter.
    """

    def __init__(self, name: str, members: list[Component]) -> None:
        self.name = name
        self.members = members

    @staticmethod
    def of(name: str, classes: list[type[Component]], **values: float) -> Group:
        """Build every class under `name`; `values` go to the members that declare them."""
        members, used = [], set()
        for cls in classes:
            own = {k: v for k, v in values.items() if isinstance(cls.declarations.get(k), Param | State)}
            used |= set(own)
            members.append(cls(name, **own))
        for key in values:
            if key not in used:
                known = [k for c in classes for k, d in c.declarations.items() if isinstance(d, Param | State)]
                raise ParameterError(f"{name} has no parameter or state '{key}'.{suggest(key, known)}")
        return Group(name, members)

    def __repr__(self) -> str:
        return f"Group('{self.name}': {', '.join(type(m).__name__ for m in self.members)})"


def check_value(path: str, value: Any, d: Param | State, check_bounds: bool = True) -> float:
    """Return `value` as a float, or raise `ParameterError` with the reason."""
    try:
        number = float(value)
    except (TypeError, ValueError):
        raise ParameterError(f"{path} = {value!r} is not a number{units.text(d.unit, ' ({})')}.") from None
    if not math.isfinite(number):
        raise ParameterError(f"{path} = {number} is not finite; give a number{units.text(d.unit, ' in {}')}.")
    low, high = d.bounds
    if check_bounds and not low <= number <= high:
        source = f"; {d.source}" if isinstance(d, Param) else ""
        raise ParameterError(
            f"{path} = {number:g}{units.text(d.unit)} is outside {low:g}..{high:g} ({d.doc}{source}). "
            "Pass check_bounds=False to allow it."
        )
    return number
