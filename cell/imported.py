"""Cells from elsewhere: a Myokit (`.mmt`) or CellML file becomes a cell of the same slot as our own.

The file gives electrophysiology and calcium; the contraction is our `Land` component, driven by the file's cytosolic
calcium. What troponin takes from the cytosol is then whatever the file's own buffers say: tension does not feed back on
calcium, so length acts on tension alone. A contraction that the file brings along stays part of it and is not read.

Myokit reads the files (optional: `pip install 'heartloop[myokit]'`), its expression tree is walked once onto CasADi
symbols, and every literal constant becomes a parameter. States keep the file's names and units, apart from membrane
potential and cytosolic calcium, which become `V` (mV) and `Ca_i` (umol/L). Time may be in any unit. The variable
bound to `pace` becomes the gate `stimulus`; strength and length of the pulse stay the file's own.

Conditions (`if`, `piecewise`, `abs`, `floor`) are taken over as they stand. A value is exact; a gradient across
a jump or corner is not: the tangent of a beat misses what a step does across it, and step control spends steps on it.
Expect two or three digits less in `gradient` and `fit` than with our own cells, whose switches are rounded.
"""

from __future__ import annotations

import operator
from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any, ClassVar

import casadi as ca
import numpy as np

from heartloop import units as unit_table
from heartloop.component import Component, Equations, Gate, Group, Input, Output, Param, State
from heartloop.errors import DataError, ParameterError, UnitError, UnknownNameError, suggest

from .land import Land

VOLTAGE = ("label 'membrane_potential'", "meta data 'oxmeta: membrane_voltage'", "the name V in 'membrane' or 'cell'")
CALCIUM_LABELS = ("cytosolic_calcium", "cytosolic_calcium_concentration")
CALCIUM_NAMES = ("cai", "cacyt", "cac", "cytosoliccalcium", "cytosoliccalciumconcentration", "calciumconcentration")
SCALE_V, SCALE_CA = 30.0, 0.3  # mV, umol/L: sizes for error control, as in our own cells
REST = 0.005, 1.0  # s before the stimulus, s of the beat that measures the size of each state
PATIENCE = 20_000  # evaluations of the rates spent on that

# units that the field writes, spelled as `units.py` reads them; a unit that is none of these keeps a number in front
_SPELLED = (
    "1", "%", "mV", "V", "ms", "s", "min", "1/ms", "1/s", "mmol/L", "umol/L", "nmol/L", "mol/L", "mmol/L/ms",
    "umol/L/ms", "mmol/L/s", "umol/L/s", "mV/ms", "A/F", "uA/cm^2", "uA/mm^2", "pA", "nA", "uA", "A", "pF", "uF", "F",
    "uF/cm^2", "uF/mm^2", "mS/uF", "S/F", "mS/cm^2", "mS/mm^2", "nS", "mS", "S", "K", "C/mol", "C/mmol", "J/mol/K",
    "J/mmol/K", "cm", "um", "mm", "cm^2", "um^2", "mm^2", "um^3", "L", "mL", "pL", "1/mV", "1/ms/mV", "1/V", "mV^2",
    "L/mmol", "L/mmol/ms", "L/umol/ms", "L^2/mmol^2/ms", "L/F/ms", "L/F/s", "cm/s", "kPa", "Hz", "cm/ms", "cm^2/s",
    "1/mol", "pA/mV", "m", "kg", "mol",
)  # fmt: skip


def _log(x: Any, base: Any = None) -> Any:
    return ca.log(x) if base is None else ca.log(x) / ca.log(base)


def _piecewise(*parts: Any) -> Any:
    *pairs, value = parts
    for condition, then in zip(pairs[-2::-2], pairs[-1::-2], strict=True):
        value = ca.if_else(condition, then, value)
    return value


_OPERATIONS: dict[str, Callable[..., Any]] = {
    "PrefixPlus": operator.pos, "PrefixMinus": operator.neg, "Plus": operator.add, "Minus": operator.sub,
    "Multiply": operator.mul, "Divide": operator.truediv, "Power": ca.power,
    "Quotient": lambda a, b: ca.floor(a / b), "Remainder": lambda a, b: a - b * ca.floor(a / b),
    "Sqrt": ca.sqrt, "Exp": ca.exp, "Log": _log, "Log10": ca.log10, "Sin": ca.sin, "Cos": ca.cos, "Tan": ca.tan,
    "ASin": ca.asin, "ACos": ca.acos, "ATan": ca.atan, "Floor": ca.floor, "Ceil": ca.ceil, "Abs": ca.fabs,
    "If": ca.if_else, "Piecewise": _piecewise, "Not": ca.logic_not, "And": ca.logic_and, "Or": ca.logic_or,
    "Equal": operator.eq, "NotEqual": operator.ne, "More": operator.gt, "Less": operator.lt,
    "MoreEqual": operator.ge, "LessEqual": operator.le,
}  # fmt: skip


class Contraction(Land):
    """Land's contraction on the calcium of an imported cell, which has no kinases: phosphorylation is a constant."""

    phi_mf = Input("1", "fraction of troponin I and MyBP-C phosphorylated by PKA, healthy rest", default=0.15)
    f_mf_camkii = Input("1", "fraction of the filaments' targets phosphorylated by CaMKII, 1 Hz", default=0.126)


class Imported(Component):
    """Electrophysiology and calcium of a file. `read_cell` makes a subclass a file, with the file's declarations."""

    source: ClassVar[Source]

    def evaluate(self, symbols: Mapping[str, Any]) -> Equations:
        """Rates and outputs on symbols or floats, per unit of the file's own time."""
        return self.source.evaluate(symbols)


class Source:
    """What was read from a file: the Myokit model, which variable is what, and the declarations made from it."""

    def __init__(
        self, path: Path, model: Any, protocol: Any, voltage: str | None, calcium: str | None,
        units: Mapping[str, str], outputs: Sequence[str], hold: Sequence[str],
    ) -> None:  # fmt: skip
        self.path, self.model = path, model
        self._units = dict(units)
        for name in self._units:
            self._variable(name)
        time = model.time()
        if time is None:
            raise DataError(f"'{path.name}' has no time: no variable is bound to 'time'.")
        self.time_unit = self._unit(time, "s", "time")
        self.V = self._voltage(voltage)
        self.Ca_i = self._calcium(calcium)
        self.level, self.pulse = self._pacing(protocol)
        self.shown = [self._variable(name) for name in outputs]
        self.held = [self._variable(name) for name in hold]
        for v in self.held:
            if not v.is_state() or v in (self.V, self.Ca_i):
                what = "is not a state" if not v.is_state() else "is what the cell is read for"
                raise ParameterError(f"'{v.qname()}' of '{path.name}' cannot be held: it {what}.")
        self.states = [v for v in model.states() if v not in self.held]
        roots = [*self.states, *(v for v in (self.V, self.Ca_i, *self.shown) if not v.is_state())]
        self.order = _order(roots)
        self._check_time()
        self.factor = {
            self.V: unit_table.factor(self._unit(self.V, "mV", "membrane potential"), "mV"),
            self.Ca_i: unit_table.factor(self._unit(self.Ca_i, "umol/L", "cytosolic calcium"), "umol/L"),
        }
        self.constants = [v for v in self.order if not v.is_state() and not any(True for _ in v.rhs().references())]
        self.constants = [v for v in self.constants if v.binding() not in ("time", "pace")]
        self.keys = self._keys()
        self.declarations = self._declare()
        self._fold()
        self._measure()

    # -- what is what -------------------------------------------------------------------------------------------------

    def _variable(self, name: str) -> Any:
        if not self.model.has_variable(name):
            known = [v.qname() for v in self.model.variables(deep=True)]
            short = [k for k in known if k.rpartition(".")[2].lower() == name.rpartition(".")[2].lower()]
            hint = f" Did you mean {', '.join(map(repr, short[:3]))}?" if short else suggest(name, known)
            raise UnknownNameError(f"'{self.path.name}' has no variable '{name}'.{hint}")
        return self.model.get(name)

    def _unit(self, variable: Any, like: str, what: str) -> str:
        """Unit of a variable that must fit `like`, from `units` or from the file."""
        name = variable.qname()
        text = self._units.get(name) or spell(variable.unit())
        if text is None:
            raise UnitError(
                f"{name} of '{self.path.name}' is the {what}, but the file gives it no unit. "
                f"Say it: read_cell(..., units={{'{name}': '{like}'}})."
            )
        if not unit_table.same_dimension(text, like):
            raise UnitError(
                f"{name} of '{self.path.name}' is in '{text}', which cannot be turned into {like} for the {what}. "
                f"Name another variable, or correct its unit with units={{'{name}': ...}}."
            )
        return text

    def _voltage(self, name: str | None) -> Any:
        if name is not None:
            return self._variable(name)
        from myokit.lib import guess

        found = guess.membrane_potential(self.model)
        if found is None:
            raise DataError(
                f"'{self.path.name}' has no membrane potential: looked for {', '.join(VOLTAGE)}. "
                "Name it: read_cell(..., voltage='component.variable')."
            )
        return found

    def _calcium(self, name: str | None) -> Any:
        if name is not None:
            return self._variable(name)
        for label in CALCIUM_LABELS:
            if (found := self.model.label(label)) is not None:
                return found
        variables = sorted(self.model.variables(deep=True), key=lambda v: not v.is_state())
        for v in variables:
            if v.meta.get("oxmeta") in CALCIUM_LABELS:
                return v
        for wanted in CALCIUM_NAMES:
            for v in variables:
                if v.name().lower().replace("_", "") == wanted:
                    return v
        near = [v.qname() for v in variables if _is_concentration(v)]
        raise DataError(
            f"'{self.path.name}' has no cytosolic calcium: looked for the label '{CALCIUM_LABELS[0]}' and for names "
            f"such as Ca_i or cai. Name it: read_cell(..., calcium='component.variable'). "
            f"In units of a concentration it has: {', '.join(near[:12]) or 'none'}."
        )

    def _pacing(self, protocol: Any) -> tuple[float, float | None]:
        """Level of the pulse and its length (s), of the first event of the protocol."""
        event = protocol.head() if protocol is not None else None
        if event is None:
            return 1.0, None
        return event.level(), event.duration() * unit_table.factor(self.time_unit, "s")

    def _check_time(self) -> None:
        users = [
            v.qname() for v in self.order for ref in v.rhs().references() if ref.var().binding() == "time"
        ]  # fmt: skip
        if users:
            raise DataError(
                f"{', '.join(users)} of '{self.path.name}' depend on time itself. A beat starts at its own zero, so "
                "only the stimulus may: bind it to 'pace', or name it: read_cell(..., stimulus=, amplitude=, pulse=)."
            )

    # -- declarations -------------------------------------------------------------------------------------------------

    def _keys(self) -> dict[Any, str]:
        """Name of every state, parameter and shown variable inside the cell: short where that is unique."""
        taken = {"V", "Ca_i", "stimulus", "stimulus_level", *Contraction.declarations}
        keys = {self.V: "V", self.Ca_i: "Ca_i"}
        named = [v for v in (*self.states, *self.held, *self.constants, *self.shown) if v not in keys]
        short = [v.name() for v in named]
        for v in dict.fromkeys(named):
            key = v.name()
            if short.count(key) > 1 or key in taken:
                key = v.qname().replace(".", "_")
            while key in taken:
                key += "_"
            taken.add(key)
            keys[v] = key
        return keys

    def _declare(self) -> dict[str, Any]:
        about = self._about()
        found: dict[str, Any] = {"stimulus": Gate("1", "window in which the stimulus flows")}
        start = dict(zip(self.model.states(), self.model.initial_values(as_floats=True), strict=True))
        for v in self.states:
            k = self.factor.get(v, 1.0)
            found[self.keys[v]] = State(start[v] * k, self._own_unit(v), _sentence(v))
        for v in (self.V, self.Ca_i, *self.shown):
            if not v.is_state():
                found[self.keys[v]] = Output(self._own_unit(v), _sentence(v))
        for v in self.held:
            found[self.keys[v]] = Param(start[v], self._own_unit(v), f"{_sentence(v)}, held", source=f"{about}, start")
        for v in self.constants:
            if self.keys[v] not in found:
                found[self.keys[v]] = Param(float(v.eval()), self._own_unit(v), _sentence(v), source=about)
        text = "pace while the stimulus lasts"
        found["stimulus_level"] = Param(self.level, "1", text, source=f"{about}, protocol")
        return found

    def _own_unit(self, v: Any) -> str:
        if v is self.V:
            return "mV"
        if v is self.Ca_i:
            return "umol/L"
        return self._units.get(v.qname()) or spell(v.unit()) or "1"

    def _about(self) -> str:
        """The file and what it says about itself, for the source of every parameter."""
        said = {k.lower(): " ".join(str(v).split()) for k, v in self.model.meta.items()}
        words = [said[k] for k in ("name", "title", "author", "authors", "year", "doi", "reference") if said.get(k)]
        return ", ".join([self.path.name, *(w[:80] for w in words)])

    def _fold(self) -> None:
        """Take back parameters that no equation depends on once numbers are folded in (a factor of 0)."""
        symbols = {k: ca.SX.sym(k) for k in self.declarations}
        result = self.evaluate(symbols)
        values = [ca.SX(v) for v in (*result.ddt.values(), *result.out.values())]
        used = {s.name() for s in ca.symvar(ca.vertcat(*values))}
        if "stimulus" not in used:
            raise DataError(
                f"The stimulus of '{self.path.name}' drives nothing: the variable bound to 'pace' is in no equation."
            )
        self.declarations = {
            k: d for k, d in self.declarations.items() if not isinstance(d, Param) or k in used
        }  # fmt: skip

    def _measure(self) -> None:
        """Size of each state: its largest magnitude over one paced beat, or its start value if that cannot be run."""
        from scipy.integrate import solve_ivp

        keys = [self.keys[v] for v in self.states]
        x, s = ca.SX.sym("x", len(keys)), ca.SX.sym("stimulus")
        symbols: dict[str, Any] = {k: d.value for k, d in self.declarations.items() if isinstance(d, Param)}
        symbols |= {k: x[i] for i, k in enumerate(keys)} | {"stimulus": s}
        rates = self.evaluate(symbols).ddt
        f = ca.Function("rates", [x, s], [ca.vertcat(*(rates[k] for k in keys))])
        per = unit_table.factor("s", self.time_unit)
        y = np.array([self.declarations[k].value for k in keys])
        largest = np.abs(y)
        calls = 0

        def rate(y: np.ndarray, gate: float) -> np.ndarray:
            nonlocal calls
            calls += 1
            if calls > PATIENCE:
                raise ArithmeticError
            return np.asarray(f(y, gate)).ravel()

        before, after = REST
        try:
            for gate, span in ((0.0, before), (1.0, self.pulse or 0.002), (0.0, after)):
                run = solve_ivp(lambda _, y, g=gate: rate(y, g), (0, span * per), y, "LSODA", rtol=1e-5, atol=1e-8)
                if not (run.success and np.all(np.isfinite(run.y))):
                    break
                largest, y = np.maximum(largest, np.abs(run.y).max(axis=1)), run.y[:, -1]
        except ArithmeticError:
            pass  # a model that jumps about; sizes stay as far as the run got
        for key, size in zip(keys, largest, strict=True):
            scale = {"V": SCALE_V, "Ca_i": SCALE_CA}.get(key, float(size) or 1.0)
            self.declarations[key] = State(self.declarations[key].value, self.declarations[key].unit,
                                           self.declarations[key].doc, scale=scale)  # fmt: skip

    # -- equations ----------------------------------------------------------------------------------------------------

    def evaluate(self, symbols: Mapping[str, Any]) -> Equations:
        """Rates (per unit of the file's time) and outputs of the walked model."""
        state = {v: symbols[self.keys[v]] / self.factor.get(v, 1.0) for v in self.states}
        state |= {v: symbols.get(self.keys[v], 0.0) for v in self.held}  # absent: no equation depends on it
        rhs: dict[Any, Any] = {}

        def walk(e: Any) -> Any:
            kind = type(e).__name__
            if kind == "Number":
                return float(e)
            if kind == "Name":
                return state[e.var()] if e.var().is_state() else rhs[e.var()]
            if kind == "Derivative":
                return rhs[e.var()]
            if kind not in _OPERATIONS:
                raise DataError(f"'{self.path.name}' uses '{e.code()}' ({kind}), which a cell cannot take over.")
            return _OPERATIONS[kind](*(walk(part) for part in e))

        constants = set(self.constants)
        for v in self.order:
            if v.binding() == "pace":
                rhs[v] = symbols["stimulus_level"] * symbols["stimulus"]
            elif v in constants and self.keys[v] in symbols:
                rhs[v] = symbols[self.keys[v]]
            else:
                rhs[v] = walk(v.rhs())
        ddt = {self.keys[v]: self.factor.get(v, 1.0) * rhs[v] for v in self.states}
        out = {
            self.keys[v]: self.factor.get(v, 1.0) * (state[v] if v.is_state() else rhs[v])
            for v in (self.V, self.Ca_i, *self.shown)
            if self.keys[v] not in ddt
        }
        return Equations(ddt=ddt, out=out)


class ImportedCell:
    """A cell read from a file: `cell("lv.cell")` gives the components, ready for a circuit.

    `pulse` is the length of its stimulus (s), `meta` what the file says about itself, `variables` maps the names inside
    the cell to those in the file, and `model` is the Myokit model.
    """

    def __init__(self, source: Source, values: Mapping[str, float]) -> None:
        self.title = source.path.stem
        self.path, self.model, self.meta = source.path, source.model, dict(source.model.meta)
        self.pulse = source.pulse
        self.variables = {k: v.qname() for v, k in source.keys.items() if k in source.declarations}
        name = "".join(c for c in self.title.title() if c.isalnum()) or "Cell"
        members = {
            "__doc__": f"Electrophysiology and calcium of {source.path.name}.", "source": source,
            "declarations": source.declarations, "time_unit": source.time_unit,
        }  # fmt: skip
        self.parts: list[type[Component]] = [type(f"Imported{name}", (Imported,), members), Contraction]
        self.values = dict(values)
        self()  # refuses unknown names and impossible values now

    def __call__(self, name: str = "cell", **values: float) -> Group:
        """The components under `name`. Connect the gate `stimulus`, and for a wall `stretch` and `stretch_rate`; read
        `tension` (kPa), `Ca_i` (umol/L) and `V` (mV). `values` change parameters or start values."""
        return Group.of(name, self.parts, **(self.values | values))

    def __repr__(self) -> str:
        count = {c.__name__: sum(isinstance(d, c) for d in self.parts[0].declarations.values()) for c in (State, Param)}
        return f"ImportedCell('{self.path.name}': {count['State']} states, {count['Param']} parameters, and Land's)"


def read_cell(
    path: str | Path,
    *,
    voltage: str | None = None,
    calcium: str | None = None,
    stimulus: str | None = None,
    amplitude: float | None = None,
    pulse: float | None = None,
    units: Mapping[str, str] | None = None,
    outputs: Sequence[str] = (),
    hold: Sequence[str] = (),
    **values: float,
) -> ImportedCell:
    """Read a Myokit (`.mmt`) or CellML (`.cellml`, `.xml`) model as a cell, for `hl.myocyte` and `hl.human`.

    Parameters
    ----------
    path
        The file. Needs Myokit: `pip install 'heartloop[myokit]'`.
    voltage, calcium
        Membrane potential and cytosolic calcium as `"component.variable"`. Default: by label (`membrane_potential`,
        `cytosolic_calcium`), annotation or name.
    stimulus, amplitude
        A variable to be replaced by `amplitude` (in its own unit) while the stimulus lasts. Default: whatever is bound
        to `pace`, else a periodic stimulus that Myokit recognizes in the equations.
    pulse
        Length of the stimulus (s). Default: the file's protocol; without one, that of the pacing.
    units
        Units the file leaves out or gets wrong, e.g. `{"membrane.V": "mV"}`.
    outputs
        Further variables to read, e.g. `["ina.i_Na"]`.
    hold
        States to keep at their start value, as parameters. A model that lets intracellular potassium vary conserves
        charge: it has a whole family of steady beats, and Newton's method none to find. Hold its potassium, as our own
        cells do: `hold=["potassium.K_i"]`.
    **values
        Other values for parameters or start values, of the file or of the contraction (`T_ref=90`). A calcium transient
        far from a human one needs its own `Ca50`.

    Raises `DataError` for a file that is no model, or without voltage, calcium or stimulus; `UnitError` for a unit that
    does not fit; `UnknownNameError` for a variable that is not there; `ParameterError` if Myokit is not installed.
    """
    myokit = _myokit()
    path = Path(path)
    model, protocol = _load(myokit, path)
    if stimulus is not None or amplitude is not None:
        if stimulus is None or amplitude is None:
            raise ParameterError("stimulus and amplitude belong together: which variable, and its value in the pulse.")
        protocol = _replace_stimulus(myokit, path, model, stimulus, amplitude)
    elif model.binding("pace") is None:
        from myokit.lib import guess

        protocol = guess.remove_embedded_protocol(model)
        if protocol is None:
            current = guess.stimulus_current(model)
            hint = f"it may be '{current.qname()}'" if current is not None else "none was found by name"
            raise DataError(
                f"'{path.name}' has no pacing: no variable is bound to 'pace', and no periodic stimulus was recognized "
                f"({hint}). Name it: read_cell(..., stimulus='component.variable', amplitude=..., pulse=...)."
            )
    source = Source(path, model, protocol, voltage, calcium, units or {}, outputs, hold)
    if pulse is not None:
        if not 0 < pulse < 0.1:
            raise ParameterError(f"pulse = {pulse:g} s is outside 0..0.1 s.")
        source.pulse = float(pulse)
    return ImportedCell(source, values)


def spell(unit: Any) -> str | None:
    """A Myokit unit as text for `heartloop.units`; None for none. Odd multiples get a number in front."""
    if unit is None:
        return None
    g, m, s, A, K, cd, mol = unit.exponents()
    if cd:
        raise UnitError(f"The unit {unit} contains candela, which has no place in a cell.")
    value, dims = unit.multiplier() * 1e-3**g, (m, g, s, A, K, mol)
    for text in _SPELLED:
        v, d = unit_table.parse(text)
        if tuple(d) == dims and np.isclose(v, value, rtol=1e-9, atol=0):
            return text
    powers = " ".join(f"{n}^{p:g}" for n, p in zip(("m", "kg", "s", "A", "K", "mol"), dims, strict=True) if p)
    return f"{value:.12g} {powers}".strip()


def _myokit() -> Any:
    try:
        import myokit
    except ImportError:
        raise ParameterError(
            "Reading .mmt and CellML files needs Myokit, which is not installed: pip install 'heartloop[myokit]'"
        ) from None
    return myokit


def _load(myokit: Any, path: Path) -> tuple[Any, Any]:
    if not path.is_file():
        raise DataError(f"There is no file '{path}'.")
    kind = path.suffix.lower()
    if kind not in (".mmt", ".cellml", ".xml"):
        raise DataError(f"'{path.name}' is not a cell model: its name must end in .mmt, .cellml or .xml.")
    try:
        if kind == ".mmt":
            model, protocol, _ = myokit.load(str(path))
        else:
            model, protocol = myokit.formats.importer("cellml").model(str(path)), None
        if model is not None:
            model.validate()
    except (myokit.MyokitError, UnicodeDecodeError) as error:
        raise DataError(f"'{path.name}' is not a model that Myokit can read: {error}") from error
    if model is None or not any(True for _ in model.states()):
        raise DataError(f"'{path.name}' holds no model with states.")
    return model, protocol


def _replace_stimulus(myokit: Any, path: Path, model: Any, name: str, amplitude: float) -> Any:
    if not model.has_variable(name) or model.get(name).is_state():
        known = [v.qname() for v in model.variables(deep=True, state=False)]
        raise UnknownNameError(f"'{path.name}' has no variable '{name}' for the stimulus.{suggest(name, known)}")
    variable = model.get(name)
    bound = model.binding("pace")
    if bound is None:
        bound = variable.parent(myokit.Component).add_variable_allow_renaming("pace")
        bound.set_unit(myokit.units.dimensionless)
        bound.set_rhs(0)
        bound.set_binding("pace")
    if bound is not variable:
        variable.set_rhs(myokit.Multiply(myokit.Name(bound), myokit.Number(amplitude, variable.unit())))
    return None


def _order(roots: Iterable[Any]) -> list[Any]:
    """Variables in the order of their evaluation: every one after those its right-hand side needs."""
    done: dict[Any, None] = {}
    stack = [(v, False) for v in reversed(list(roots))]
    while stack:
        v, ready = stack.pop()
        if v in done:
            continue
        if ready or v.binding() in ("time", "pace"):
            done[v] = None
            continue
        stack.append((v, True))
        for ref in v.rhs().references():
            plain = type(ref).__name__ == "Name"
            if not (plain and ref.var().is_state()) and ref.var() not in done:
                stack.append((ref.var(), False))
    return list(done)


def _sentence(v: Any) -> str:
    said = " ".join(str(v.meta.get("desc", "")).split())
    note = "" if v.unit() is not None else ", unit not stated"
    return f"{said} ({v.qname()}{note})" if said else f"{v.qname()}{note}"


def _is_concentration(v: Any) -> bool:
    try:
        text = spell(v.unit())
    except UnitError:
        return False
    return text is not None and unit_table.same_dimension(text, "mol/L")
