"""Scenarios: a person, a disease, therapies and events over days, and the same again with each link cut."""

from __future__ import annotations

import os
from contextlib import suppress
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pandas as pd

from heartloop.errors import ConvergenceError, DataError
from heartloop.results import output_folder

from . import protocol
from .files import After, Cut, ScenarioSpec, read_scenario, scenario_names, taken_after

if TYPE_CHECKING:
    from matplotlib.figure import Figure

    from heartloop.beat import Beat
    from heartloop.course import Course
    from heartloop.model import Model
    from heartloop.run import Run

COARSE, FINE, POINTS = 0.05, 0.002, 5000  # of scenarios in real time: spacing (s) within these, points aimed at
CUT_KEYS = ("EF", "LVEDV", "PCWP", "CI", "HR", "MAP", "beta1_density", "spillover")


class Scenario:
    """A scenario that can run. `spec` is what its file says, checked."""

    def __init__(self, spec: ScenarioSpec) -> None:
        self.spec = spec
        self._left: Model | None = None

    @property
    def name(self) -> str:
        return self.spec.name

    @property
    def title(self) -> str:
        after = self.spec.person.after
        return self.spec.title if after is None else f"{self.spec.title}; {_since(after)}"

    @property
    def folder(self) -> str:
        """Usual name of the folder for its results."""
        after = self.spec.person.after
        return self.name if after is None else _file_name(f"{self.name} {_since(after)}")

    def person(self, cut: Cut | None = None, *, progress: bool = True) -> Model:
        """The person of the scenario, with the parameters of a cut if one is given.

        The person that another scenario leaves is looked up among the kept courses; otherwise that scenario runs now,
        with a progress bar unless `progress` is False. Raises `DataError` if it has no such day.
        """
        who = self.spec.person
        model = self._healthy if who.after is None else self._after(progress)
        if who.carotid == "servo":
            from .variants import sinus_servo

            model = sinus_servo(model)
        if who.breath == "tidal":
            from .variants import breathing

            model = breathing(model)
        return model.with_(cut.parameters) if cut else model

    def _after(self, progress: bool) -> Model:
        if self._left is None:
            after = self.spec.person.after
            assert after is not None
            before = scenario(after.scenario)
            before._refuse_circles((self.name,))
            self._left = before.left(after.day, progress=progress).with_(self.spec.person.parameters)
        return self._left

    def _refuse_circles(self, names: tuple[str, ...]) -> None:
        after = self.spec.person.after
        if self.name in names:
            raise DataError(f"Scenario '{self.name}' comes after itself ({' after '.join((*names, self.name))}).")
        if after is not None:
            scenario(after.scenario)._refuse_circles((*names, self.name))

    def left(self, day: float | None = None, *, progress: bool = True) -> Model:
        """The person that this scenario of days leaves on that day (default: its last), slow states held there.

        The course is run once and kept in the user's cache folder. Raises `DataError` for a day beyond it.
        """
        from . import past

        s = self.spec
        if s.days is None:
            raise DataError(f"Scenario '{self.name}' lasts seconds and leaves nobody changed; name one of days.")
        if day is not None and day > s.days:
            raise DataError(f"Scenario '{self.name}' lasts {s.days:g} days; it has no day {day:g}.")
        model = self.person(progress=progress).with_({})
        model.title = self.name
        return past.left_by(past.lived(model, s.days, self.events(model), bar=progress), self.name, day)

    @cached_property
    def _healthy(self) -> Model:
        from .person import human

        model = human(**self.spec.person.arguments())
        changes = self.spec.person.parameters
        return model.with_(changes).at_rest() if changes else model

    def events(self, model: Model) -> list[Any]:
        """Everything that happens, for a model whose present values are the resting ones."""
        listed: list[Any] = []
        for course in (*self.spec.disease, *self.spec.therapies):
            for path in model.resolve(course.path):
                listed += course.events(path, model[path])
        for event in self.spec.events:
            listed += event.events(model)
        return listed

    def run(
        self,
        days: float | None = None,
        *,
        progress: bool = True,
        out: str | os.PathLike[str] | None = None,
        resume: bool = False,
        cuts: bool = True,
    ) -> Course | Run:
        """Run the scenario and, unless `cuts` is False, again with each of its links cut.

        Gives a `Course` over days, or a `Run` if the scenario lasts seconds. The course carries the table of cuts as
        `.tables["cuts"]`, the run what it measures in its windows as `.tables["protocol"]`. With `out`, results, tables
        and figures are written into that folder as soon as each is there, and `resume` continues an interrupted run
        from its checkpoints. Raises `DataError` and `EventError`.
        """
        folder = None if out is None else Path(out)
        if resume and folder is None:
            raise DataError("To resume, name the folder (out) that the interrupted run wrote into.")
        if self.spec.seconds is not None:
            if days is not None:
                raise DataError(f"Scenario '{self.name}' lasts {self.spec.seconds:g} seconds; it does not take days.")
            run = self._measured(progress)
            if folder is not None:
                write(run, folder, self)
            return run
        if days is None:
            days = self.spec.days or 0.0
        if not days > 0:
            raise DataError(f"days = {days:g} must be above zero.")
        self.person(progress=progress)
        if cuts:  # a misspelt path must not wait for the end of the first course
            for cut in self.spec.cuts:
                self.person(cut)
        if folder is not None:
            self.events(self.person())
            output_folder(folder)
        course = self._course(None, days, progress, folder, resume)
        if days == self.spec.days:
            from . import past

            past.keep(course, days, self.events(self.person()))
        if folder is not None:
            write(course, folder, self)
        if cuts and self.spec.cuts and not interrupted(course):
            course.tables["cuts"] = self._cut_table(course, days, progress, folder, resume)
            if folder is not None:
                write(course, folder, self)
        return course

    def _measured(self, progress: bool) -> Run:
        """The run in real time, with the table of its windows."""
        s = self.spec
        assert s.seconds is not None
        model = self.person(progress=progress)
        every = s.every_s or min(max(s.seconds / POINTS, FINE), COARSE)
        run = model.solve(s.seconds, every=every, events=self.events(model), progress=progress)
        run.tables.update(protocol.tables(run, s))
        return run

    def _course(self, cut: Cut | None, days: float, progress: bool, folder: Path | None, resume: bool) -> Course:
        model = self.person(cut).with_({})
        name = "course" if cut is None else "cut " + cut.name
        model.title = self.name if cut is None else f"{self.name}, {cut.name} cut"  # what the progress bar says
        checkpoint = None if folder is None else folder / "checkpoints" / f"{_file_name(name)}.json"
        return model.progress(days, events=self.events(model), bar=progress, checkpoint=checkpoint, resume=resume)

    def _cut_table(self, uncut: Course, days: float, progress: bool, folder: Path | None, resume: bool) -> pd.DataFrame:
        """Last day of the scenario as it is and with each link held at its resting value: one row a cut."""
        rows = {"nothing cut": _last_day(uncut)}
        for cut in self.spec.cuts:
            course = self._course(cut, days, progress, folder, resume)
            if interrupted(course):
                break
            rows[cut.name] = _last_day(course)
        table = pd.DataFrame.from_dict(rows, orient="index")
        table.index.name = "cut"
        table.attrs["units"] = {k: uncut.data[k].attrs.get("units", "") for k in table.columns if k in uncut.data}
        return table

    def __repr__(self) -> str:
        s = self.spec
        length = f"{s.days:g} days" if s.days else f"{s.seconds:g} s"
        return f"Scenario '{s.name}': {s.title} ({length}, {len(s.disease)} insults, {len(s.cuts)} cuts)"


def scenario(
    name_or_path: str | os.PathLike[str], *, after: str | os.PathLike[str] | None = None, day: float | None = None
) -> Scenario:
    """A scenario by its name (see `list_scenarios`) or by the path of a TOML file.

    `after` names another scenario that lasts days: its person on `day` (default: the last) takes the place of this
    one's, as in `scenario("atropine", after="heart-failure", day=365)`. Raises `DataError`.
    """
    spec = read_scenario(name_or_path)
    if after is None:
        if day is not None:
            raise DataError(f"day = {day:g} belongs to after: name the scenario whose person is taken on that day.")
        return Scenario(spec)
    read_scenario(after)  # an unknown name must not wait
    return Scenario(taken_after(spec, after, day))


def list_scenarios() -> pd.DataFrame:
    """Scenarios that come with heartloop: index name; columns title, lasts, description."""
    rows = {}
    for name in scenario_names():
        s = read_scenario(name)
        lasts = f"{s.days:g} days" if s.days else f"{s.seconds:g} s"
        rows[name] = {"title": s.title, "lasts": lasts, "description": " ".join(s.description.split())}
    table = pd.DataFrame.from_dict(rows, orient="index")
    table.index.name = "name"
    return table


def interrupted(result: Course | Run) -> bool:
    """True if Ctrl-C ended the run; what it had reached is kept."""
    return result.status.startswith("interrupted")


def write(result: Course | Run, folder: Path, scenario: Scenario) -> list[Path]:
    """Result as netCDF, its tables as CSV and its figures as PNG; returns the files written."""
    from heartloop import views
    from heartloop.run import Run

    title = scenario.title
    if isinstance(result, Run):
        written = [result.save(folder / "run.nc")]
        figures = {"run": lambda: _run_figure(result, scenario)}
        kinds = {a.kind for a in scenario.spec.analyses}
        if kinds & {"valve", "end-systolic line"}:
            figures["loops"] = lambda: _loops(result, scenario)
        if "carotid curve" in kinds:
            figures["curve"] = lambda: _curve(result, scenario)
        if len(result.events):
            figures["ectopic"] = lambda: views.plot_ectopic(result, title=title)
    else:
        written = [result.save(folder / "course.nc"), folder / "course.csv"]
        result.data.to_dataframe().to_csv(written[-1])
        figures = {
            "course": lambda: views.plot_course(result, title=title),
            "slow": lambda: views.plot_slow(result),
            "beats": lambda: views.plot_compare(_beats(result), title=title),
        }
    for name, table in result.tables.items():
        written.append(folder / f"{name}.csv")
        table.to_csv(written[-1])
    if "cuts" in result.tables:
        figures["cuts"] = lambda: views.plot_cuts(result.tables["cuts"], title=f"{title}: one link cut at a time")
    for name, draw in figures.items():
        written.append(folder / f"{name}.png")
        draw().savefig(written[-1])
    return written


def _run_figure(run: Run, scenario: Scenario) -> Figure:
    """The protocol with its windows, or the bare run where nothing is measured."""
    from heartloop import views

    s = scenario.spec
    if not s.windows:
        return views.plot_run(run, title=scenario.title)
    spans = {w.name: (w.from_s, w.to_s) for w in s.windows}
    return views.plot_protocol(run, spans, s.outputs or protocol.KEYS, title=scenario.title)


def _loops(run: Run, scenario: Scenario) -> Figure:
    """Pressure-volume loops: of the last beat of every window, or with the end-systolic line if one is asked for."""
    from heartloop import views

    for analysis in scenario.spec.analyses:
        if analysis.kind == "end-systolic line":
            span = (analysis.from_s, analysis.to_s)
            line = protocol.end_systolic_line(run, *span)[:2]
            return views.plot_loops(run, span, line, title=scenario.title)
    return views.plot_loops(run, beats=_last_beats(run, scenario), title=scenario.title)


def _curve(run: Run, scenario: Scenario) -> Figure:
    """Arterial pressure and heart rate over carotid pressure, with the logistic through the points."""
    from heartloop import views

    points = {key: protocol.carotid_points(run, scenario.spec, key) for key in ("MAP", "HR")}
    return views.plot_carotid(points, run.tables["carotid curve"].set_index("quantity"), title=scenario.title)


def _last_beats(run: Run, scenario: Scenario) -> dict[str, tuple[float, float]]:
    """The last beat of every window: name -> (start, end) in s."""
    found = {}
    for window in scenario.spec.windows:
        beats = protocol.inside(run, window)
        if len(beats):
            last = beats.iloc[-1]
            found[window.name] = (float(last["onset"]), float(last["onset"] + 60 / last["HR"]))
    return found


def _beats(course: Course) -> dict[str, Beat]:
    """Steady beat of the first and, if there still is one, of the last day."""
    days = course.data["day"].values
    found = {}
    for day in (days[0], days[-1]):
        with suppress(ConvergenceError):
            found[f"day {day:.0f}"] = course.at(day).periodic()
    return found


def _since(after: After) -> str:
    name = Path(after.scenario).stem
    return f"after {name}" if after.day is None else f"after {name}, day {after.day:g}"


def _file_name(text: str) -> str:
    return "-".join("".join(ch if ch.isalnum() else " " for ch in text).split())


def _last_day(course: Course) -> dict[str, Any]:
    data = course.data
    row: dict[str, Any] = {k: float(data[k][-1]) for k in CUT_KEYS if k in data}
    return row | {"day": float(data["day"][-1]), "status": course.status}
