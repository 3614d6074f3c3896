"""The command line: `heartloop rest`, `run`, `fit` and so on. Each command imports what it needs when it runs."""

from __future__ import annotations

import json
import math
import sys
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from .errors import HeartloopError, ParameterError, suggest

if TYPE_CHECKING:
    import pandas as pd

app = typer.Typer(
    help="A closed-loop multiscale model of the human heart and circulation. Not for clinical use.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)

Json = Annotated[bool, typer.Option("--json", help="Print one JSON object instead of tables.")]
Sex = Annotated[str, typer.Option(help="male, female or both.")]
SEXES = ("male", "female")
DEFAULT_OUT = Path("heartloop-output")
CELL_KEYS = ("T_dev", "T_dia", "T_RT50", "Ca_dia", "Ca_peak", "APD90", "SR_load", "Na_i", "multiplier", "alternation")
LONG = 40  # rows of a table that are printed
BESIDE = ("force-frequency", "post-rest", "agonist")  # protocols that take a second state
SHOWN_DAYS = (0, 7, 30, 90, 180, 270, 365)
COURSE_KEYS = ("EF", "LVEDV", "LVEDP", "PCWP", "CI", "HR", "MAP", "beta1_density", "spillover")


@app.command()
def rest(
    sex: Sex = "both",
    loop: Annotated[str, typer.Option(help="Circulation: small or regional.")] = "small",
    json_: Json = False,
) -> None:
    """Resting person against the published ranges of a healthy adult."""
    if sex not in (*SEXES, "both"):
        raise ParameterError(f"--sex {sex} is not one of male, female, both.")
    answer = {s: _rest(s, loop) for s in (SEXES if sex == "both" else (sex,))}
    if json_:
        return _print_json(answer)
    for s, found in answer.items():
        rows = [
            (r["quantity"], _num(r["model"]), _unit(r["unit"]), f"{r['low']:g} to {r['high']:g}", r["verdict"])
            for r in found["rows"]
        ]
        _table(f"Rest, {s}", ("quantity", "value", "unit", "target", "verdict"), rows)
        passed = sum(r["verdict"] == "pass" for r in found["rows"])
        _say(f"{passed} of {len(rows)} within range. {found['status']}, residual {found['residual']:.1e}.")
        for name, value in found["scales"].items():
            _say(f"Tension scale {name} = {value:g}.")


def _rest(sex: str, loop: str) -> dict[str, Any]:
    """Summary, verdicts and the state of convergence of one default person."""
    import heartloop as hl
    from heartloop.scenarios.files import targets

    from .summary import UNITS

    person = hl.human(sex=sex, loop=loop)
    beat = person.periodic()
    summary = beat.summary()
    rows = []
    for t in targets(sex):
        if t.key in UNITS:  # what the model reports in principle; a number that this beat lacks is a failure
            value = float(summary.get(t.key, math.nan))
            rows.append(
                {"quantity": t.key, "model": value, "unit": t.unit, "low": t.low, "high": t.high, "usual": t.usual,
                 "verdict": t.verdict(value), "source": t.source, "mark": t.mark}
            )  # fmt: skip
    table = person.parameters
    scales = {p: float(table.loc[p, "value"]) for p in table.index if p.endswith(".k_scale")}
    return {
        "summary": {k: float(v) for k, v in summary.items()},
        "rows": rows,
        "scales": scales,
        "status": beat.status,
        "residual": float(beat.residual),
    }


@app.command()
def scenarios(json_: Json = False) -> None:
    """List the scenarios that come with heartloop."""
    import heartloop as hl

    table = hl.list_scenarios()
    if json_:
        return _print_json({"scenarios": table.reset_index().to_dict(orient="records")})
    rows = [(name, row["title"], row["lasts"]) for name, row in table.iterrows()]
    _table("Scenarios", ("name", "title", "lasts"), rows)


@app.command()
def run(
    name: Annotated[str, typer.Argument(help="A scenario's name (see `heartloop scenarios`) or a TOML file.")],
    days: Annotated[float | None, typer.Option(help="Length; default: as the scenario says.")] = None,
    out: Annotated[Path | None, typer.Option(help="Output folder; default: heartloop-output/NAME.")] = None,
    resume: Annotated[bool, typer.Option("--resume", help="Continue an interrupted run in the same folder.")] = False,
    cuts: Annotated[bool, typer.Option(help="Also run the scenario with each of its links cut in turn.")] = True,
    after: Annotated[
        str | None, typer.Option(help="Start from the person that this scenario leaves (its course is kept).")
    ] = None,
    day: Annotated[float | None, typer.Option(help="With --after: on which day; default: its last.")] = None,
    json_: Json = False,
) -> None:
    """Run a scenario: progress bar, table, figures and netCDF in an output folder."""
    import heartloop as hl

    scenario = hl.scenario(name, after=after, day=day)
    folder = out or DEFAULT_OUT / scenario.folder
    result = scenario.run(days=days, out=folder, resume=resume, cuts=cuts, progress=not json_)
    files = sorted(str(p) for p in folder.iterdir() if p.is_file())
    summary = {k: float(v) for k, v in result.summary().items()}
    tables = {k: t.reset_index().to_dict(orient="records") for k, t in result.tables.items() if k != "beats"}
    if json_:
        answer: dict[str, Any] = {
            "scenario": scenario.name,
            "status": result.status,
            "summary": summary,
            "files": files,
        }
        if result.kind == "Course":
            answer["course"] = {str(k): result.data[k].values for k in result.data.variables}
        _print_json(answer | tables | {"files": files})
    else:
        if result.kind == "Course":
            _course_table(scenario.title, result.data)
        else:
            if "protocol" not in result.tables:
                _table(scenario.title, ("quantity", "value"), [(k, _num(v)) for k, v in summary.items()])
            for title, table in result.tables.items():
                if title != "beats":
                    rows = [tuple(_num(v) for v in row) for row in table.to_numpy().tolist()]
                    _table(scenario.title if title == "protocol" else title, list(table.columns), rows)
        if "cuts" in result.tables:
            _cut_table(result.tables["cuts"])
        _say(f"Status: {result.status}.")
        _say("Written: " + ", ".join(files))
    if result.status.startswith("interrupted"):
        _say(f"What was reached is kept in {folder}; go on with --resume.", error=True)
        raise typer.Exit(130)


@app.command()
def cell(
    kind: Annotated[str, typer.Option(help="compact or human.")] = "compact",
    state: Annotated[
        str, typer.Option(help="control, failing, end-stage, or a TOML file of states (FILE, or FILE:NAME).")
    ] = "control",
    rate: Annotated[float, typer.Option(help="Pacing rate, Hz.")] = 1.0,
    protocol: Annotated[
        str | None,
        typer.Option(
            help="beat, defects, force-frequency, mechanisms, alternans, post-rest, agonist, anchors, t-tubules, "
            "starling, length, force-pca, force-velocity, quiescence, dad-map or compare; default: one beat."
        ),
    ] = None,
    beside: Annotated[
        str | None,
        typer.Option(help="A second state, run and drawn beside the first (force-frequency, post-rest, agonist)."),
    ] = None,
    out: Annotated[Path | None, typer.Option(help="Folder for the protocol's table (CSV) and figure (PNG).")] = None,
    json_: Json = False,
) -> None:
    """An isolated ventricular myocyte: what it settles into at a rate, or a protocol of the bench."""
    import heartloop as hl

    model = hl.myocyte(kind, state=state)
    title = f"Myocyte, {kind}, {state}"
    if protocol is not None:
        others = {} if beside is None else {beside: hl.myocyte(kind, state=beside)}
        return _cell_protocol({state: model} | others, protocol, kind, rate, title, out, json_)
    if beside is not None:
        raise ParameterError(f"--beside draws a protocol of two states; name one with --protocol: {', '.join(BESIDE)}.")
    if out is not None:
        raise ParameterError("--out keeps the table and figure of a protocol; name one with --protocol.")
    beat = model.pace(rate=rate)
    summary = beat.summary()
    if json_:
        return _print_json(
            {"cell": kind, "state": state, "rate": rate, "status": beat.status, "alternating": beat.alternating,
             "summary": dict(summary)}
        )  # fmt: skip
    units = summary.attrs.get("units", {})
    rows = [(k, _num(v), _unit(units.get(k, ""))) for k, v in summary.items()]
    _table(f"{title}, {rate:g} Hz", ("quantity", "value", "unit"), rows)
    _say(f"Status: {beat.status}.")


def _cell_protocol(
    models: Mapping[str, Any], name: str, kind: str, rate: float, title: str, out: Path | None, json_: bool
) -> None:
    """Run one protocol of the bench on models by state; print its table, and keep table and figure in `out`."""
    import pandas as pd

    import heartloop as hl
    from heartloop import views
    from heartloop.scenarios import contraction, land2017, mechanisms, structure

    from .results import output_folder

    state, model = next(iter(models.items()))
    weak = "failing" if state == "control" else state  # the healthy cell has no factors to take away
    bar = not json_
    kept: dict[str, Any] = {}  # what a figure needs beyond the table

    def each(run: Callable[[Any], Any]) -> Any:
        """The protocol on every state: one table as it is, several under each other with a column `state`."""
        kept["tables"] = {k: run(m) for k, m in models.items()}
        if len(models) == 1:
            return kept["tables"][state]
        return pd.concat(kept["tables"], names=["state"])

    def over(_: Any, title: str) -> Any:
        return views.plot_bench(kept["tables"] if len(models) > 1 else kept["tables"][state], title=title)

    def one() -> Any:
        kept["beats"] = {state: model.pace(rate)}
        return mechanisms.summaries(kept["beats"], "state")

    def defects() -> Any:
        kept["beats"] = mechanisms.defects(kind, weak, rate)
        return mechanisms.summaries(kept["beats"])

    def both() -> Any:
        table, kept["pairs"] = mechanisms.compare()
        return table

    def filled() -> Any:
        person = hl.human(cell=kind)
        half = {"lv.cell.ttubule": 0.5, "rv.cell.ttubule": 0.5}
        kept["curves"] = {"whole": structure.starling(person), "half": structure.starling(person.with_(half))}
        return pd.concat(kept["curves"], names=["T-tubules"])

    def alone() -> Any:
        return contraction.Contraction.of(model, beat=model.pace(rate))

    def length() -> Any:
        kept["beats"] = contraction.twitches(model, rate=rate)
        return contraction.lengths(kept["beats"])

    def beside_paper(curves: Callable[[], dict[str, Any]], draw: Callable[..., Any]) -> Callable[..., Any]:
        return lambda found, title: draw({"this cell": found} | curves(), title)

    def tubules() -> Any:
        kept["beats"] = structure.unroofed(model, rate=rate)
        return structure.dyssynchrony(kept["beats"])

    known: dict[str, tuple[Callable[[], Any], Callable[..., Any]]] = {
        "beat": (one, lambda _, title: views.plot_cell_beat(kept["beats"], title)),
        "defects": (defects, lambda _, title: views.plot_cell_beat(kept["beats"], title)),
        "force-frequency": (lambda: each(lambda m: m.force_frequency(progress=bar)), over),
        "mechanisms": (lambda: mechanisms.mechanisms(kind, weak, progress=bar), views.plot_mechanisms),
        "alternans": (lambda: model.alternans(progress=bar), views.plot_alternans),
        "post-rest": (lambda: each(lambda m: m.post_rest(rate=rate)), over),
        "agonist": (lambda: each(lambda m: m.dose_response(rate=rate)), over),
        "anchors": (lambda: structure.anchors(model, rate=rate), views.plot_anchors),
        "t-tubules": (tubules, lambda _, title: views.plot_twitches(kept["beats"], title, "T-tubules")),
        "starling": (filled, lambda _, title: views.plot_starling(kept["curves"], title)),
        "length": (length, lambda _, title: views.plot_twitches(kept["beats"], title, paper=land2017.twitch_curves())),
        "force-pca": (
            lambda: alone().force_pca(), beside_paper(land2017.force_pca_curves, views.plot_force_pca)
        ),
        "force-velocity": (
            lambda: alone().force_velocity(), beside_paper(land2017.force_velocity_curves, views.plot_force_velocity)
        ),
        "quiescence": (lambda: model.quiescence(rate=rate), views.plot_quiescence),
        "dad-map": (lambda: model.dad_map(rate=rate, progress=bar), views.plot_dad_map),
        "compare": (both, lambda _, title: views.plot_cells(kept["pairs"], title)),
    }
    if name not in known:
        raise ParameterError(f"There is no protocol '{name}' of the bench.{suggest(name, known)} {', '.join(known)}.")
    if len(models) > 1 and name not in BESIDE:
        raise ParameterError(f"--beside does not go with --protocol {name}, only with {', '.join(BESIDE)}.")
    if out is not None:
        output_folder(out)
    run, draw = known[name]
    found = run()
    fitted = None
    if name == "force-pca":
        fitted = {f"stretch {s:g}": contraction.hill(found[s]) for s in found}
    elif name == "force-velocity":
        fitted = {"Hill's hyperbola": contraction.force_velocity_fit(found)}
    watched = getattr(found, "events", None)
    table = (found if watched is None else watched).reset_index(drop=watched is not None)
    files: list[str] = []
    if out is not None:
        table.to_csv(out / f"{name}.csv", index=False)
        title = "Both cells" if name == "compare" else title
        draw(found, title=f"{title}, {name}").savefig(out / f"{name}.png")
        files = [str(out / f"{name}.{kind}") for kind in ("csv", "png")]
    if json_:
        extra = {} if watched is None else {"verdict": found.verdict, "summary": dict(found.summary())}
        extra |= {} if fitted is None else {"fits": fitted}
        return _print_json({"protocol": name, "rows": table.to_dict(orient="records"), "files": files} | extra)
    # the summary of a beat is too wide for a terminal; all of it is in the file and in the JSON
    first = [str(k) for k in found.index.names] if watched is None else []
    shown = table if "T_peak" not in table else table[[*first, *(k for k in CELL_KEYS if k in table)]]
    if len(shown) > LONG:  # a curve
        shown = shown[:: len(shown) // LONG]
    columns = [str(k) for k in shown.columns]
    _table(f"{title}, {name}", columns, [tuple(_num(v) for v in r) for r in shown.to_numpy().tolist()])
    for what, numbers in (fitted or {}).items():
        _say(f"{what}: " + ", ".join(f"{k} {_num(v)}" for k, v in numbers.items()))
    if watched is not None:
        _say(f"{found!r}")
    if files:
        _say("Written: " + ", ".join(files))


@app.command()
def fit(
    file: Annotated[Path, typer.Argument(help="CSV file with one row a patient.")],
    id: Annotated[str | None, typer.Option("--id", help="patient_id of the row.")] = None,
    co: Annotated[str | None, typer.Option(help="Cardiac output to believe: fick or td.")] = None,
    free: Annotated[str | None, typer.Option(help="Free parameters, separated by commas.")] = None,
    denervated: Annotated[
        bool | None, typer.Option(help="Cardiac nerves cut (a transplant); default: as the file says.")
    ] = None,
    out: Annotated[Path | None, typer.Option(help="Folder for the fitted beat and its tables.")] = None,
    json_: Json = False,
) -> None:
    """Fit a person to one patient's measurements."""
    import heartloop as hl

    from .results import output_folder

    patient = hl.read_patient(file, id=id, co=co)
    person = hl.human(**{k: v for k in ("sex", "weight_kg", "height_cm", "age_y") if (v := getattr(patient, k))})
    paths = None if free is None else [p.strip() for p in free.split(",") if p.strip()]
    if out is not None:
        output_folder(out)
    found = person.fit(patient, free=paths, denervated=denervated, progress=not json_)
    if out is not None:
        found.beat.save(out / "beat.nc")
        found.residuals.to_csv(out / "residuals.csv")
        found.table.to_csv(out / "parameters.csv")
    if json_:
        return _print_json(
            {"patient": patient.id, "status": found.status, "converged": found.converged,
             "residuals": _records(found.residuals), "parameters": _records(found.table), "given": found.given,
             "evaluations": found.evaluations, "gradients": found.gradients, "notes": found.notes}
        )  # fmt: skip
    _frame(f"Patient {patient.id}: measured and model", found.residuals)
    shown = ["value", "unit", "standard_error", "low", "high", "verdict"]
    _frame("Free parameters, with the 95 % interval", found.table[shown])
    _say(f"{found.status}; {found.evaluations} orbit solves, {found.gradients} gradients.")
    for note in found.notes:
        _say("Note: " + note)


@app.command()
def sensitivity(
    of: Annotated[str, typer.Option(help="Summary keys, separated by commas.")] = "EF,MAP,CO,LVEDP",
    to: Annotated[str, typer.Option(help="Parameter paths, separated by commas; default: as the method says.")] = "",
    method: Annotated[str, typer.Option(help="local, dgsm, morris or sobol.")] = "local",
    samples: Annotated[int | None, typer.Option(help="Samples of a global method.")] = None,
    sex: Annotated[str, typer.Option(help="male or female.")] = "male",
    most: Annotated[int, typer.Option(help="Rows to print.")] = 20,
    json_: Json = False,
) -> None:
    """Which parameters move which clinical numbers."""
    import heartloop as hl

    keys, paths = ([w.strip() for w in text.split(",") if w.strip()] for text in (of, to))
    person = hl.human(sex=sex)
    found = person.sensitivity(of=keys, to=paths or None, method=method, samples=samples, progress=not json_)
    if json_:
        return _print_json({"method": method, "of": keys, "rows": _records(found)} | dict(found.attrs))
    _frame(f"Sensitivity, {method}, the most important first", found, most)
    for note in found.attrs.get("notes", []):
        _say("Note: " + note)


@app.command()
def validate(
    names: Annotated[list[str] | None, typer.Argument(help="Groups; default: all but the longest.")] = None,
    quick: Annotated[bool, typer.Option("--quick", help="The quick set only: seconds instead of minutes.")] = False,
    show: Annotated[bool, typer.Option("--list", help="List the groups, with what they claim and cost.")] = False,
    out: Annotated[Path | None, typer.Option(help="Output folder; default: heartloop-output/validation.")] = None,
    processes: Annotated[int, typer.Option(help="Processes of the long sweeps.", min=1)] = 2,
    json_: Json = False,
) -> None:
    """Model against published targets and its own claims, one row a quantity; exit code 1 if a row fails."""
    from heartloop.validation import GROUPS, Setting, choose
    from heartloop.validation import run as run_groups

    from .results import output_folder

    if show:
        if json_:
            return _print_json({"groups": [vars(g) for g in GROUPS]})
        listed = [(g.name, g.doc, f"{g.cost:g}", g.when) for g in GROUPS]
        _table("Validation groups", ("name", "claim", "CPU s, about", "when"), listed)
        return _say("when: quick = also with --quick, full = by default, named = only if you name it.")
    groups = choose(names or (), quick)
    folder = out or DEFAULT_OUT / "validation"
    output_folder(folder)
    records: list[dict[str, Any]] = []
    stopped = False
    try:
        run_groups(
            groups,
            Setting(bar=not json_, folder=folder, processes=processes),
            seen=lambda group, row: records.append({"group": group.name} | row.record()),
        )
    except KeyboardInterrupt:
        stopped = True
    passed, failed = (sum(r["verdict"] == v for r in records) for v in ("pass", "fail"))
    file = _write_rows(folder / "validation.csv", records)
    if json_:
        _print_json({"rows": records, "passed": passed, "of": passed + failed, "file": str(file)})
    else:
        keys = ("protocol", "quantity", "target", "model", "verdict")
        shown = [tuple(_num(r[k]) if k == "model" else r[k] for k in keys) for r in records]
        _table("Validation", keys, shown)
        _say(f"{passed} of {passed + failed} pass. Written: {file}")
    if stopped:
        _say("Stopped before the end; what was found is kept.", error=True)
        raise typer.Exit(130)
    if failed:
        raise typer.Exit(1)


def _write_rows(file: Path, records: Sequence[Mapping[str, Any]]) -> Path:
    """Records of one shape as CSV."""
    import csv

    with file.open("w", newline="") as out:
        writer = csv.DictWriter(out, fieldnames=list(records[0]) if records else ["group"])
        writer.writeheader()
        writer.writerows(records)
    return file


@app.command()
def bench(
    start: Annotated[bool, typer.Option(help="Also time cold and warm starts, which takes longer.")] = True,
    json_: Json = False,
) -> None:
    """Time of a beat, an orbit, a gradient and a start on this machine."""
    from heartloop.scenarios.bench import bench as measure

    rows = measure(start=start)
    if json_:
        return _print_json({"rows": rows})
    shown = [(r["what"], _num(r["value"]), _unit(r["unit"]), "" if r["bar"] is None else f"{r['bar']:g}") for r in rows]
    _table("Benchmark", ("what", "value", "unit", "at most"), shown)


# -- output -----------------------------------------------------------------------------------------------------------


def _course_table(title: str, data: Any) -> None:
    day = data["day"].values
    shown = sorted({float(day[abs(day - d).argmin()]) for d in SHOWN_DAYS if d <= day[-1]} | {float(day[-1])})
    keys = [k for k in COURSE_KEYS if k in data]
    rows = []
    for k in keys:
        unit = _unit(str(data[k].attrs.get("units", "")))
        rows.append((k, unit, *[_num(float(data[k].sel(day=d))) for d in shown]))
    _table(title, ("day", "", *[f"{d:.0f}" for d in shown]), rows)


def _cut_table(table: pd.DataFrame) -> None:
    keys = [k for k in table.columns if k not in ("status", "day")]
    rows = [(str(name), *[_num(row[k]) for k in keys]) for name, row in table.iterrows()]
    _table("The same with one link cut at a time, last day", ("cut", *keys), rows)


def _frame(title: str, frame: pd.DataFrame, most: int | None = None) -> None:
    names = [" ".join(map(str, n)) if isinstance(n, tuple) else str(n) for n in frame.index]
    rows = [(name, *[_num(v) for v in row]) for name, row in zip(names, frame.values, strict=True)]
    _table(title, (frame.index.name or "", *map(str, frame.columns)), rows[:most])


def _records(frame: pd.DataFrame) -> list[dict[str, Any]]:
    named = frame if all(frame.index.names) else frame.rename_axis("name")
    return named.reset_index().to_dict(orient="records")


def _table(title: str, columns: Sequence[str], rows: Sequence[Sequence[str]]) -> None:
    from rich import box
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    table = Table(title=title, box=box.SIMPLE_HEAD, title_justify="left", title_style="bold")
    for i, name in enumerate(columns):
        numeric = bool(rows) and all(_is_number(row[i]) for row in rows)
        table.add_column(name, justify="right" if numeric else "left", no_wrap=numeric)
    for row in rows:
        table.add_row(*[Text(cell, style="bold red" if cell == "fail" else "") for cell in row])
    # a pipe has no width; wide tables must not be cut there
    console = Console() if sys.stdout.isatty() else Console(width=160)
    console.print(table)


def _is_number(text: str) -> bool:
    try:
        float(text)
    except ValueError:
        return text in ("", "-")
    return True


def _say(text: str, error: bool = False) -> None:
    typer.echo(text, err=error)


def _unit(unit: str) -> str:
    return "" if unit == "1" else unit


def _num(value: Any) -> str:
    if value is None or (isinstance(value, float) and math.isnan(value)):
        return "-"
    if isinstance(value, str):
        return value
    number = float(value)
    return f"{number:.4g}" if abs(number) < 1e5 else f"{number:.3e}"


def _print_json(answer: Mapping[str, Any]) -> None:
    typer.echo(json.dumps(_clean(answer), indent=1, allow_nan=False))


def _clean(value: Any) -> Any:
    """Plain JSON: numpy becomes numbers and lists, what is not finite becomes null."""
    if isinstance(value, Mapping):
        return {str(k): _clean(v) for k, v in value.items()}
    if hasattr(value, "tolist"):
        value = value.tolist()
    if isinstance(value, list | tuple):
        return [_clean(v) for v in value]
    if isinstance(value, float):
        return value if math.isfinite(value) else None
    return value if value is None or isinstance(value, bool | int | str) else str(value)


def main(arguments: Sequence[str] | None = None) -> int:
    """Entry point. Errors that heartloop raises on purpose are one line and exit code 2."""
    words = list(sys.argv[1:] if arguments is None else arguments)
    try:
        app(args=words, prog_name="heartloop")
    except HeartloopError as error:
        return _fail(str(error), words)
    except SystemExit as stop:  # how typer ends a command, a usage error or an interruption
        return int(stop.code or 0)
    return 0


def _fail(sentence: str, words: Sequence[str]) -> int:
    line = " ".join(sentence.split())
    if "--json" in words:
        typer.echo(json.dumps({"error": line}))
    _say(f"heartloop: {line}", error=True)
    return 2


if __name__ == "__main__":
    sys.exit(main())
