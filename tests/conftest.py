"""Shared fixtures: the toy loop, compiled once a session."""

import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parent))


@pytest.fixture(scope="session")
def toy():
    """Model of the toy loop (5 periodic states, one slow state)."""
    import zoo

    from heartloop.compiled import Compiled
    from heartloop.model import Model

    return Model(Compiled(zoo.loop()), roles=zoo.ROLES, title="toy")


@pytest.fixture(scope="session")
def alternating():
    """Model whose beat map is a quadratic map, with a conserved volume beside it."""
    import zoo

    from heartloop.compiled import Compiled
    from heartloop.model import Model

    return Model(Compiled(zoo.alternating()), features={"onset": ("start", "cell.a")}, title="alternating")
