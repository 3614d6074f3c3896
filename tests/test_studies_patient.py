"""The real patient: a transplanted heart by right-heart catheter, fitted as the command line does."""

import numpy as np
import pytest

from heartloop.validation.patient import KEYS, MOVED, OUTPUTS, fitted, fitted_moved, judged


@pytest.mark.parametrize("co", OUTPUTS)
def test_eight_outputs_with_eight_parameters(co):
    f = fitted(co)
    assert set(f.residuals.index) == set(KEYS) and len(f.table) == 8
    assert [row for row in judged("fit", f) if row.verdict != "pass"] == []
    assert np.all(np.isfinite(f.table["standard_error"])) and np.all(f.table["standard_error"] > 0)
    assert any("41 %" in n for n in f.notes) and any("imputed" in n for n in f.notes)
    beat = f.model.periodic()
    rest = [v for k, v in beat.features().items() if k.startswith("rest:")]
    assert np.max(np.abs(rest)) < 1e-3  # the fitted rest is an equilibrium of the reflex
    assert beat.summary()["HR"] == pytest.approx(83.33, abs=1e-3)


@pytest.mark.slow
@pytest.mark.parametrize("factor", MOVED)
@pytest.mark.parametrize("key", KEYS)
def test_each_value_moved_by_five_percent(key, factor):
    assert [row for row in judged("fit", fitted_moved(key, factor)) if row.verdict != "pass"] == []
