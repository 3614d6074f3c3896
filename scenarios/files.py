"""Scenario files (TOML): a person, what happens to it, and what to cut and report. Checked before anything runs."""

from __future__ import annotations

import math
import os
import tomllib
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError, ValidationInfo, field_validator, model_validator

from heartloop import events as ev
from heartloop.errors import DataError, suggest

from .drugs import DRUGS
from .patients import Patient, patient_ids, read_patient

if TYPE_CHECKING:
    from heartloop.model import Model

__all__ = [
    "After",
    "Bleed",
    "Cut",
    "Dose",
    "DrugDose",
    "Ectopic",
    "Exertion",
    "Infusion",
    "Pacing",
    "ParameterCourse",
    "Patient",
    "PersonSpec",
    "ScenarioSpec",
    "SetParameter",
    "Straining",
    "Window",
    "patient_ids",
    "read_patient",
    "read_scenario",
    "scenario_names",
    "taken_after",
    "targets",
]

DATA = Path(__file__).parent / "data"
NOT_SCENARIOS = ("targets", "cell_states")
YEARS = 365.0 * 100
SHORTEST = 2.0  # s, of a window
STRAINED = 0.5  # s, in which a strain is taken up or let go


class _Model(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, populate_by_name=True, allow_inf_nan=False)


class After(_Model):
    """The person that another scenario leaves: its slow states and parameters on that day (default: the last)."""

    scenario: str = Field(min_length=1)
    day: float | None = Field(default=None, ge=0, le=YEARS)


class PersonSpec(_Model):
    """Who: sex and body, which cell, loop and ventricle, and other parameter values from the start.

    With `after` it is the person that another scenario leaves, and body and model are that scenario's. `breath` is
    mean ventilation, or "tidal": lungs that move air, in real time only. `carotid = "servo"` can hold the mean pressure
    at the sinus (`carotid_servo.hold`).
    """

    sex: Literal["male", "female"] = "male"
    weight_kg: float | None = Field(default=None, ge=25, le=300)
    height_cm: float | None = Field(default=None, ge=110, le=230)
    age_y: float | None = Field(default=None, ge=16, le=110)
    cell: Literal["compact", "human"] = "compact"
    loop: Literal["small", "regional"] = "small"
    ventricle: Literal["onefibre", "elastance", "prescribed", "triseg"] = "onefibre"
    breath: Literal["mean", "tidal"] = "mean"
    carotid: Literal["own", "servo"] = "own"
    parameters: dict[str, float] = {}
    after: After | None = None

    @model_validator(mode="after")
    def _one_person(self) -> PersonSpec:
        own = sorted(self.model_fields_set - {"after", "breath", "carotid", "parameters"})
        if self.after is not None and own:
            raise ValueError(f"after takes the person of scenario '{self.after.scenario}' as it is; drop {own[0]}")
        return self

    def arguments(self) -> dict[str, Any]:
        """Keyword arguments of `heartloop.human`; what the file leaves out keeps its default."""
        given = self.model_dump(exclude={"parameters", "after", "breath", "carotid"})
        return {k: v for k, v in given.items() if v is not None}


class ParameterCourse(_Model):
    """One parameter that moves from its resting value (or `from`) to `to`, and stays there.

    A drug is the same thing with `end_day`: from that day it returns over `ramp_days`.
    """

    path: str = Field(min_length=1)
    to: float
    from_: float | None = Field(default=None, alias="from")
    start_day: float = Field(default=0.0, ge=0, le=YEARS)
    ramp_days: float = Field(default=0.0, ge=0, le=YEARS)
    end_day: float | None = Field(default=None, ge=0, le=YEARS)
    shape: Literal["linear", "step"] = "linear"
    note: str = ""

    @model_validator(mode="after")
    def _consistent(self) -> ParameterCourse:
        if self.shape == "step" and self.ramp_days:
            raise ValueError("a step has no ramp; drop ramp_days or choose shape = 'linear'")
        if self.end_day is not None and self.end_day < self.start_day + self.ramp_days:
            raise ValueError("end_day comes before the ramp is over")
        return self

    def events(self, path: str, rest: float) -> list[Any]:
        """The course as ramps of the slow clock, for a parameter whose resting value is `rest`."""
        begin = [] if self.from_ is None else [ev.set_parameter(path, self.from_, self.start_day)]
        there = ev.set_parameter(path, self.to, self.start_day, self.ramp_days)
        if self.end_day is None:
            return [*begin, there]
        return [*begin, there, ev.set_parameter(path, rest, self.end_day, self.ramp_days)]


class Bleed(_Model):
    """Blood lost at a constant rate (scenarios that last seconds)."""

    kind: Literal["bleed"]
    volume_ml: float = Field(gt=0, le=4000)
    start_s: float = Field(default=0.0, ge=0, le=86400)
    over_s: float = Field(default=600.0, gt=0, le=86400)

    def events(self, _model: Model | None) -> list[Any]:
        return [ev.bleed(self.volume_ml, over=self.over_s, start=self.start_s)]


class Infusion(_Model):
    """Blood given into the veins at a constant rate (scenarios that last seconds)."""

    kind: Literal["infusion"]
    volume_ml: float = Field(gt=0, le=4000)
    start_s: float = Field(default=0.0, ge=0, le=86400)
    over_s: float = Field(default=600.0, gt=0, le=86400)

    def events(self, _model: Model | None) -> list[Any]:
        return [ev.infuse(self.volume_ml, over=self.over_s, start=self.start_s)]


class Dose(_Model):
    """A drug given once: a parameter moves by `effect` and returns with the half-life (scenarios that last seconds)."""

    kind: Literal["dose"]
    path: str = Field(min_length=1)
    effect: float
    half_life_s: float = Field(gt=0, le=1e7)
    start_s: float = Field(default=0.0, ge=0, le=86400)
    onset_s: float = Field(default=0.0, ge=0, le=86400)

    def events(self, _model: Model | None) -> list[Any]:
        return [ev.dose(self.path, self.effect, self.half_life_s, start=self.start_s, onset=self.onset_s)]


class DrugDose(_Model):
    """A named drug into a vein, by body weight (scenarios that last seconds); `drugs.py` says what it does."""

    kind: Literal["drug"]
    drug: str
    ug_per_kg: float = Field(gt=0)
    start_s: float = Field(default=0.0, ge=0, le=86400)

    @model_validator(mode="after")
    def _known(self) -> DrugDose:
        if self.drug not in DRUGS:
            raise ValueError(f"'{self.drug}' is not a known drug.{suggest(self.drug, DRUGS)} Known: {', '.join(DRUGS)}")
        most = DRUGS[self.drug].most
        if self.ug_per_kg > most:
            raise ValueError(f"{self.ug_per_kg:g} ug/kg of {self.drug} is more than the model is meant for ({most:g})")
        return self

    def events(self, _model: Model | None) -> list[Any]:
        given = DRUGS[self.drug]
        return [
            ev.dose(path, rise * self.ug_per_kg, given.half_life, start=self.start_s, onset=given.onset)
            for path, rise in given.effect.items()
        ]


class Ectopic(_Model):
    """A premature ventricular beat (scenarios that last seconds)."""

    kind: Literal["ectopic"]
    at_s: float = Field(ge=0, le=86400)

    def events(self, _model: Model | None) -> list[Any]:
        return [ev.ectopic(self.at_s)]


class Pacing(_Model):
    """Atrial pacing at a fixed rate; `start` and `end` in the unit of the scenario, days or seconds."""

    kind: Literal["pacing"]
    rate_bpm: float = Field(ge=30, le=220)
    start: float = Field(default=0.0, ge=0)
    end: float | None = Field(default=None, ge=0)

    @model_validator(mode="after")
    def _consistent(self) -> Pacing:
        if self.end is not None and self.end <= self.start:
            raise ValueError("end must come after start")
        return self

    def events(self, _model: Model | None) -> list[Any]:
        return list(ev.pace(self.rate_bpm, self.start, self.end))


class SetParameter(_Model):
    """A parameter that takes another value for a while (scenarios that last seconds): `to`, or `times` its own."""

    kind: Literal["parameter"]
    path: str = Field(min_length=1)
    to: float | None = None
    times: float | None = None
    start_s: float = Field(default=0.0, ge=0, le=86400)
    over_s: float = Field(default=0.0, ge=0, le=86400)
    end_s: float | None = Field(default=None, ge=0, le=86400)

    @model_validator(mode="after")
    def _consistent(self) -> SetParameter:
        if (self.to is None) == (self.times is None):
            raise ValueError("write either to (the value) or times (a multiple of the person's own)")
        if self.end_s is not None and self.end_s < self.start_s + self.over_s:
            raise ValueError("end_s comes before the value is reached (start_s + over_s)")
        return self

    def events(self, model: Model) -> list[Any]:
        """There and, with `end_s`, back to the person's own value, for every parameter that the path addresses."""
        listed = []
        for path in model.resolve(self.path):
            own = model[path]
            if self.times is not None and own == 0:
                raise DataError(f"'{path}' is 0, and {self.times:g} times that is no change; write to = ... instead.")
            to = self.to if self.to is not None else (self.times or 0.0) * own
            listed.append(ev.set_parameter(path, to, self.start_s, self.over_s))
            if self.end_s is not None:
                listed.append(ev.set_parameter(path, own, self.end_s, self.over_s))
        return listed


def _needs(model: Model, path: str, what: str) -> None:
    """Raise `DataError` if the person lacks what the event acts on."""
    if path not in model.parameters.index:
        raise DataError(f"{what} needs a person with a regional loop, and this one has none: write loop = 'regional'.")


class Exertion(_Model):
    """Load on a cycle from `start_s` on, until `end_s` or the next load (scenarios that last seconds)."""

    kind: Literal["exercise"]
    watts: float = Field(ge=0, le=600)
    start_s: float = Field(default=0.0, ge=0, le=86400)
    end_s: float | None = Field(default=None, ge=0, le=86400)

    @model_validator(mode="after")
    def _consistent(self) -> Exertion:
        if self.end_s is not None and self.end_s <= self.start_s:
            raise ValueError("end_s must come after start_s")
        return self

    def events(self, model: Model) -> list[Any]:
        path = "exercise.watts"
        _needs(model, path, "Exercise")
        begin = [ev.set_parameter(path, self.watts, self.start_s)]
        return begin if self.end_s is None else [*begin, ev.set_parameter(path, 0.0, self.end_s)]


class Straining(_Model):
    """Valsalva's manoeuvre: a pressure blown against a closed outlet (scenarios that last seconds)."""

    kind: Literal["strain"]
    pressure_mmhg: float = Field(default=40.0, gt=0, le=80)
    start_s: float = Field(default=0.0, ge=0, le=86400)
    duration_s: float = Field(default=15.0, ge=2, le=60)

    def events(self, model: Model) -> list[Any]:
        path = "strain.pressure"
        _needs(model, path, "Straining")
        return [
            ev.set_parameter(path, self.pressure_mmhg, self.start_s, STRAINED),
            ev.set_parameter(path, 0.0, self.start_s + self.duration_s, STRAINED),
        ]


class Window(_Model):
    """A stretch of time over which a protocol reads its outputs; the first window of a scenario is the baseline.

    `read`: the mean over complete beats, the lowest or highest beat, or the first complete one.
    """

    name: str = Field(min_length=1)
    from_s: float = Field(ge=0, le=86400)
    to_s: float = Field(ge=0, le=86400)
    read: Literal["mean", "lowest", "highest", "first"] = "mean"

    @model_validator(mode="after")
    def _consistent(self) -> Window:
        if self.to_s < self.from_s + SHORTEST:
            raise ValueError(f"a window lasts at least {SHORTEST:g} s, so that it holds a beat; to_s is too early")
        return self


class ValveReading(_Model):
    """Gradients, volumes and orifice of one valve in every window: what echocardiography reports."""

    kind: Literal["valve"]
    valve: Literal["aortic", "mitral", "pulmonary", "tricuspid"]


class EndSystolicLine(_Model):
    """Line through the end-systolic points of the left ventricle's loops from `from_s` to `to_s`."""

    kind: Literal["end-systolic line"]
    from_s: float = Field(ge=0, le=86400)
    to_s: float = Field(ge=0, le=86400)

    @model_validator(mode="after")
    def _consistent(self) -> EndSystolicLine:
        if self.to_s < self.from_s + SHORTEST:
            raise ValueError(f"the line needs at least {SHORTEST:g} s of beats; to_s is too early")
        return self


class BaroreflexSensitivity(_Model):
    """Slope of the succeeding RR interval over pressure, while pressure moves one way between two times."""

    kind: Literal["baroreflex sensitivity"]
    from_s: float = Field(ge=0, le=86400)
    to_s: float = Field(ge=0, le=86400)
    pressure: Literal["rising", "falling"] = "rising"

    @model_validator(mode="after")
    def _consistent(self) -> BaroreflexSensitivity:
        if self.to_s < self.from_s + 5 * SHORTEST:
            raise ValueError(f"a regression needs at least {5 * SHORTEST:g} s of beats; to_s is too early")
        return self


class CarotidCurve(_Model):
    """Logistic through the windows: arterial pressure and heart rate over the pressure that the carotid sinus sees."""

    kind: Literal["carotid curve"]


class Cut(_Model):
    """A link held at its resting value, to see what it carries: these parameters take these values throughout."""

    name: str = Field(min_length=1)
    parameters: dict[str, float] = Field(alias="set", min_length=1)


class ScenarioSpec(_Model):
    """Everything a scenario file says."""

    name: str = Field(pattern=r"^[a-z0-9]+(-[a-z0-9]+)*$")
    title: str = Field(min_length=1)
    description: str = ""
    days: float | None = Field(default=None, gt=0, le=YEARS)
    seconds: float | None = Field(default=None, gt=0, le=86400)
    person: PersonSpec = PersonSpec()
    disease: tuple[ParameterCourse, ...] = ()
    therapies: tuple[ParameterCourse, ...] = ()
    events: tuple[
        Annotated[
            Bleed | Infusion | Dose | DrugDose | Ectopic | Pacing | SetParameter | Exertion | Straining,
            Field(discriminator="kind"),
        ],
        ...,
    ] = ()
    windows: tuple[Window, ...] = ()
    analyses: tuple[
        Annotated[ValveReading | EndSystolicLine | BaroreflexSensitivity | CarotidCurve, Field(discriminator="kind")],
        ...,
    ] = ()
    every_s: float | None = Field(default=None, ge=0.001, le=1)
    cuts: tuple[Cut, ...] = ()
    outputs: tuple[str, ...] = ()

    @field_validator("cuts", "windows")
    @classmethod
    def _unique(cls, listed: tuple[Any, ...], info: ValidationInfo) -> tuple[Any, ...]:
        names = [c.name for c in listed]
        double = sorted({n for n in names if names.count(n) > 1})
        if double:
            raise ValueError(f"the name '{double[0]}' is given to two {info.field_name}")
        return listed

    @model_validator(mode="after")
    def _one_clock(self) -> ScenarioSpec:
        if (self.days is None) == (self.seconds is None):
            raise ValueError("write either days (a course) or seconds (real time), how long the scenario lasts")
        if self.days is not None and self.person.breath == "tidal":
            raise ValueError("breath = 'tidal' has no steady beats for a course of days; it needs seconds")
        if self.seconds is not None and (self.disease or self.therapies or self.cuts):
            raise ValueError("disease, therapies and cuts need a scenario that lasts days, not seconds")
        if self.days is not None and any(not isinstance(e, Pacing) for e in self.events):
            raise ValueError(
                "bleed, infusion, dose, drug, ectopic and parameter take seconds; write seconds = ... instead of days"
            )
        return self

    @model_validator(mode="after")
    def _protocol(self) -> ScenarioSpec:
        if (self.windows or self.analyses or self.every_s) and self.seconds is None:
            raise ValueError("windows, analyses and every_s need a scenario that lasts seconds, not days")
        if len(self.windows) == 1:
            raise ValueError("one window measures no response; write the baseline first and at least one more")
        if len(self.windows) < 6 and any(a.kind == "carotid curve" for a in self.analyses):
            raise ValueError("a carotid curve has four constants; write at least 6 windows, one a carotid pressure")
        for window in self.windows:
            if self.seconds is not None and window.to_s > self.seconds:
                raise ValueError(
                    f"window '{window.name}' ends at {window.to_s:g} s, after the scenario's {self.seconds:g} s"
                )
        if not self.windows and any(a.kind == "valve" for a in self.analyses):
            raise ValueError("a valve is read in windows; write the baseline and at least one more")
        return self

    @model_validator(mode="after")
    def _within_the_run(self) -> ScenarioSpec:
        if self.seconds is None:
            return self
        begins = {"ectopic": "at_s", "pacing": "start"}
        for k, event in enumerate(self.events, 1):
            key = begins.get(event.kind, "start_s")
            if getattr(event, key) >= self.seconds:
                raise ValueError(
                    f"events no. {k} ({event.kind}) begins at {key} = {getattr(event, key):g}, when the scenario's "
                    f"{self.seconds:g} s are over"
                )
        for k, analysis in enumerate(self.analyses, 1):
            end = getattr(analysis, "to_s", 0.0)
            if end > self.seconds:
                raise ValueError(
                    f"analyses no. {k} ({analysis.kind}) reads up to {end:g} s, after the scenario's {self.seconds:g} s"
                )
        return self

    @model_validator(mode="after")
    def _one_course_per_path(self) -> ScenarioSpec:
        seen: dict[str, float] = {}
        for course in (*self.disease, *self.therapies):
            if course.path in seen:
                raise ValueError(f"'{course.path}' has two courses; write one, or move one to another parameter")
            seen[course.path] = course.to
        return self


def scenario_names() -> list[str]:
    """Names of the scenarios that come with heartloop."""
    return sorted(p.stem for p in DATA.glob("*.toml") if p.stem not in NOT_SCENARIOS)


def read_scenario(name_or_path: str | os.PathLike[str]) -> ScenarioSpec:
    """Read a scenario by the name of a shipped one or by the path of a TOML file."""
    text = str(name_or_path)
    if text in scenario_names():
        path = DATA / f"{text}.toml"
    else:
        path = Path(name_or_path)
        if path.is_dir():
            raise DataError(f"{path} is a folder, not a scenario file; give the .toml file inside it.")
        if not path.exists():
            what = f"scenario file {path}" if path.suffix or path.parent != Path() else f"scenario '{text}'"
            raise DataError(
                f"There is no {what}.{suggest(path.stem, scenario_names())} Known: {', '.join(scenario_names())}."
            )
    return _checked(path)


def taken_after(spec: ScenarioSpec, scenario: str | os.PathLike[str], day: float | None = None) -> ScenarioSpec:
    """The same scenario with the person that another one leaves on `day` (default: its last)."""
    try:
        after = After(scenario=os.fspath(scenario), day=day)
    except ValidationError as err:
        raise DataError(_sentence("after", err)) from None
    own = {k: getattr(spec.person, k) for k in ("breath", "carotid", "parameters")}
    person = PersonSpec(after=after, **own)
    return spec.model_copy(update={"person": person})


def _checked(path: Path) -> ScenarioSpec:
    try:
        with path.open("rb") as file:
            raw = tomllib.load(file)
    except tomllib.TOMLDecodeError as err:
        raise DataError(f"{path.name} is not valid TOML: {err}.") from err
    except (OSError, UnicodeDecodeError) as err:
        raise DataError(f"{path} cannot be read as text ({err}).") from err
    try:
        return ScenarioSpec.model_validate(raw)
    except ValidationError as err:
        raise DataError(_sentence(path.name, err)) from None


def _sentence(file: str, err: ValidationError, fields: Callable[[tuple[Any, ...]], list[str]] | None = None) -> str:
    """The first complaint of pydantic as one sentence: which file, which entry, what to do.

    `fields` gives the names that may stand at a place; those of a scenario by default.
    """
    problems = err.errors()
    first = next((p for p in problems if p["type"] == "extra_forbidden"), problems[0])  # a typo explains the rest
    where = _place(first["loc"])
    kind, given, ctx = first["type"], first.get("input"), first.get("ctx", {})
    name = str(first["loc"][-1]) if first["loc"] else ""
    if kind == "extra_forbidden":
        known = (fields or _fields_at)(first["loc"][:-1])
        text = f"'{name}' is not a known entry.{suggest(name, known) or ' Known: ' + ', '.join(known) + '.'}"
        where = _place(first["loc"][:-1])
    elif kind == "missing":
        text = f"'{name}' is missing."
        where = _place(first["loc"][:-1])
    elif kind == "literal_error":
        text = f"{given!r} is not one of {ctx['expected']}.{_near(given, ctx['expected'])}"
    elif kind == "union_tag_invalid":
        text = f"kind = {ctx['tag']!r} is not one of {ctx['expected_tags']}.{_near(ctx['tag'], ctx['expected_tags'])}"
    elif kind == "union_tag_not_found":
        kinds = _ANALYSES if first["loc"][0] == "analyses" else _EVENTS
        text = f"kind is missing; write one of {', '.join(map(repr, kinds))}."
    elif kind in ("float_type", "float_parsing", "int_type", "int_parsing"):
        text = f"{given!r} is not a number."
    elif kind in ("finite_number", "greater_than", "greater_than_equal", "less_than", "less_than_equal"):
        limit = next(iter(ctx.values()), None)
        words = {
            "finite_number": "must be finite",
            "greater_than": f"must be above {limit}",
            "greater_than_equal": f"must be at least {limit}",
            "less_than": f"must be below {limit}",
            "less_than_equal": f"must be at most {limit}",
        }
        text = f"{given} {words[kind]}."
    elif kind == "string_pattern_mismatch":
        text = f"{given!r} must be lower-case words joined by hyphens, such as 'heart-failure'."
    elif kind == "value_error":
        text = f"{ctx['error']}."
    elif kind in ("dict_type", "model_type", "model_attributes_type", "tuple_type", "list_type"):
        expected = "a list of tables ([[...]])" if kind in ("tuple_type", "list_type") else "a table"
        text = f"{given!r} stands where {expected} is expected."
    elif kind == "string_type":
        text = f"{given!r} is not text; put it in quotes."
    else:
        text = f"{first['msg']} (given {given!r})."
    more = len({_place(p["loc"]) for p in problems}) - 1
    rest = f" ({more} more like this.)" if more and kind != "literal_error" else ""
    return f"{file}{', ' + where if where else ''}: {text}{rest}"


_ANALYSES: dict[str, type[BaseModel]] = {
    "valve": ValveReading,
    "end-systolic line": EndSystolicLine,
    "baroreflex sensitivity": BaroreflexSensitivity,
    "carotid curve": CarotidCurve,
}
_EVENTS: dict[str, type[BaseModel]] = {
    "bleed": Bleed,
    "infusion": Infusion,
    "dose": Dose,
    "drug": DrugDose,
    "ectopic": Ectopic,
    "pacing": Pacing,
    "parameter": SetParameter,
    "exercise": Exertion,
    "strain": Straining,
}


def _place(loc: tuple[Any, ...]) -> str:
    parts: list[str] = []
    for step in loc:
        if isinstance(step, int) and parts:
            parts[-1] += f" no. {step + 1}"
        elif step not in _EVENTS and (step not in _ANALYSES or not parts):
            parts.append(str(step))
    return ".".join(parts)


def _fields_at(loc: tuple[Any, ...]) -> list[str]:
    steps = [s for s in loc if not isinstance(s, int)]
    model: type[BaseModel] = ScenarioSpec
    tables: dict[str, type[BaseModel]] = {
        "person": PersonSpec,
        "after": After,
        "disease": ParameterCourse,
        "therapies": ParameterCourse,
        "cuts": Cut,
        "windows": Window,
        **_EVENTS,
        **_ANALYSES,
    }
    for step in steps:
        model = tables.get(step, model)
    return [f.alias or name for name, f in model.model_fields.items()]


def _near(given: Any, expected: str) -> str:
    return suggest(str(given), [w.strip(" '") for w in expected.replace(" or ", ",").split(",")])


# -- targets of the resting table -------------------------------------------------------------------------------------


class Target(_Model):
    """One row of the resting table: accepted range, usual value, source and how sure the source is."""

    key: str
    unit: str
    low: float
    high: float
    usual: float | None = None
    sex: Literal["both", "male", "female"] = "both"
    source: str = Field(min_length=1)
    mark: Literal["verified", "recalled", "computed", "choice"]

    def verdict(self, value: float) -> str:
        """'pass' or 'fail'."""
        return "pass" if math.isfinite(value) and self.low <= value <= self.high else "fail"


class _Targets(_Model):
    rest: tuple[Target, ...]


def targets(sex: str) -> list[Target]:
    """Resting targets of a supine healthy adult of this sex."""
    with (DATA / "targets.toml").open("rb") as file:
        rows = _Targets.model_validate(tomllib.load(file)).rest
    return [row for row in rows if row.sex in ("both", sex)]
