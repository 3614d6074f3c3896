"""Make `data/rest.json`: resting set points and state of the default persons.

Run `python -m heartloop.scenarios.calibration` after a change of any default value; a test says when it is due.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path

from heartloop.model import Model
from heartloop.reflex import REST

from .person import bare, rest_values, settle

PERSONS = [(sex, ventricle) for sex in ("male", "female") for ventricle in ("onefibre", "elastance", "prescribed")]


def calibrated(sex: str, ventricle: str) -> Model:
    """A default person with the set points of its own resting orbit."""
    model = bare(sex=sex, ventricle=ventricle)
    old = rest_values().get(f"{sex} {ventricle}")
    if old:
        model = model.with_({k: v for k, v in old["parameters"].items() if k in model.parameters.index})
        model.start_from(old["state"])
    return settle(model)


def main(file: Path) -> None:
    """Write every default person's entry; keeps the old entry of a person who cannot be calibrated."""
    entries = dict(rest_values())
    for sex, ventricle in PERSONS:
        model = calibrated(sex, ventricle)
        beat = model.periodic()
        entries[f"{sex} {ventricle}"] = {
            "parameters": {p: model[p] for p in REST},
            "state": {p: float(v) for p, v in zip(model._c.paths, beat.x, strict=True)},
        }
        print(f"{sex} {ventricle}: {beat!r}")
        file.write_text(json.dumps(entries, indent=1) + "\n")


if __name__ == "__main__":
    main(Path(sys.argv[1]) if len(sys.argv) > 1 else Path(__file__).parent / "data" / "rest.json")
