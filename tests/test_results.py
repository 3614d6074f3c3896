"""Results survive the disk unchanged, and a file that is not one says so."""

import numpy as np
import pandas as pd
import pytest
import xarray as xr

from heartloop.errors import DataError
from heartloop.results import Result, Stored, load, save_dataset


class Sample(Result):
    """A result as a solver would make one."""

    kind = "Beat"

    def __init__(self):
        phase = np.linspace(0, 1, 5)
        self.data = xr.Dataset(
            {
                "lv.p": ("phase", np.array([5.0, 120.0, np.nan, 8.0, 6.0]), {"units": "mmHg", "long_name": "pressure"}),
                "t": ("phase", phase * 0.8, {"units": "s"}),
                "open": ("phase", np.array([True, False, True, False, True])),
                "multipliers": ("k", np.array([0.5 + 0.2j, 0.5 - 0.2j, -0.1])),
                "phasename": ("k", np.array(["filling", "Δ", ""])),
            },
            coords={"phase": ("phase", phase, {"units": "1"}), "day": ((), 3.0, {"units": "day"})},
            attrs={"status": "converged", "multiplier_max": 0.54, "conserved": ["blood volume"], "none": None},
        )
        self.parameters = pd.DataFrame(
            {"value": [1.0, 2.0], "unit": ["1", "mL"], "low": [-np.inf, 0.0], "n": [1, 2], "doc": ["a", "x" * 90_000]},
            index=pd.Index(["cell.serca", "lv.V0"], name="path"),
        )
        self.provenance = {"graph": "abc", "versions": {"casadi": "3.8.2"}, "tolerance": np.float64(1e-6)}
        self.tables["cuts"] = pd.DataFrame({"EF": [0.3, 0.5]}, index=["none", "growth"])

    def summary(self):
        series = pd.Series({"MAP": 92.0, "EF": 1 / 3})
        series.attrs["units"] = {"MAP": "mmHg", "EF": "1"}
        return series


def test_a_saved_result_reads_back_equal(tmp_path):
    sample = Sample()
    path = sample.save(tmp_path / "deep" / "beat.nc")
    back = load(path)
    assert back == sample and sample == back
    xr.testing.assert_identical(back.data["lv.p"], sample.data["lv.p"])
    pd.testing.assert_frame_equal(back.parameters, sample.parameters)
    pd.testing.assert_frame_equal(back.tables["cuts"], sample.tables["cuts"])
    assert back.summary().attrs["units"]["MAP"] == "mmHg" and back.summary()["EF"] == 1 / 3
    assert back.data["multipliers"].dtype == complex and back.data["t"].dtype == float
    assert back.kind == "Beat" and "parameters" in repr(back)


def test_a_second_round_changes_nothing(tmp_path):
    first = load(Sample().save(tmp_path / "a"))
    assert load(first.save(tmp_path / "b")) == first


@pytest.mark.parametrize("what", ["data", "units", "parameters", "provenance", "tables", "kind"])
def test_results_that_differ_anywhere_are_not_equal(what):
    a, b = Sample(), Sample()
    assert a == b
    if what == "data":
        b.data["lv.p"][0] = 5.000001
    elif what == "units":
        b.data["lv.p"].attrs["units"] = "kPa"
    elif what == "parameters":
        b.parameters.loc["lv.V0", "value"] = 2.1
    elif what == "provenance":
        b.provenance["graph"] = "other"
    elif what == "tables":
        b.tables["cuts"].loc["growth", "EF"] = 0.51
    else:
        b.kind = "Run"
    assert a != b


def test_any_netcdf_reader_opens_the_file(tmp_path):
    path = save_dataset(Sample().data, tmp_path / "x.nc")
    with xr.open_dataset(path, engine="h5netcdf", decode_timedelta=False) as ds:
        assert ds["lv.p"].attrs["units"] == "mmHg"
        assert float(ds["lv.p"][1]) == 120.0


def test_an_interrupted_save_leaves_the_old_file(tmp_path, monkeypatch):
    path = Sample().save(tmp_path / "x.nc")

    def broken(*_args, **_kwargs):
        raise KeyboardInterrupt

    monkeypatch.setattr("os.replace", broken)
    with pytest.raises(KeyboardInterrupt):
        Stored("Run", xr.Dataset()).save(path)
    assert load(path) == Sample()
    assert [p.name for p in tmp_path.iterdir()] == ["x.nc"]


def _text(path):
    path.write_text("HR,70\n")


def _foreign(path):
    xr.Dataset({"a": ("x", [1.0])}).to_netcdf(path, engine="h5netcdf")


def _block(text):
    def write(path):
        xr.Dataset({"heartloop": xr.DataArray(np.array(text, dtype=object))}).to_netcdf(path, engine="h5netcdf")

    return write


@pytest.mark.parametrize(
    ("make", "says"),
    [
        (lambda _: None, "no file"),
        (lambda path: path.mkdir(), "is a folder"),
        (_text, "not a readable netCDF file"),
        (lambda path: path.write_bytes(b""), "not a readable netCDF file"),
        (_foreign, "not a heartloop result"),
        (_block("{"), "damaged"),
        (_block("[]"), "damaged"),
        (_block('{"format": 99, "kind": "Beat", "content": {}}'), "layout 99"),
        (_block('{"format": 1, "kind": "Heart", "content": {}}'), "'Heart'"),
    ],
)
def test_a_bad_file_is_refused_with_a_sentence(tmp_path, make, says):
    path = tmp_path / "x.nc"
    make(path)
    with pytest.raises(DataError, match=says):
        load(path)


def test_a_missing_file_suggests_its_neighbour(tmp_path):
    Sample().save(tmp_path / "course.nc")
    with pytest.raises(DataError, match=r"Did you mean 'course\.nc'"):
        load(tmp_path / "cuorse.nc")


def test_a_folder_that_cannot_be_written_is_refused(tmp_path):
    (tmp_path / "file").write_text("")
    with pytest.raises(DataError, match="Cannot write"):
        Sample().save(tmp_path / "file" / "x.nc")


# -- what the solvers make --------------------------------------------------------------------------------------------


def test_a_beat_a_run_and_a_course_of_a_model_read_back_equal(toy, tmp_path):
    results = [toy.periodic(), toy.solve(2.0, every=0.05), toy.progress(5.0, bar=False)]
    for result in results:
        back = load(result.save(tmp_path / result.kind))
        assert back == result and back.kind == result.kind
        assert back.summary()["HR"] == result.summary()["HR"]
        assert back.provenance["graph"] == toy.provenance["graph"]
        assert list(back.parameters.index) == list(toy.parameters.index)
        xr.testing.assert_identical(back.data.drop_attrs(), result.data.drop_attrs())


def test_results_of_a_model_can_be_drawn(toy):
    from heartloop import views

    assert views.plot_beat(toy.periodic()).axes and views.plot_run(toy.solve(2.0, every=0.05)).axes
    assert views.plot_course(toy.progress(5.0, bar=False)).axes
