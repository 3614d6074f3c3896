"""Chambers, valves, vessels and what surrounds them; see `loop` for how they are put together."""
