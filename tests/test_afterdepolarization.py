"""After the last stimulus: classification of made records, and of a cell whose receptors open early."""

from functools import lru_cache

import numpy as np
import pytest

import heartloop as hl
from heartloop import views
from heartloop.errors import DataError, ParameterError, UnknownNameError
from heartloop.results import load
from heartloop.scenarios.afterdepolarization import spontaneous
from heartloop.scenarios.myocyte import Quiescence

T = np.arange(-0.005, 5, 0.001)


def record(bumps=(), releases=(), repolarized=True):
    """Voltage, calcium and load: a paced beat, then Gaussian bumps (time, mV, width) and releases (time, umol/L)."""
    V = -85 + (105 / (1 + np.exp((T - 0.3) / 0.01)) if repolarized else 60.0) * (T >= 0)
    V = V + sum(a * np.exp(-(((T - at) / w) ** 2)) for at, a, w in bumps)
    Ca = 0.1 + 0.5 * np.exp(-T / 0.15) * (1 - np.exp(-T / 0.02)) * (T >= 0)
    Ca = Ca + sum(a * np.exp(-(((T - at) / 0.06) ** 2)) for at, a in releases)
    return V, Ca, 80 + 2 * T


def test_a_made_record_is_classified_by_voltage_and_calcium():
    verdict, events = spontaneous(T, *record())
    assert verdict == "silent" and not len(events)
    verdict, events = spontaneous(T, *record([(2.0, 8.0, 0.05)], [(1.98, 0.2)]))
    assert verdict == "DAD" and list(events["kind"]) == ["DAD"]
    row = events.iloc[0]
    assert row["time"] == pytest.approx(2.0, abs=2e-3) and row["amplitude"] == pytest.approx(8.0, abs=0.1)
    assert row["Ca_rise"] == pytest.approx(200, abs=5) and row["SR_load"] == pytest.approx(84, abs=0.5)
    verdict, events = spontaneous(T, *record([(2.0, 8.0, 0.05), (3.0, 100.0, 0.1)], [(1.98, 0.2), (2.95, 0.4)]))
    assert verdict == "triggered" and list(events["kind"]) == ["DAD", "triggered"]


def test_small_or_calcium_free_depolarizations_are_no_afterdepolarizations():
    verdict, events = spontaneous(T, *record([(2.0, 1.5, 0.05)], [(1.98, 0.2)]))
    assert verdict == "silent" and list(events["kind"]) == ["release"]
    verdict, events = spontaneous(T, *record([(2.0, 8.0, 0.05)]))
    assert verdict == "silent" and not len(events)


def test_an_action_potential_with_spike_and_dome_counts_once():
    twice = [(2.0, 110.0, 0.03), (2.1, 80.0, 0.05)]
    verdict, events = spontaneous(T, *record(twice, [(2.0, 0.4)]))
    assert verdict == "triggered" and len(events) == 1 and events.iloc[0]["time"] == pytest.approx(2.0, abs=0.01)


def test_a_cell_that_never_repolarizes_is_called_depolarized():
    assert spontaneous(T, *record(repolarized=False))[0] == "depolarized"


@lru_cache(maxsize=1)
def early():
    """A store filled from twice the calcium, with the exchanger and the little IK1 of failure."""
    levels = {"Ca_o": 3600.0, "ncx": 1.5, "G_K1": 0.16}
    return hl.myocyte().with_({f"cell.{k}": v for k, v in levels.items()})


@lru_cache(maxsize=1)
def fired():
    return early().quiescence(rate=2.0, watch=10.0)


def test_the_healthy_cell_is_silent():
    watched = hl.myocyte().quiescence(rate=1.0, watch=3.0)
    assert watched.verdict == "silent" and watched.summary()["releases"] == 0
    t = watched.data["time"].values
    assert t[0] < 0 and t[-1] == pytest.approx(4.0, abs=0.01) and np.all(np.diff(t) > 0)


def test_a_full_store_fires_by_itself_and_more_ik1_keeps_it_below_threshold():
    assert fired().verdict == "triggered"
    first = fired().events.iloc[0]
    assert first["time"] > 0.5 and first["Ca_rise"] > 100  # after the twitch, half a second and more of quiet
    cell = early()
    held = cell.with_({"cell.G_K1": 0.27}).quiescence(rate=2.0, watch=10.0)
    assert held.verdict == "DAD" and 2 < held.summary()["amplitude"] < fired().summary()["amplitude"]


def test_a_triggered_beat_is_the_same_without_the_protocol():
    """One long cycle without a stimulus by hand: the action potential comes at the same time."""
    cell = early()
    base = cell.pace(2.0)
    c, theta = cell._c, base.model._theta.copy()
    x = c.beat(base.beats[-1].x, theta, rtol=1e-7).x
    theta[c.param_index["pacer.rate"]] = 60 / 10.0
    theta[c.param_index["pacer.t_on"]] = 11.0
    p = c.beat(x, theta, rtol=1e-7, samples=20000)
    V = p.X[:, c.index["cell.V"]]
    late = p.t > 0.05
    late &= p.t < 6.0
    at = p.t[late][np.argmax(V[late])] + 0.5 - cell["pacer.t_on"]
    assert fired().events.iloc[0]["time"] == pytest.approx(at, abs=0.01)


def test_leak_empties_the_store_and_silences_it():
    table = early().dad_map(leaks=(1.0, 15.0), loads=(0.4, 1.0), agonists=(0.0,), watch=8.0, progress=False)
    verdict = table.set_index(["leak", "load"])["verdict"]
    assert verdict[1.0, 1.0] == "triggered" and verdict[15.0, 1.0] == "silent" and verdict[1.0, 0.4] == "silent"
    full = table.set_index(["leak", "load"])["SR_load"]
    assert full[15.0, 1.0] < full[1.0, 1.0] > full[1.0, 0.4]
    fig = views.plot_dad_map(table)
    assert len(fig.axes) == 1 and len(fig.axes[0].patches) == 4
    with pytest.raises(DataError, match="lacks verdict"):
        views.plot_dad_map(table.drop(columns="verdict"))


@lru_cache(maxsize=4)
def loaded(leak: float, k1: float):
    """The human cell with agonist and a loaded store."""
    cell = hl.myocyte("human")
    levels = {"agonist": 30.0, "Ca_o": 1.8 * cell["cell.Ca_o"], "ryr_leak": leak, "i_k1": k1}
    return cell.with_({f"cell.{k}": v for k, v in levels.items()}).quiescence(rate=2.0, watch=4.0)


def test_the_human_cell_has_afterdepolarizations_or_fires_with_leak_and_inward_rectifier():
    fires, held, leaky = loaded(0.5, 1.0), loaded(0.5, 2.0), loaded(4.0, 1.0)
    assert fires.verdict == "triggered" and fires.events.iloc[0]["time"] > 0.5  # after the twitch
    assert held.verdict == "DAD" and 2 < held.summary()["amplitude"] < 40
    # what leaks is not released: smaller ones, from an emptier store
    assert leaky.verdict == "DAD" and 2 < leaky.summary()["amplitude"] < 8
    assert leaky.summary()["SR_load"] < fires.summary()["SR_load"]


def test_a_watched_cell_is_drawn_and_reads_back(tmp_path):
    fig = views.plot_quiescence(fired())
    assert len(fig.axes) == 4
    stored = load(fired().save(tmp_path / "quiet.nc"))
    assert isinstance(fired(), Quiescence) and stored == fired()
    assert list(stored.tables["events"]["kind"]) == list(fired().events["kind"])
    assert len(views.plot_quiescence(stored).axes) == 4


def test_alternans_are_drawn():
    cell = hl.myocyte()
    assert len(views.plot_alternans(cell.alternans((1.0, 3.0))).axes) == 4
    with pytest.raises(DataError, match="multiplier"):
        views.plot_alternans(cell.post_rest([2.0]))


def test_tables_of_the_bench_are_drawn_over_each_other():
    control, failing = (hl.myocyte(state=s).post_rest([1.0, 10.0]) for s in ("control", "failing"))
    fig = views.plot_bench({"control": control, "failing": failing}, keys=["relative"])
    assert len(fig.axes) == 1 and fig.axes[0].get_xscale() == "log"
    lines = [line for line in fig.axes[0].lines if line.get_label() in ("control", "failing")]
    assert len(lines) == 2 and list(lines[0].get_ydata()) == list(control["relative"])
    with pytest.raises(DataError, match="no table"):
        views.plot_bench({})


def test_impossible_protocols_are_refused():
    cell = hl.myocyte()
    with pytest.raises(ParameterError, match="watch"):
        cell.quiescence(watch=0)
    with pytest.raises(ParameterError, match="rate"):
        cell.quiescence(rate=9)
    with pytest.raises(ParameterError, match="every"):
        cell.quiescence(every=1.0)
    with pytest.raises(UnknownNameError, match="Ca_o"):
        cell.dad_map(by="cell.Ca_oo", progress=False)
    with pytest.raises(ParameterError, match="outside"):
        cell.dad_map(leaks=(-1.0,), progress=False)
