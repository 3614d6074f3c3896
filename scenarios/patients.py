"""Patient files: one row a patient, columns that carry their unit in the name, and every refusal a sentence.

Columns follow right-heart-catheter and echo reports. A measured quantity is handed on under the key that
`Beat.summary()` uses, with a standard deviation from published reproducibility. Resistances written in such files
are derived from the other columns and are kept apart, so that nothing is scored twice.
"""

from __future__ import annotations

import csv
import difflib
import math
import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from heartloop.errors import DataError, suggest

KPA = 7.50062  # mmHg
WOOD = 80.0  # dyn s cm-5 in one Wood unit
SHIPPED = Path(__file__).parent / "data"


@dataclass(frozen=True)
class Column:
    """One numeric column: summary key, factor to the key's unit, possible range, working SD and its evidence."""

    key: str
    low: float
    high: float
    unit: str
    sd: float = 0.0  # absolute, in the key's unit
    sd_relative: float = 0.0
    factor: float = 1.0
    role: str = "measured"  # measured | body | derived | interval | other
    doubtful: float = math.inf  # above: kept apart, with a note

    def deviation(self, value: float) -> float:
        return max(self.sd, self.sd_relative * abs(value))


def _mmhg(key: str, low: float, high: float, sd: float) -> Column:
    return Column(key, low, high, "mmHg", sd)


def _other(key: str, low: float, high: float, unit: str) -> Column:
    return Column(key, low, high, unit, role="other")


# Working SDs: repeat-measurement and cross-modality studies. Thermodilution 10 %, estimated Fick 20 % (Yang2011 and
# comparisons with direct Fick); wedge 3 mmHg (reader disagreement); right heart 2-2.5 mmHg; arterial 5 mmHg;
# EF 6 points and echo volumes 10 % (core-laboratory reproducibility); HR 3 1/min (beat variation). E/A: assumed.
COLUMNS: dict[str, Column] = {
    "weight_kg": Column("weight_kg", 25, 300, "kg", role="body"),
    "height_cm": Column("height_cm", 110, 230, "cm", role="body"),
    "age_y": Column("age_y", 16, 110, "years", role="body"),
    "hr_bpm": Column("HR", 25, 220, "1/min", 3.0),
    "sbp_mmhg": _mmhg("SBP", 45, 280, 5.0),
    "dbp_mmhg": _mmhg("DBP", 15, 180, 5.0),
    "rv_sys_mmhg": _mmhg("RVSP", 8, 160, 2.5),
    "rv_dia_mmhg": _mmhg("RV_min", -15, 45, 2.0),
    "rvedp_mmhg": _mmhg("RVEDP", -5, 50, 2.0),
    "pa_sys_mmhg": _mmhg("PAP_sys", 7, 160, 2.5),
    "pa_dia_mmhg": _mmhg("PAP_dia", 0, 100, 2.5),
    "pcwp_mmhg": _mmhg("PCWP", 0, 60, 3.0),
    "cvp_mmhg": _mmhg("CVP", -8, 40, 2.0),
    "co_l_min": Column("CO", 0.8, 20, "L/min", sd_relative=0.20),
    "co_fick_l_min": Column("CO", 0.8, 20, "L/min", sd_relative=0.20),
    "co_td_l_min": Column("CO", 0.8, 20, "L/min", sd_relative=0.10),
    "lvef_percent": Column("EF", 5, 90, "%", 0.06, factor=0.01),
    "lvedv_a4c_ml": Column("LVEDV", 30, 600, "mL", sd_relative=0.10),
    "lvedv_ml": Column("LVEDV", 30, 600, "mL", sd_relative=0.10),
    "lvesv_ml": Column("LVESV", 5, 550, "mL", sd_relative=0.10),
    "rvedv_ml": Column("RVEDV", 30, 600, "mL", sd_relative=0.10),
    "rvesv_ml": Column("RVESV", 5, 550, "mL", sd_relative=0.10),
    "mv_e_a_ratio": Column("E_A", 0.2, 40, "", sd_relative=0.15, doubtful=6.0),
    "svr_dyn_s_cm5": Column("SVR", 150, 6000, "dyn s cm-5", factor=1 / WOOD, role="derived"),
    "pvr_dyn_s_cm5": Column("PVR", 5, 2500, "dyn s cm-5", factor=1 / WOOD, role="derived"),
    "ra_echo_class_mmhg": Column("RAP_mean", 3, 15, "mmHg", role="interval"),
    "la_vol_a4c_ml": _other("la_vol", 5, 500, "mL"),
    "ra_vol_a4c_ml": _other("ra_vol", 5, 500, "mL"),
    "mv_decel_time_ms": _other("mv_decel_time", 50, 600, "ms"),
    "pv_accel_time_ms": _other("pv_accel_time", 30, 300, "ms"),
    "pv_max_pg_mmhg": _other("pv_max_pg", 0, 150, "mmHg"),
    "aov_peak_pg_mmhg": _other("aov_peak_pg", 0, 200, "mmHg"),
    "aov_mean_pg_mmhg": _other("aov_mean_pg", 0, 150, "mmHg"),
}
TEXT_COLUMNS = ("patient_id", "sex", "denervated", "remark")
RA_CLASSES = {3.0: (0.0, 5.0), 8.0: (5.0, 10.0), 15.0: (10.0, 20.0)}  # mmHg, from the width of the vena cava
SUMMARY_UNITS = {"EF": "1", "SVR": "WU", "PVR": "WU"}
CO_COLUMNS = {"fick": "co_fick_l_min", "td": "co_td_l_min"}
_YES, _NO = ("yes", "true", "1"), ("no", "false", "0", "")
# (larger, smaller, sentence)
_ORDER = (
    ("sbp_mmhg", "dbp_mmhg", "systolic arterial pressure"),
    ("pa_sys_mmhg", "pa_dia_mmhg", "systolic pulmonary pressure"),
    ("rv_sys_mmhg", "rv_dia_mmhg", "systolic right-ventricular pressure"),
    ("rv_sys_mmhg", "rvedp_mmhg", "systolic right-ventricular pressure"),
    ("lvedv_ml", "lvesv_ml", "end-diastolic left-ventricular volume"),
    ("lvedv_a4c_ml", "lvesv_ml", "end-diastolic left-ventricular volume"),
    ("rvedv_ml", "rvesv_ml", "end-diastolic right-ventricular volume"),
)


@dataclass(frozen=True)
class Patient:
    """A measured person: body, measured quantities by summary key with their SDs, and what must not be scored.

    `measured` and `sd` are in the units of `Beat.summary()` (EF a fraction, CO in L/min); `derived` holds resistances
    computed by whoever wrote the file, `intervals` values known only as a class, `other` what the model does not
    report. `notes` are sentences about conflicts inside the record.
    """

    id: str
    measured: Mapping[str, float]
    sd: Mapping[str, float]
    sex: str | None = None
    weight_kg: float | None = None
    height_cm: float | None = None
    age_y: float | None = None
    denervated: bool = False
    derived: Mapping[str, float] = field(default_factory=dict)
    intervals: Mapping[str, tuple[float, float]] = field(default_factory=dict)
    other: Mapping[str, float] = field(default_factory=dict)
    co_methods: Mapping[str, float] = field(default_factory=dict)
    notes: tuple[str, ...] = ()
    source: str = ""

    def __repr__(self) -> str:
        body = [self.sex or "sex not given"]
        body += [f"{v:g} {u}" for v, u in ((self.weight_kg, "kg"), (self.height_cm, "cm")) if v is not None]
        values = ", ".join(f"{k} {v:g}" for k, v in self.measured.items())
        return f"Patient '{self.id}' ({', '.join(body)}): {values}"


def read_patient(path: str | os.PathLike[str], id: str | None = None, *, co: str | None = None) -> Patient:
    """Read one patient from a CSV file.

    Parameters
    ----------
    path
        The file, or the name of one that comes with heartloop (`rhc_transplant.csv`).
    id
        Value in the column `patient_id`; may be left out if the file holds one patient.
    co
        Which cardiac output to believe if the record has both: "fick" (default) or "td" (thermodilution).
    """
    path = _find(path)
    header, rows = _rows(path)
    number, row = _pick(path, rows, id)
    label = row["patient_id"]
    where = f"{path.name}, row {number} ('{label}')"

    raw = {c: v for c in header if c in COLUMNS and (v := _number(row[c], c, where)) is not None}
    for large, small, what in _ORDER:
        if large in raw and small in raw and raw[large] <= raw[small]:
            raise DataError(
                f"{where}: the {what} ({large} = {raw[large]:g}) is not above {small} = {raw[small]:g}. "
                "Are the two columns swapped?"
            )
    chosen, methods, notes = _cardiac_output(raw, co, where)
    measured: dict[str, float] = {}
    sd: dict[str, float] = {}
    groups: dict[str, dict[str, float]] = {"body": {}, "derived": {}, "other": {}}
    intervals: dict[str, tuple[float, float]] = {}
    for name, value in raw.items():
        column = COLUMNS[name]
        if column.key == "CO" and name != chosen:
            continue
        scaled = value * column.factor
        if value > column.doubtful:
            groups["other"][column.key] = scaled
            notes.append(f"{name} = {value:g} is beyond what has been seen ({column.doubtful:g}) and is not used.")
        elif column.role == "measured":
            measured[column.key], sd[column.key] = scaled, column.deviation(scaled)
        elif column.role == "interval":
            if value not in RA_CLASSES:
                raise DataError(f"{where}: {name} = {value:g} is not one of the classes 3, 8 and 15 mmHg.")
            intervals[column.key] = RA_CLASSES[value]
        else:
            groups[column.role][column.key] = scaled
    if not measured:
        raise DataError(f"{where}: the patient has no measurement at all; there is nothing to fit.")
    notes += _conflicts(raw)
    if row.get("remark"):
        notes.append(row["remark"])
    return Patient(
        id=label,
        measured=measured,
        sd=sd,
        sex=_sex(row.get("sex", ""), where),
        weight_kg=groups["body"].get("weight_kg"),
        height_cm=groups["body"].get("height_cm"),
        age_y=groups["body"].get("age_y"),
        denervated=_flag(row.get("denervated", ""), where),
        derived=groups["derived"],
        intervals=intervals,
        other=groups["other"],
        co_methods=methods,
        notes=tuple(notes),
        source=path.name,
    )


def patient_ids(path: str | os.PathLike[str]) -> list[str]:
    """All ids of a patient file, in the order written."""
    return [row["patient_id"] for _, row in _rows(_find(path))[1]]


def unit_of(key: str) -> str:
    """Unit in which `Patient.measured` gives a summary key."""
    return SUMMARY_UNITS.get(key) or next((c.unit for c in COLUMNS.values() if c.key == key), "") or "1"


def _find(path: str | os.PathLike[str]) -> Path:
    path = Path(path)
    if path.is_dir():
        raise DataError(f"{path} is a folder, not a patient file; give the .csv file inside it.")
    if path.exists():
        return path
    if path.name == str(path) and (SHIPPED / path).is_file():
        return SHIPPED / path
    beside = [p.name for p in path.parent.glob("*.csv")] if path.parent.is_dir() else []
    raise DataError(f"There is no patient file {path}.{suggest(path.name, beside)}")


def _rows(path: Path) -> tuple[list[str], list[tuple[int, dict[str, str]]]]:
    """Header and (line number, cells) of each patient, after every check that does not need a value."""
    try:
        text = path.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as err:
        raise DataError(f"{path} cannot be read as text ({err}). Save it as CSV in UTF-8.") from err
    if "\0" in text:
        raise DataError(f"{path} is a binary file. Export the sheet as CSV in UTF-8.")
    reader = csv.reader(text.splitlines(), skipinitialspace=True)
    header = [cell.strip() for cell in next(reader, [])]
    if not any(header):
        raise DataError(f"{path} is empty: its first line must name the columns, patient_id among them.")
    if len(header) == 1 and (";" in header[0] or "\t" in header[0]):
        raise DataError(f"{path} is separated by {'semicolons' if ';' in header[0] else 'tabs'}; write commas.")
    known = [*TEXT_COLUMNS, *COLUMNS]
    for name in header:
        if name not in known:
            hint = _near_column(name, known)
            raise DataError(f"{path.name}: the column '{name}' is not known.{hint} Units belong to the name.")
        if header.count(name) > 1:
            raise DataError(f"{path.name}: the column '{name}' appears {header.count(name)} times.")
    if "patient_id" not in header:
        raise DataError(f"{path.name}: the column 'patient_id' is missing; every row needs a label.")
    found: list[tuple[int, dict[str, str]]] = []
    lines: dict[str, int] = {}
    for cells in reader:
        if not any(cell.strip() for cell in cells):
            continue
        number = reader.line_num
        if len(cells) != len(header):
            raise DataError(
                f"{path.name}, row {number}: {len(cells)} cells under {len(header)} columns. "
                "A decimal comma or a missing separator does this."
            )
        row = {name: cell.strip() for name, cell in zip(header, cells, strict=True)}
        label = row["patient_id"]
        if not label:
            raise DataError(f"{path.name}, row {number}: patient_id is empty.")
        if label in lines:
            raise DataError(f"{path.name}: patient_id '{label}' stands in rows {lines[label]} and {number}.")
        lines[label] = number
        found.append((number, row))
    if not found:
        raise DataError(f"{path.name} names its columns but holds no patient.")
    return header, found


def _near_column(name: str, known: list[str]) -> str:
    stem = name.lower().replace(" ", "_")
    near = [k for k in known if k == stem or k.rsplit("_", 1)[0] == stem.rsplit("_", 1)[0] or k.startswith(stem + "_")]
    near = near or difflib.get_close_matches(stem, known, n=3, cutoff=0.6)
    return " Did you mean " + ", ".join(f"'{k}'" for k in near[:3]) + "?" if near else ""


def _pick(path: Path, rows: list[tuple[int, dict[str, str]]], id: str | None) -> tuple[int, dict[str, str]]:
    ids = [row["patient_id"] for _, row in rows]
    if id is None:
        if len(rows) == 1:
            return rows[0]
        raise DataError(f"{path.name} holds {len(rows)} patients; choose one by id: {_listing(ids)}.")
    if id not in ids:
        raise DataError(f"{path.name} has no patient '{id}'.{suggest(id, ids) or f' It has {_listing(ids)}.'}")
    return rows[ids.index(id)]


def _listing(ids: list[str], most: int = 6) -> str:
    return ", ".join(ids[:most]) + (f", ... ({len(ids)} in all)" if len(ids) > most else "")


def _number(cell: str, name: str, where: str) -> float | None:
    if not cell:
        return None
    column = COLUMNS[name]
    try:
        value = float(cell)
    except ValueError:
        is_comma = cell.replace(",", "", 1).isdigit()
        advice = "Write a decimal point, not a comma." if is_comma else "Leave the cell empty if not measured."
        raise DataError(f"{where}, column {name}: '{cell}' is not a number. {advice}") from None
    if not math.isfinite(value):
        raise DataError(f"{where}, column {name}: '{cell}' is not finite. Leave the cell empty if not measured.")
    if not column.low <= value <= column.high:
        raise DataError(
            f"{where}, column {name}: {value:g} is outside the possible range "
            f"{f'{column.low:g} to {column.high:g} {column.unit}'.strip()}.{_unit_hint(name, value, column)}"
        )
    return value


def _unit_hint(name: str, value: float, column: Column) -> str:
    """Guess the unit somebody may have used: the value fits the range after conversion."""
    guesses = {
        "mmHg": ((KPA, "kPa"), (0.1 * KPA, "hPa")),
        "L/min": ((1e-3, "mL/min"), (60.0, "L/s"), (0.06, "mL/s")),
        "%": ((100.0, "a fraction"),),
        "mL": ((1e3, "L"), (1e-3, "uL")),
        "cm": ((100.0, "m"), (0.1, "mm"), (2.54, "inches")),
        "kg": ((1e-3, "g"),),
        "dyn s cm-5": ((WOOD, "Wood units"),),
        "1/min": ((60.0, "Hz"), (1e-3, "1/min times 1000")),
        "ms": ((1e3, "s"),),
    }
    if value < 0 and column.low >= 0:
        return " It cannot be negative."
    for factor, unit in guesses.get(column.unit, ()):
        if value != 0 and column.low <= value * factor <= column.high:
            word = unit if unit.startswith("a ") else f"in {unit}"
            return f" Is it {word}? The column {name} is in {column.unit} ({value * factor:.4g})."
    return ""


def _cardiac_output(
    raw: Mapping[str, float], co: str | None, where: str
) -> tuple[str | None, dict[str, float], list[str]]:
    """Column to use, both methods' values, and a note if they disagree."""
    if co is not None and co not in CO_COLUMNS:
        raise DataError(f"Cardiac output by '{co}' is not known; choose 'fick' or 'td'.")
    methods = {k: raw[c] for k, c in CO_COLUMNS.items() if c in raw}
    if co is not None and co not in methods:
        has = " or ".join(f"'{k}'" for k in methods) or "neither 'fick' nor 'td'"
        raise DataError(f"{where}: there is no {CO_COLUMNS[co]}; the record has {has}.")
    first = co or next(iter(methods), None)
    chosen = CO_COLUMNS[first] if first else ("co_l_min" if "co_l_min" in raw else None)
    notes = []
    if len(methods) == 2:
        fick, td = methods["fick"], methods["td"]
        gap = abs(td - fick) / min(fick, td)
        if gap > 0.2:
            used = {"fick": "Fick", "td": "thermodilution"}[str(first)]
            notes.append(
                f"Cardiac output by Fick ({fick:g} L/min) and by thermodilution ({td:g} L/min) differ by "
                f"{100 * gap:.0f} %: they cannot both be right. {used} is used; volumes, stroke work and both "
                "resistances move with that choice, the pressures do not."
            )
    return chosen, methods, notes


def _conflicts(raw: Mapping[str, float]) -> list[str]:
    """Sentences about values that are possible one by one but not together."""
    notes = []

    def both(a: str, b: str) -> bool:
        return a in raw and b in raw

    if both("pcwp_mmhg", "pa_dia_mmhg") and raw["pcwp_mmhg"] > raw["pa_dia_mmhg"]:
        notes.append(
            f"The wedge pressure ({raw['pcwp_mmhg']:g} mmHg) is above the diastolic pulmonary pressure "
            f"({raw['pa_dia_mmhg']:g} mmHg), against the direction of flow: over-wedging, or a large v wave."
        )
    if both("rv_sys_mmhg", "pa_sys_mmhg"):
        gap = raw["rv_sys_mmhg"] - raw["pa_sys_mmhg"]
        if gap < -2:
            notes.append(f"The right ventricle's systolic pressure is {-gap:g} mmHg below the pulmonary artery's.")
        elif gap > 3:
            notes.append(
                f"The right ventricle's systolic pressure is {gap:g} mmHg above the pulmonary artery's: "
                "a narrow pulmonary valve, or measurements at different times."
            )
    if both("rv_dia_mmhg", "rvedp_mmhg") and raw["rv_dia_mmhg"] > raw["rvedp_mmhg"]:
        notes.append("The minimum diastolic right-ventricular pressure is above the end-diastolic one.")
    return notes


def _sex(text: str, where: str) -> str | None:
    sexes = {"": None, "male": "male", "m": "male", "female": "female", "f": "female"}
    if text.lower() not in sexes:
        raise DataError(f"{where}, column sex: '{text}' is not one of male, female.")
    return sexes[text.lower()]


def _flag(text: str, where: str) -> bool:
    if text.lower() not in (*_YES, *_NO):
        raise DataError(f"{where}, column denervated: '{text}' is not one of yes, no.")
    return text.lower() in _YES
