"""Make `data/rest.json`: resting set points and state of the default persons.

Run `python -m heartloop.scenarios.calibration` after a change of any default value; a test says when it is due.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path

from heartloop.model import Model
from heartloop.reflex import REST

from .person import bare, person_key, rest_values, settle

PERSONS = [(sex, v, "compact") for sex in ("male", "female") for v in ("onefibre", "elastance", "prescribed")]
PERSONS += [(sex, "onefibre", "human") for sex in ("male", "female")]


def calibrated(sex: str, ventricle: str, cell: str = "compact") -> Model:
    """A default person with the set points of its own resting orbit."""
    model = bare(sex=sex, ventricle=ventricle, cell=cell)
    old = rest_values().get(person_key(sex, ventricle, cell)) or rest_values().get(person_key(sex, ventricle))
    if old:
        model = model.with_({k: v for k, v in old["parameters"].items() if k in model.parameters.index})
        model.start_from(old["state"])
    return settle(model)


def main(file: Path) -> None:
    """Write every default person's entry; keeps the old entry of a person who cannot be calibrated."""
    entries = dict(rest_values())
    for sex, ventricle, cell in PERSONS:
        model = calibrated(sex, ventricle, cell)
        beat = model.periodic()
        entries[person_key(sex, ventricle, cell)] = {
            "parameters": {p: model[p] for p in REST},
            "state": {p: float(v) for p, v in zip(model._c.paths, beat.x, strict=True)},
        }
        print(f"{person_key(sex, ventricle, cell)}: {beat!r}")
        file.write_text(json.dumps(entries, indent=1) + "\n")


if __name__ == "__main__":
    main(Path(sys.argv[1]) if len(sys.argv) > 1 else Path(__file__).parent / "data" / "rest.json")
