"""Wiring: components become one flat symbolic graph.

Hydraulics is a graph of nodes (store volume, give pressure) and edges (see two pressures, give flow): the circuit
itself writes each node's `dV/dt` as the sum of the flows connected to it, so volume is conserved by construction.
Everything else is a directed signal with a unit check. The order of evaluation is found per *output*, so two
components may feed each other as long as no output needs itself.
"""

from __future__ import annotations

import fnmatch
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

import casadi as ca

from . import units
from .component import (
    Accumulator,
    Component,
    Declaration,
    Feature,
    Gate,
    Group,
    Held,
    Input,
    Output,
    Param,
    SlowState,
    State,
    Volume,
)
from .errors import UnknownNameError, WiringError, suggest

CLOCK, RR = "beat.clock", "beat.RR"


@dataclass(frozen=True)
class Entry:
    """One named quantity of the flat graph: path, symbol, declaration and the component it belongs to."""

    path: str
    symbol: Any
    declaration: Any
    owner: str


@dataclass
class Graph:
    """The flat graph: symbols, expressions and names. Built by `Circuit.flatten`; read by the compiled model.

    `fast` are the states of the beat (first the periodic ones, then accumulators), `params` all constants, `slow`
    the slow states, `held` the numbers fixed at beat onset, `gates` the 0/1 windows.
    """

    fast: list[Entry]
    params: list[Entry]
    slow: list[Entry]
    held: list[Entry]
    gates: list[Entry]
    outputs: dict[str, Any]  # path -> expression in fast, params, slow, held, gates
    output_declarations: dict[str, Any]
    rates: list[Any]  # per second, in the order of `fast`
    held_values: list[Any]  # expressions in fast (at onset), params, slow
    gate_windows: list[tuple[Any, Any]]  # (start, duration) in s
    features: list[str]
    slow_rates: list[Any]  # per day, in features, features at rest, params, slow
    feature_symbols: list[Any]
    slow_outputs: dict[str, Any]
    arrows: list[tuple[str, str]]  # slow -> fast wires
    n_periodic: int
    volumes: list[str]
    sources: list[str]
    measures: dict[str, str]
    totals: dict[str, Any]  # name -> expression of the conserved total in params and slow
    wires: dict[str, str] = field(default_factory=dict)


class Circuit:
    """A set of named components and the wires between them."""

    def __init__(self, name: str = "circuit") -> None:
        self.name = name
        self._components: dict[str, list[Component]] = {}
        self._flows: list[tuple[str, str, str]] = []  # edge, from node, to node
        self._signals: dict[str, str] = {}  # destination -> source
        self._gates: dict[str, tuple[str, str]] = {}
        self._sources: dict[str, str] = {}  # source name -> node
        self._measures: dict[str, str] = {}
        self._totals: dict[str, str] = {}
        self._rr: str | None = None

    # -- building ---------------------------------------------------------------------------------------------------

    def add(self, *items: Component | Group) -> None:
        """Add components or groups; names must be new."""
        for item in items:
            if item.name in self._components:
                raise WiringError(f"The circuit already has a component named '{item.name}'.")
            self._components[item.name] = list(item.members) if isinstance(item, Group) else [item]

    def replace(self, name: str, item: Component | Group) -> None:
        """Put another component into the slot `name`; the wires stay."""
        self._known(name)
        if item.name != name:
            raise WiringError(f"The replacement is named '{item.name}', but the slot is '{name}'.")
        self._components[name] = list(item.members) if isinstance(item, Group) else [item]

    def remove(self, name: str) -> None:
        """Remove a component together with every wire from or to it."""
        self._known(name)
        del self._components[name]
        self._flows = [f for f in self._flows if name not in f]
        self._signals = {
            d: s for d, s in self._signals.items() if not (d.startswith(name + ".") or s.startswith(name + "."))
        }
        self._gates = {d: w for d, w in self._gates.items() if not d.startswith(name + ".")}

    def flow(self, edge: Component, node_from: str | Component, node_to: str | Component) -> None:
        """Add `edge` and connect it: positive flow leaves `node_from` and enters `node_to`."""
        a, b = (n if isinstance(n, str) else n.name for n in (node_from, node_to))
        for node in (a, b):
            self._known(node)
            if not any(m.kind == "node" for m in self._components[node]):
                raise WiringError(f"'{node}' stores no volume, so the flow '{edge.name}' cannot connect to it.")
        if edge.kind != "edge":
            raise WiringError(f"'{edge.name}' ({type(edge).__name__}) is not an edge; declare kind = 'edge'.")
        self.add(edge)
        self._flows.append((edge.name, a, b))

    def signal(self, source: str, to: str | Iterable[str]) -> None:
        """Wire an output, state, parameter or slow state to one input (or several). Units are checked here."""
        for destination in [to] if isinstance(to, str) else to:
            d = self._declaration(destination, "input")
            if source not in (CLOCK, RR):
                s = self._declaration(source, "source")
                if not units.same_dimension(s.unit, d.unit):
                    raise units.UnitError(
                        f"Signal '{source}' is in '{s.unit}', but '{destination}' expects '{d.unit}' ({d.doc})."
                    )
            elif not units.same_dimension("s", d.unit):
                raise units.UnitError(f"Signal '{source}' is a time, but '{destination}' expects '{d.unit}'.")
            self._signals[destination] = source

    def unwire(self, destination: str) -> None:
        """Take the wire to an input away; without another one the input's default holds. Raises `WiringError`."""
        self._declaration(destination, "input")
        if self._signals.pop(destination, None) is None:
            raise WiringError(f"No wire leads to '{destination}'.{suggest(destination, self._signals)}")

    def gate(self, destination: str, *, start: str, duration: str) -> None:
        """Open the gate input `destination` from `start` for `duration` (paths of held outputs or parameters)."""
        d = self._declaration(destination, "input")
        if not isinstance(d, Gate):
            raise WiringError(f"'{destination}' is not a Gate; use signal(...) for ordinary inputs.")
        for path in (start, duration):
            if not units.same_dimension(self._declaration(path, "source").unit, "s"):
                raise units.UnitError(f"Gate '{destination}': '{path}' is not a time.")
        self._gates[destination] = (start, duration)

    def source(self, name: str, node: str) -> None:
        """Let blood enter (or leave) `node` at the parameter `name.q` (mL/s, 0 at rest); listed in every result."""
        self._known(node)
        self._sources[name] = node

    def total(self, name: str, value: str) -> None:
        """Name the conserved sum of all volumes and the parameter or slow output that sets it on an orbit."""
        if not units.same_dimension(self._declaration(value, "source").unit, "mL"):
            raise units.UnitError(f"Total '{name}': '{value}' is not a volume.")
        self._totals[name] = value

    def measure(self, key: str, path: str) -> None:
        """Integrate a signal over the beat; its mean becomes the feature `key`."""
        self._measures[key] = path

    def beat(self, rr: str) -> None:
        """Name the held output that is the RR interval (s) of the beat that starts."""
        d = self._declaration(rr, "source")
        if not isinstance(d, Held):
            raise WiringError(f"'{rr}' must be a Held output to set the beat.")
        self._rr = rr

    # -- looking up -------------------------------------------------------------------------------------------------

    def _known(self, name: str) -> None:
        if name not in self._components:
            raise WiringError(f"The circuit has no component '{name}'.{suggest(name, self._components)}")

    def _declaration(self, path: str, role: str) -> Any:
        name, _, key = path.rpartition(".")
        if path.endswith(".dVdt") and name in self._components and role == "source":
            return Output("mL/s", "rate of volume")
        self._known(name)
        known: dict[str, Any] = {}
        for member in self._components[name]:
            known |= member.declarations
        d = known.get(key)
        if d is None or (role == "input") != isinstance(d, Input):
            fits = [k for k, v in known.items() if (role == "input") == isinstance(v, Input)]
            what = "input" if role == "input" else "output, state or parameter"
            raise WiringError(
                f"'{name}' has no {what} '{key}'.{suggest(key, fits)} It has: {', '.join(fits) or 'none'}."
            )
        return d

    @property
    def components(self) -> dict[str, list[Component]]:
        """Members by slot name."""
        return dict(self._components)

    def __repr__(self) -> str:
        return f"Circuit('{self.name}': {len(self._components)} components, {len(self._flows)} flows)"

    # -- flattening -------------------------------------------------------------------------------------------------

    def flatten(self) -> Graph:
        """Evaluate every component once on symbols and substitute the wires. Raises `WiringError` with all gaps."""
        if self._rr is None:
            raise WiringError("No component sets the beat; call circuit.beat(rr='sinus.RR').")
        return _Flattener(self).run()


class _Flattener:
    """One pass of `Circuit.flatten`; kept apart so that the circuit itself stays a plain description."""

    def __init__(self, circuit: Circuit) -> None:
        self.c = circuit
        self.params: dict[str, Entry] = {}
        self.fast: dict[str, Entry] = {}
        self.slow: dict[str, Entry] = {}
        self.gates: dict[str, Entry] = {}
        self.held: dict[str, Entry] = {}
        self.outputs: dict[str, Any] = {}
        self.declared: dict[str, Any] = {}
        self.rates: dict[str, Any] = {}
        self.slow_rates: dict[str, Any] = {}
        self.inputs: dict[str, tuple[Any, Any]] = {}  # path -> (placeholder, declaration)
        self.features: dict[str, Any] = {}
        self.slow_owned: set[str] = set()

    def run(self) -> Graph:
        self._evaluate()
        self._hydraulics()
        sources = self._resolve()
        order = self._order(sources)
        return self._finish(order, sources)

    def _evaluate(self) -> None:
        for name, members in self.c._components.items():
            visible: dict[str, Any] = {}
            owners: dict[str, str] = {}
            for member in members:  # symbols first: members see each other
                for key, d in member.declarations.items():
                    path = f"{name}.{key}"
                    if isinstance(d, Param):
                        if path in self.params:
                            if self.params[path].declaration != d:
                                raise WiringError(f"'{path}' is declared twice with different values or sentences.")
                        else:
                            self.params[path] = Entry(path, ca.SX.sym(path), d, name)
                    elif isinstance(d, State | Output):
                        if key in owners:
                            raise WiringError(f"'{path}' is declared by {owners[key]} and {type(member).__name__}.")
                        owners[key] = type(member).__name__
                        if isinstance(d, SlowState):
                            self.slow[path] = Entry(path, ca.SX.sym(path), d, name)
                        elif isinstance(d, State):
                            self.fast[path] = Entry(path, ca.SX.sym(path), d, name)
                    visible[key] = d
            for member in members:
                slow = bool(member.of(SlowState)) or bool(member.of(Feature)) or member.kind == "slow"
                symbols: dict[str, Any] = {}
                for key, d in member.declarations.items():
                    path = f"{name}.{key}"
                    if isinstance(d, Param):
                        symbols[key] = self.params[path].symbol
                    elif isinstance(d, SlowState):
                        symbols[key] = self.slow[path].symbol
                    elif isinstance(d, State):
                        symbols[key] = self.fast[path].symbol
                    elif isinstance(d, Feature):
                        feature = key
                        if feature not in self.features:
                            self.features[feature] = ca.SX.sym(f"feature:{feature}")
                        symbols[key] = self.features[feature]
                    elif isinstance(d, Gate):
                        if path not in self.gates:
                            self.gates[path] = Entry(path, ca.SX.sym(path), d, name)
                        symbols[key] = self.gates[path].symbol
                    elif isinstance(d, Input):
                        if path not in self.inputs:
                            self.inputs[path] = (ca.SX.sym(f"in:{path}"), d)
                        elif not units.same_dimension(self.inputs[path][1].unit, d.unit):
                            raise WiringError(f"'{path}' is asked for in two units: '{d.unit}' and another.")
                        symbols[key] = self.inputs[path][0]
                equations = member.evaluate(symbols)
                per = units.factor("day" if slow else "s", member.time_unit)
                for key, rate in equations.ddt.items():
                    (self.slow_rates if slow else self.rates)[f"{name}.{key}"] = ca.SX(rate) * per
                for key, value in equations.out.items():
                    self.outputs[f"{name}.{key}"] = ca.SX(value)
                    self.declared[f"{name}.{key}"] = member.declarations[key]
                    if slow:
                        self.slow_owned.add(f"{name}.{key}")
                self._unused(name, member, symbols, equations)

    @staticmethod
    def _unused(name: str, member: Component, symbols: dict[str, Any], equations: Any) -> None:
        values = [ca.SX(v) for v in (*equations.ddt.values(), *equations.out.values())]
        used = {s.name() for s in ca.symvar(ca.vertcat(*values))} if values else set()
        for key, d in member.declarations.items():
            if isinstance(d, Param | Input) and symbols[key].name() not in used:
                raise WiringError(
                    f"{type(member).__name__} ('{name}') declares '{key}' and takes it, but no equation depends on it."
                )

    def _hydraulics(self) -> None:
        net: dict[str, Any] = {}
        volume: dict[str, str] = {}
        for name, members in self.c._components.items():
            for member in members:
                if member.kind != "node":
                    continue
                own = [f"{name}.{k}" for k in member.of(Volume)]
                if len(own) != 1:
                    raise WiringError(f"The node '{name}' must declare exactly one Volume; it has {len(own)}.")
                volume[name] = own[0]
                net[name] = ca.SX(0)
        for edge, a, b in self.c._flows:
            q = f"{edge}.q"
            symbol = self.fast[q].symbol if q in self.fast else None
            if symbol is None:
                if q not in self.outputs:
                    raise WiringError(f"The edge '{edge}' gives no flow 'q'.")
                symbol = ca.SX.sym(f"in:flow:{edge}")
                self.inputs[f"flow:{edge}"] = (symbol, Declaration("mL/s", "flow"))
                self.c._signals.setdefault(f"flow:{edge}", q)
            net[a] = net[a] - symbol
            net[b] = net[b] + symbol
        for name, node in self.c._sources.items():
            d = Param(0.0, "mL/s", f"blood entering {node} from outside", source="assumed")
            entry = Entry(f"{name}.q", ca.SX.sym(f"{name}.q"), d, name)
            self.params[entry.path] = entry
            net[node] = net[node] + entry.symbol
        connected = {n for f in self.c._flows for n in f[1:]}
        for name, expression in net.items():
            if name not in connected:
                raise WiringError(f"The node '{name}' has no flow connected to it.")
            self.rates[volume[name]] = expression
            self.outputs[f"{name}.dVdt"] = expression
            self.declared[f"{name}.dVdt"] = Output("mL/s", "rate of volume")
        self.volumes = list(volume.values())

    def _resolve(self) -> dict[str, tuple[str, float]]:
        """Map every input path to (source path, factor); unconnected inputs with a default become parameters."""
        flow_ends = {e: (a, b) for e, a, b in self.c._flows}
        result: dict[str, tuple[str, float]] = {}
        missing: list[str] = []
        for path, (_, d) in list(self.inputs.items()):
            name, _, key = path.rpartition(".")
            source = self.c._signals.get(path)
            if source is None and name in flow_ends and key in ("p_in", "p_out"):
                source = f"{flow_ends[name][key == 'p_out']}.p"
            if source is None and key == "dVdt" and f"{name}.dVdt" in self.outputs:
                source = f"{name}.dVdt"
            if source is None:  # a sibling of the group
                sibling = f"{name}.{key}"
                if sibling in self.fast or sibling in self.outputs:
                    source = sibling
            if source is None and getattr(d, "default", None) is not None:
                declared = Param(d.default, d.unit, d.doc + " (not connected)", source="assumed")
                self.params[path] = Entry(path, ca.SX.sym(path), declared, name)
                source = path
            if source is None:
                missing.append(f"'{path}' [{d.unit}] ({d.doc})")
                continue
            if source in (CLOCK, RR):
                unit = "s"
            else:
                entry = self.params.get(source) or self.fast.get(source) or self.slow.get(source)
                found = entry.declaration if entry else self.declared.get(source)
                if found is None:
                    known = [*self.outputs, *self.fast, *self.params, *self.slow]
                    raise WiringError(f"'{path}' is wired to '{source}', which does not exist.{suggest(source, known)}")
                unit = found.unit
            result[path] = (source, units.factor(unit, d.unit))
        if missing:
            raise WiringError(f"{len(missing)} inputs are not connected: " + "; ".join(missing[:12]))
        return result

    def _leaf(self, source: str) -> Any:
        for table in (self.params, self.fast, self.slow):
            if source in table:
                return table[source].symbol
        return None

    def _order(self, sources: dict[str, tuple[str, float]]) -> list[str]:
        """Topological order of the input placeholders; a cycle is an algebraic loop and is named."""
        by_symbol = {self.inputs[p][0].name(): p for p in self.inputs}
        needs: dict[str, list[str]] = {}
        for path, (source, _) in sources.items():
            held = isinstance(self.declared.get(source), Held)
            if source in (CLOCK, RR) or held or self._leaf(source) is not None:
                needs[path] = []
            else:
                symbols = ca.symvar(self.outputs[source])
                needs[path] = [by_symbol[s.name()] for s in symbols if s.name() in by_symbol]
        order: list[str] = []
        mark: dict[str, int] = {}

        def visit(path: str, trail: list[str]) -> None:
            if mark.get(path) == 2:
                return
            if mark.get(path) == 1:
                loop = [*trail[trail.index(path) :], path]
                raise WiringError(
                    "Algebraic loop: " + " <- ".join(f"{p} <- {sources[p][0]}" for p in loop) + ". "
                    "Put a state (inertia, compliance, first-order lag) into it."
                )
            mark[path] = 1
            for other in needs[path]:
                visit(other, [*trail, path])
            mark[path] = 2
            order.append(path)

        for path in sources:
            visit(path, [])
        return order

    def _finish(self, order: list[str], sources: dict[str, tuple[str, float]]) -> Graph:
        clock = Entry(CLOCK, ca.SX.sym(CLOCK), State(0.0, "s", "time since beat onset", scale=1.0), "beat")
        self.fast[CLOCK] = clock
        self.rates[CLOCK] = ca.SX(1)
        for path, d in self.declared.items():
            if isinstance(d, Held):
                self.held[path] = Entry(path, ca.SX.sym(path), d, path.rpartition(".")[0])

        placeholders, values = [], []
        for path in order:
            source, k = sources[path]
            if source == CLOCK:
                value = clock.symbol
            elif source == RR:
                value = self.held[self.c._rr].symbol  # type: ignore[index]
            elif source in self.held:
                value = self.held[source].symbol
            else:
                leaf = self._leaf(source)
                value = leaf if leaf is not None else self.outputs[source]
            placeholders.append(self.inputs[path][0])
            values.append(value * k)

        measures: dict[str, str] = {}
        for key, path in self.c._measures.items():
            leaf = self._leaf(path)
            if leaf is None and path not in self.outputs:
                raise WiringError(f"Measure '{key}' reads '{path}', which does not exist.{suggest(path, self.outputs)}")
            unit = (self.fast[path].declaration if path in self.fast else self.declared[path]).unit
            acc = f"mean.{key}"
            d = Accumulator(0.0, f"{unit} s" if unit != "1" else "s", f"integral over the beat of {path}")
            self.fast[acc] = Entry(acc, ca.SX.sym(acc), d, "mean")
            self.rates[acc] = leaf if leaf is not None else self.outputs[path]
            measures[key] = acc

        def is_acc(e: Entry) -> bool:
            return isinstance(e.declaration, Accumulator)

        fast = [e for e in self.fast.values() if not is_acc(e)] + [e for e in self.fast.values() if is_acc(e)]
        rates = [self.rates[e.path] for e in fast]
        slow = list(self.slow.values())
        out_paths = list(self.outputs)
        windows = []
        for path in self.gates:
            if path not in self.c._gates:
                raise WiringError(f"The gate '{path}' has no window; call circuit.gate('{path}', start=, duration=).")
            pair = []
            for source in self.c._gates[path]:
                declared = self.declared.get(source) or self.params[source].declaration
                k = units.factor(declared.unit, "s")
                symbol = self.held[source].symbol if source in self.held else self._leaf(source)
                pair.append((symbol if symbol is not None else self.outputs[source]) * k)
            windows.append(tuple(pair))

        totals = []
        for path in self.c._totals.values():
            leaf = self._leaf(path)
            declared = self.declared.get(path) or (self.params.get(path) or self.slow[path]).declaration
            totals.append((leaf if leaf is not None else self.outputs[path]) * units.factor(declared.unit, "mL"))

        expressions = [
            *rates,
            *(self.outputs[p] for p in out_paths),
            *(self.slow_rates[e.path] for e in slow),
            *(w for pair in windows for w in pair),
            *totals,
        ]
        if placeholders:
            _, expressions = _substitute(placeholders, values, expressions)
        n_f, n_o, n_s = len(rates), len(out_paths), len(slow)
        rates = expressions[:n_f]
        outputs = dict(zip(out_paths, expressions[n_f : n_f + n_o], strict=True))
        slow_rates = expressions[n_f + n_o : n_f + n_o + n_s]
        flat = expressions[n_f + n_o + n_s : n_f + n_o + n_s + 2 * len(windows)]
        totals = expressions[n_f + n_o + n_s + 2 * len(windows) :]
        windows = list(zip(flat[::2], flat[1::2], strict=True))

        held_values = self._held_values(outputs)
        self._layers(rates, slow_rates)
        arrows = [
            (s, d)
            for d, (s, _) in sources.items()
            if (s in self.slow or s in self.slow_owned) and d.rpartition(".")[0] not in self._slow_names()
        ]
        fast_names = {e.symbol.name() for e in fast}
        slow_outputs = {
            p: outputs[p]
            for p in outputs
            if p in self.slow_owned and not any(s.name() in fast_names for s in ca.symvar(outputs[p]))
        }
        return Graph(
            fast=fast,
            params=list(self.params.values()),
            slow=slow,
            held=list(self.held.values()),
            gates=list(self.gates.values()),
            outputs={p: e for p, e in outputs.items() if p not in self.slow_owned},
            output_declarations=dict(self.declared),
            rates=rates,
            held_values=held_values,
            gate_windows=windows,
            features=list(self.features),
            feature_symbols=list(self.features.values()),
            slow_rates=slow_rates,
            slow_outputs=slow_outputs,
            arrows=arrows,
            n_periodic=sum(not is_acc(e) for e in fast),
            volumes=self.volumes,
            sources=[f"{s}.q" for s in self.c._sources],
            measures=measures,
            totals=dict(zip(self.c._totals, totals, strict=True)),
            wires={d: s for d, (s, _) in sources.items()},
        )

    def _slow_names(self) -> set[str]:
        return {p.rpartition(".")[0] for p in (*self.slow, *self.slow_owned)}

    def _held_values(self, outputs: dict[str, Any]) -> list[Any]:
        """Held outputs may use each other; substitute until only states, parameters and slow states are left."""
        symbols = {e.symbol.name(): e for e in self.held.values()}
        done: list[Entry] = []
        todo = list(self.held.values())
        while todo:
            ready = [
                e
                for e in todo
                if all(s.name() not in symbols or symbols[s.name()] in done for s in ca.symvar(outputs[e.path]))
            ]
            if not ready:
                raise WiringError("Held outputs need each other: " + ", ".join(e.path for e in todo))
            done += ready
            todo = [e for e in todo if e not in ready]
        values, _ = _substitute([e.symbol for e in done], [outputs[e.path] for e in done], [])
        by_path = {e.path: v for e, v in zip(done, values, strict=True)}
        return [by_path[e.path] for e in self.held.values()]

    def _layers(self, rates: list[Any], slow_rates: list[Any]) -> None:
        features = {s.name() for s in self.features.values()}
        for what, expressions in (("fast rates", rates),):
            used = {s.name() for s in ca.symvar(ca.vertcat(*expressions))}
            if used & features:
                names = ", ".join(sorted(n.removeprefix("feature:") for n in used & features))
                raise WiringError(
                    f"The {what} depend on whole-beat features ({names}) through a slow output. "
                    "A slow output that acts on the beat may depend on slow states and parameters only."
                )
        fast = {e.symbol.name() for e in self.fast.values()}
        if slow_rates:
            used = {s.name() for s in ca.symvar(ca.vertcat(*slow_rates))}
            if used & fast:
                raise WiringError(
                    f"Slow rates depend on fast states ({', '.join(sorted(used & fast))}); declare a Feature instead."
                )


def _substitute(symbols: list[Any], values: list[Any], expressions: list[Any]) -> tuple[list[Any], list[Any]]:
    """Substitute in order (values[i] may use symbols[:i]); one pass, shared sub-expressions kept."""
    if not symbols:
        return [], list(expressions)
    new_values, new = ca.substitute_inplace(symbols, [ca.SX(v) for v in values], [ca.SX(e) for e in expressions])
    return list(new_values), list(new)


def match(pattern: str, known: Iterable[str], what: str = "parameter") -> list[str]:
    """Paths that `pattern` addresses: itself, a wildcard, or a path with its first parts left out.

    `cell.serca` addresses `lv.cell.serca` and `rv.cell.serca`; `*.C` every `C`.
    """
    known = list(known)
    if pattern in known:
        return [pattern]
    if any(ch in pattern for ch in "*?["):
        found = fnmatch.filter(known, pattern)
    else:
        found = [k for k in known if k.endswith("." + pattern)]
    if not found:
        raise UnknownNameError(f"There is no {what} '{pattern}'.{suggest(pattern, known)}")
    return found
