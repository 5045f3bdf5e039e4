from collections.abc import Sequence

import pytest

from handlers.alerts.model import State
from handlers.incidents.flapping import (
    Sighting,
    is_flapping,
    newly_firing,
)
from tests.handlers.incidents.samples import later

F, R, U = State.FIRING, State.RESOLVED, State.UNKNOWN


def seen(
    states: Sequence[tuple[float, State]],
    fingerprint: str = "v1:a",
    channel: str = "C0ALERTS",
) -> tuple[Sighting, ...]:
    return tuple(
        Sighting(fingerprint=fingerprint, state=state, at=later(at), channel=channel)
        for at, state in states
    )


ONCE = [(0, F), (5, R)]
TWICE = [*ONCE, (10, F), (15, R)]
THRICE = [*TWICE, (20, F)]


@pytest.mark.parametrize(
    ("states", "flaps"),
    [
        ([], False),
        (ONCE, False),
        (TWICE, False),
        (THRICE, True),
        ([*THRICE, (25, R)], True),
        ([(0, F), (5, F), (10, F), (15, F), (20, F)], False),
        ([(0, F), (5, U), (10, F), (15, U), (20, F)], False),
        ([(0, F), (60, R), (120, F), (180, R), (240, F)], False),
        ([*THRICE, (118, R)], True),
        ([*THRICE, (126, R)], False),
        (list(reversed(THRICE)), True),
    ],
)
def test_it_begins_with_four_changes_and_ends_with_one(
    *,
    states: list[tuple[float, State]],
    flaps: bool,
) -> None:
    assert is_flapping(seen(states), "v1:a") is flaps


def test_another_alerts_changes_are_not_counted() -> None:
    assert not is_flapping(seen(THRICE, "v1:b"), "v1:a")


def test_what_began_to_fire_is_new_and_what_is_repeated_is_not() -> None:
    sightings = (
        *seen([(0, F)], "v1:new"),
        *seen([(-30, F), (0, F)], "v1:repeated"),
        *seen([(-30, F), (-20, R), (0, F)], "v1:again"),
        *seen([(-30, F), (0, R)], "v1:over"),
        *seen([(0, U)], "v1:blind"),
        *seen([(0, F)], "v1:elsewhere", "C0OTHER"),
        *seen([(-5, F)], "v1:before"),
        *seen([(1, F)], "v1:after"),
    )
    assert newly_firing(sightings, "C0ALERTS", later(0)) == {"v1:new", "v1:again"}
