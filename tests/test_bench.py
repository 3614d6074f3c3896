"""Protocols on the bench: alternating beats, the first beat after a pause."""

from functools import lru_cache

import numpy as np
import pytest

import heartloop as hl
from heartloop.errors import ConvergenceError, ParameterError
from heartloop.orbit import alternation
from heartloop.scenarios.myocyte import CELLS, CellBeat, CellPair, Myocyte

FAST = (2.5, 3.0, 4.0)  # Hz: below and above the rate of 200/min from which a healthy cell alternates


@lru_cache(maxsize=1)
def alternating_beats() -> dict[float, CellPair]:
    cell = hl.myocyte()
    beats = {rate: cell.pace(rate) for rate in FAST}
    return {rate: b for rate, b in beats.items() if b.alternating}


def test_the_healthy_cell_alternates_above_200_per_minute_and_with_little_serca_earlier():
    table = hl.myocyte().alternans((1.0, *FAST))
    assert 200 / 60 < table.attrs["onset"]
    weak = hl.myocyte().with_({"cell.serca": 0.5}).alternans((1.0, 2.5, 3.0))
    assert weak.attrs["onset"] < table.attrs["onset"]
    assert 1.0 < table.attrs["onset"] <= min(table.index[table["multiplier"] < -1])
    assert np.any(table["multiplier"] < -1)
    assert table.loc[1.0, "multiplier"] > -1 and table.loc[1.0, "T_large"] == table.loc[1.0, "T_small"]
    for rate, row in table.iterrows():
        assert ("alternating" in row["status"]) == (row["multiplier"] < -1), rate
        assert row["T_large"] >= row["T_small"]


def test_the_alternating_pair_is_what_a_train_of_stimuli_ends_in():
    stable = [p for p in alternating_beats().values() if p.stable]
    assert stable
    pair = stable[0]
    c, theta = pair.model._c, pair.model._theta
    rows = c.periodic_rows
    store = c.index["cell.Ca_sr"]
    x = min((b.x for b in pair.beats), key=lambda x: x[store]).copy()  # the fuller one is near another attractor
    x[store] *= 1.02
    for _ in range(300):
        x = c.beat(x, theta, rtol=1e-5).x
    gap = min(float(np.max(np.abs(x - b.x)[rows] / c.size[rows])) for b in pair.beats)
    assert gap < 0.02  # of a state's size; the two beats differ by more than 0.5
    assert alternation(c, pair.orbit) > 0.5


def test_numbers_of_a_pair_are_means_and_the_steady_beat_in_between_is_kept():
    rate, pair = next(iter(alternating_beats().items()))
    each = pair.each()
    assert pair.summary()["T_dev"] == pytest.approx(float(each.loc["T_dev"].mean()))
    assert pair.summary()["influx"] == pytest.approx(pair.summary()["efflux"], rel=1e-3)  # over two beats, not one
    assert pair.alternation == pytest.approx(each.loc["T_dev"].max() / each.loc["T_dev"].min()) and pair.alternation > 1
    assert pair.steady is not None and pair.steady.alternans < -1
    row = hl.myocyte().force_frequency([1.0, rate]).loc[rate]
    assert row["multiplier"] < -1 and row["alternation"] > 1
    calm = hl.myocyte().pace(1.0)
    assert isinstance(calm, CellBeat) and not calm.alternating and calm.alternation == 1 and calm.stable


def test_gradient_through_an_alternating_cell_matches_differences():
    pair = next(p for p in alternating_beats().values() if p.stable)
    model = pair.model._copy()
    model.features = {"force": ("mean", "cell.tension")}
    model._paths = ("cell.tension",)
    pair = model.periodic(period=2, start=pair, rtol=1e-7)
    path = "cell.serca"
    g = pair.gradient(["force"], [path]).iloc[0, 0]
    h = 1e-4 * model[path]
    changed = [model.with_({path: model[path] + s * h}) for s in (1, -1)]
    high, low = (
        m.periodic(period=2, start=pair, rtol=1e-9, tol=1e-10).features()["force"] for m in changed
    )
    assert g == pytest.approx((high - low) / (2 * h), rel=5e-3)


@pytest.mark.slow  # a minute
def test_calcium_alternans_is_found_from_afar_as_from_nearby():
    """Receptors that close fast, recover slowly and feed on what they release (assumed values)."""
    levels = {"f_regen": 0.928, "n_sr": 3.38, "EC50_sr": 442.0, "k_oCa": 8.56e-5, "k_iCa": 1.01e-4, "k_im": 2.92e-3,
              "k_om": 0.197, "k_s": 0.157, "max_sr": 29.3, "r_t": 84.5}  # fmt: skip
    cell = hl.myocyte().with_({f"cell.{k}": v for k, v in levels.items()})
    far = cell.with_({}).pace(2.5)
    near = cell.force_frequency((1.0, 2.0, 2.5))
    assert far.alternating and near.loc[2.5, "alternation"] == pytest.approx(far.alternation, rel=1e-4)
    assert near.loc[2.5, "T_dev"] == pytest.approx(far.summary()["T_dev"], rel=1e-4)


def test_a_rate_at_which_nothing_settles_is_a_row_that_says_so(monkeypatch):
    cell = hl.myocyte()
    real = Myocyte.pace

    def pace(self, rate, **kw):
        if rate > 2:
            raise ConvergenceError("There is no steady beat.")
        return real(self, rate, **kw)

    monkeypatch.setattr(Myocyte, "pace", pace)
    table = cell.force_frequency((1.0, 3.0))
    assert table.loc[1.0, "T_dev"] > 1 and table.loc[3.0].isna().all() and "no steady" in table.attrs["lost"][3.0]
    table = cell.alternans((1.0, 3.0))
    assert np.isnan(table.loc[3.0, "T_large"]) and "no steady" in table.loc[3.0, "status"]
    with pytest.raises(ConvergenceError):
        cell.force_frequency((3.0,))


def test_fast_rates_end_where_a_train_ends_whatever_the_start():
    cell = hl.myocyte()
    direct = cell.pace(3.0)
    stepped = cell.force_frequency((1.0, 2.0, 3.0)).loc[3.0]
    assert direct.stable and direct.summary()["T_dev"] == pytest.approx(stepped["T_dev"], rel=1e-3)


def test_after_a_pause_of_one_cycle_comes_the_settled_beat():
    cell = hl.myocyte()
    table = cell.post_rest([1.0, 1.0001, 30.0], rate=1.0)
    assert table.loc[1.0, "relative"] == pytest.approx(1.0, abs=2e-3)
    assert table.loc[1.0001, "T_dev"] == pytest.approx(table.loc[1.0, "T_dev"], rel=1e-3)
    fast = cell.post_rest([1 / 3], rate=3.0)
    assert fast.iloc[0]["relative"] == pytest.approx(1.0, abs=0.02)  # its diastole is the first, not the least, tension


def test_the_pause_is_silent_and_counted_from_the_last_stimulus():
    """The same pause by hand: the last beat of the train, then one long cycle whose stimulus comes at its end."""
    cell = hl.myocyte()
    beat = cell.pace(1.0)
    c, theta = cell._c, beat.model._theta.copy()
    x = c.beat(beat.x, theta, rtol=1e-7).x
    t_on = cell["pacer.t_on"]
    theta[c.param_index["pacer.rate"]] = 60 / 12.0
    theta[c.param_index["pacer.t_on"]] = 9.0 + t_on  # ten seconds after the last stimulus
    p = c.beat(x, theta, rtol=1e-7, samples=12000)
    T = c.reader(("cell.tension",))(p.X, p.V, p.piece)[:, 0]
    i = int(np.searchsorted(p.t, 9.0 + t_on))
    assert np.ptp(T[int(0.5 * i) : i]) < 0.02 * np.ptp(T)  # nothing fires during the pause
    table = cell.post_rest([10.0], rate=1.0)
    assert table.loc[10.0, "T_dev"] == pytest.approx(T[i:].max() - T[i], rel=1e-3)


@pytest.mark.parametrize("kind", sorted(CELLS))
def test_every_cell_runs_every_protocol(kind):
    cell = hl.myocyte(kind)
    assert cell.quiescence(rate=1.0, watch=2.0).verdict == "silent"
    assert set(cell.post_rest([5.0]).columns) == {"T_dev", "relative", "SR_load"}
    table = cell.alternans((1.0, 2.0))
    assert (table["multiplier"] > -1).all() and (table["T_large"] == table["T_small"]).all()
    mapped = cell.dad_map(leaks=(1.0,), loads=(1.0,), agonists=(0.0,), watch=1.0, progress=False)
    assert list(mapped["verdict"]) == ["silent"]


def test_a_model_says_which_cell_it_is():
    assert hl.myocyte().title == "compact myocyte, control"
    assert "compact cells" in hl.human()._c.circuit.name


def test_impossible_rates_and_pauses_are_refused():
    cell = hl.myocyte()
    for call in (
        lambda: cell.pace(6.0),
        lambda: cell.post_rest([0.0]),
        lambda: cell.post_rest([4000.0]),
        lambda: cell.force_frequency([]),
        lambda: cell.alternans([0.01]),
    ):
        with pytest.raises(ParameterError):
            call()
