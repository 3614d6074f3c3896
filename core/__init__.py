"""heartloop: a closed-loop multiscale model of the human heart and circulation.

    import heartloop as hl
    person = hl.human(sex="male")
    beat = person.periodic()
    beat.summary()

Names below are imported when first used, so that `import heartloop` stays quick.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

__version__ = "0.1.0"

if TYPE_CHECKING:
    from heartloop.cell.imported import read_cell
    from heartloop.scenarios.myocyte import myocyte
    from heartloop.scenarios.patients import read_patient
    from heartloop.scenarios.person import human
    from heartloop.scenarios.scenario import list_scenarios, scenario

    from .circuit import Circuit
    from .component import Component
    from .errors import HeartloopError
    from .events import bleed, dose, ectopic, infuse, pace, set_parameter, when
    from .results import load

_PLACES = {
    "human": "heartloop.scenarios.person",
    "myocyte": "heartloop.scenarios.myocyte",
    "scenario": "heartloop.scenarios.scenario",
    "list_scenarios": "heartloop.scenarios.scenario",
    "read_cell": "heartloop.cell.imported",
    "read_patient": "heartloop.scenarios.patients",
    "load": "heartloop.results",
    "bleed": "heartloop.events",
    "dose": "heartloop.events",
    "infuse": "heartloop.events",
    "set_parameter": "heartloop.events",
    "pace": "heartloop.events",
    "ectopic": "heartloop.events",
    "when": "heartloop.events",
    "Circuit": "heartloop.circuit",
    "Component": "heartloop.component",
    "HeartloopError": "heartloop.errors",
}

__all__ = [
    "Circuit",
    "Component",
    "HeartloopError",
    "bleed",
    "dose",
    "ectopic",
    "human",
    "infuse",
    "list_scenarios",
    "load",
    "myocyte",
    "pace",
    "read_cell",
    "read_patient",
    "scenario",
    "set_parameter",
    "when",
]


def __getattr__(name: str) -> Any:
    if name in _PLACES:
        # `heartloop.scenario` the function shares its name with nothing: the module is heartloop.scenarios.scenario
        value = getattr(import_module(_PLACES[name]), name)
        globals()[name] = value
        return value
    from .errors import suggest

    raise AttributeError(f"module 'heartloop' has no attribute '{name}'.{suggest(name, __all__)}")


def __dir__() -> list[str]:
    return sorted(__all__)
