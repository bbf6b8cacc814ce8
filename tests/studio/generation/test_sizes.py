"""Each size keeps to its price tier in every shape (A3, S28, S29)."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from studio.credits.prices import documented
from studio.generation.capabilities import LEAST_SIDE, MOST_SIDE
from studio.generation.forms import SIZE_PRICES
from studio.generation.sizes import SHAPES, SIZES, STEP, dimensions, nearest_shape


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("shape", SHAPES)
def test_a_shape_at_a_size_has_its_ratio_its_steps_and_the_price_beside_it(shape: str, size: str) -> None:
    width, height = dimensions(SHAPES[shape], SIZES[size])
    assert width % STEP == height % STEP == 0
    assert LEAST_SIDE <= min(width, height) <= max(width, height) <= MOST_SIDE
    assert abs(width / height / SHAPES[shape].ratio - 1) < 0.03
    assert nearest_shape(width, height).name == shape
    price = documented(width, height)
    assert (f"{price.low}–{price.high}", price.documented) == (SIZE_PRICES[size], True)


def test_the_shapes_that_were_asked_for_are_there() -> None:
    assert {"1x1", "4x5", "3x2", "16x9", "9x16"} <= set(SHAPES)
    assert dimensions(SHAPES["1x1"], SIZES["512"]) == (512, 512)
    assert dimensions(SHAPES["1x1"], SIZES["1k"]) == (1024, 1024)
    assert dimensions(SHAPES["1x1"], SIZES["2k"]) == (2048, 2048)


sides = st.integers(LEAST_SIDE, MOST_SIDE)


@given(sides, sides)
def test_any_size_has_a_shape_to_be_drawn_in_and_a_price(width: int, height: int) -> None:
    assert nearest_shape(width, height).name in SHAPES
    price = documented(width, height)
    assert 10 <= price.low <= price.high <= 50
    assert price.high == {True: 50, False: 20}[width * height > 1024 * 1024]
