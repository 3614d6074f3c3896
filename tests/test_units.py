"""Units are read, converted and refused."""

import pytest

from heartloop.errors import UnitError
from heartloop.units import factor, parse, same_dimension


@pytest.mark.parametrize(
    ("a", "b", "value"),
    [
        ("kPa", "mmHg", 7.50062),
        ("L/min", "mL/s", 1000 / 60),
        ("1/(mmHg s)", "1/(mmHg ms)", 1e-3),
        ("umol/L/ms", "mmol/L/s", 1.0),
        ("mmHg s/mL", "WU", 1000 / 60),
        ("um^2", "cm^2", 1e-8),
        ("1/ms", "1/s", 1000.0),
        ("day", "s", 86400.0),
    ],
)
def test_conversion_factors(a, b, value):
    assert factor(a, b) == pytest.approx(value, rel=1e-5)


def test_conversion_is_inverse_of_itself():
    assert factor("mmHg mL", "J") * factor("J", "mmHg mL") == pytest.approx(1.0)


@pytest.mark.parametrize("text", ["mmhg", "L/mni", "(mmHg", "", "mmHg^", "s)"])
def test_unreadable_units_are_refused(text):
    with pytest.raises(UnitError):
        parse(text)


def test_near_units_are_suggested():
    with pytest.raises(UnitError, match="mmHg"):
        parse("mmhg")


def test_pressure_is_not_volume():
    assert not same_dimension("mmHg", "mL")
    with pytest.raises(UnitError, match="cannot be used"):
        factor("mmHg", "mL")
