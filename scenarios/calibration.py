"""Make `data/rest.json`: resting set points and state of the default persons.

Run `python -m heartloop.scenarios.calibration` after a change of any default value; a test says when it is due. With
names of persons (`"female onefibre regional"`) only these are made anew.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Sequence
from pathlib import Path

from heartloop.errors import UnknownNameError, suggest
from heartloop.model import Model

from .person import bare, nearest, person_key, rest_parameters, rest_values, settle

VENTRICLES = ("onefibre", "elastance", "prescribed")
PERSONS = [(sex, v, "compact", "small") for sex in ("male", "female") for v in VENTRICLES]
PERSONS += [(sex, "onefibre", "human", "small") for sex in ("male", "female")]
PERSONS += [(sex, v, "compact", "regional") for sex in ("male", "female") for v in VENTRICLES]


def calibrated(sex: str, ventricle: str, cell: str = "compact", loop: str = "small") -> Model:
    """A default person with the set points of its own resting orbit; starts from the nearest one that is known."""
    model = bare(sex=sex, ventricle=ventricle, cell=cell, loop=loop)
    old = nearest(sex, ventricle, cell, loop)
    if old:
        model = model.with_({k: v for k, v in old["parameters"].items() if k in model.parameters.index})
        model.start_from(old["state"])
    return settle(model)


def main(file: Path, names: Sequence[str] = ()) -> None:
    """Write the entries of these persons (default: of all); keeps the old entry of one who cannot be calibrated.

    Raises `UnknownNameError` for a name that is no default person's.
    """
    keys = {person_key(*p): p for p in PERSONS}
    for name in names:
        if name not in keys:
            raise UnknownNameError(f"There is no default person '{name}'.{suggest(name, keys)}")
    entries = dict(rest_values())
    for key in names or keys:
        model = calibrated(*keys[key])
        beat = model.periodic()
        entries[key] = {
            "parameters": {p: model[p] for p in rest_parameters(keys[key][3])},
            "state": {p: float(v) for p, v in zip(model._c.paths, beat.x, strict=True)},
        }
        print(f"{key}: {beat!r}")
        file.write_text(json.dumps(entries, indent=1) + "\n")


if __name__ == "__main__":
    main(Path(__file__).parent / "data" / "rest.json", sys.argv[1:])
