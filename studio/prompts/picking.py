"""Picking several of some options, none twice, in every order: how many ways, and which is way number k.

An option may have several readings itself. Ways come fewest first; then by the first option picked,
the next, and so on; then by the readings, the last turning fastest. Pure arithmetic, nothing is built:
the ways to pick k of n options with c_1 … c_n readings are k! times the sum over all k of them of the
product of their readings, which is the coefficient of x^k in (1 + c_1 x) … (1 + c_n x).
"""

from bisect import bisect_right
from collections import Counter
from collections.abc import Callable, Sequence
from math import comb, factorial, prod

TRIES = 20  # to meet something that is not picked yet, before the rest is looked through


def polynomial(readings: Sequence[int], degree: int) -> list[int]:
    """Return the coefficients up to `degree` of the product of (1 + c x) over the readings c."""
    whole = [1] + [0] * degree
    for count, times in Counter(readings).items():
        factor = [comb(times, power) * count**power for power in range(min(times, degree) + 1)]
        whole = [
            sum(factor[low] * whole[power - low] for low in range(min(power + 1, len(factor))))
            for power in range(degree + 1)
        ]
    return whole


def ways(whole: Sequence[int], low: int, high: int) -> int:
    """Return in how many ways from `low` to `high` options are picked, of options with this polynomial."""
    return sum(factorial(size) * whole[size] for size in range(low, high + 1))


def way(
    readings: Sequence[int], whole: Sequence[int], low: int, high: int, number: int
) -> list[tuple[int, int]]:
    """Return way `number` (0-based): the options picked by their index, each with its reading's number."""
    for size in range(low, high + 1):
        if number < (block := factorial(size) * whole[size]):
            return _of_size(readings, list(whole), size, number)
        number -= block
    raise AssertionError("a way's number is always below their count")


def _of_size(readings: Sequence[int], whole: list[int], size: int, number: int) -> list[tuple[int, int]]:
    picked: list[int] = []
    find = _among_equals if len(set(readings)) == 1 else _among_others
    for left in range(size - 1, -1, -1):
        index, number, whole = find(readings, picked, whole, left, number)
        picked.append(index)
    return list(zip(picked, digits(number, [readings[index] for index in picked]), strict=True))


type _Found = tuple[
    int, int, list[int]
]  # an option, what is left of the number, the polynomial of the others


def _among_equals(
    readings: Sequence[int], picked: Sequence[int], whole: Sequence[int], left: int, number: int
) -> _Found:
    """Find the next option where all have as many readings: by one division, among 10,000 too."""
    count = readings[0]
    rest = _divided(whole, count)
    index, number = divmod(number, count ** (len(picked) + 1) * factorial(left) * rest[left])
    for taken in sorted(picked):
        index += taken <= index
    return index, number, rest


def _among_others(
    readings: Sequence[int], picked: Sequence[int], whole: Sequence[int], left: int, number: int
) -> _Found:
    """Find the next option by walking past those before it; what is computed is kept by their readings."""
    before = prod(readings[index] for index in picked)
    known: dict[int, tuple[int, list[int]]] = {}
    for index, count in enumerate(readings):
        if index in picked:
            continue
        if count not in known:
            rest = _divided(whole, count)
            known[count] = (before * count * factorial(left) * rest[left], rest)
        block, rest = known[count]
        if number < block:
            return index, number, rest
        number -= block
    raise AssertionError("a way's number is always below their count")


def _divided(whole: Sequence[int], count: int) -> list[int]:
    """Return a polynomial divided by (1 + count x)."""
    divided: list[int] = []
    for coefficient in whole:
        divided.append(coefficient - count * divided[-1] if divided else coefficient)
    return divided


def digits(number: int, bases: Sequence[int]) -> list[int]:
    """Return a number as the wheels of a counter show it, the last of which turns fastest."""
    digits: list[int] = []
    for base in reversed(bases):
        number, digit = divmod(number, base)
        digits.append(digit)
    return digits[::-1]


def sample(length: int, shares: Sequence[float] | None, size: int, chance: Callable[[], float]) -> list[int]:
    """Return `size` different indexes below `length` by chance; fewer where the others weigh nothing.

    `shares` are the weights added up one after another, None where all weigh the same.
    """
    picked: list[int] = []
    for _ in range(size):
        index = _alike(length, picked, chance) if shares is None else _weighed(shares, picked, chance)
        if index is None:
            break
        picked.append(index)
    return picked


def _alike(length: int, picked: Sequence[int], chance: Callable[[], float]) -> int:
    index = int(chance() * (length - len(picked)))
    for taken in sorted(picked):
        index += taken <= index
    return index


def _weighed(shares: Sequence[float], picked: Sequence[int], chance: Callable[[], float]) -> int | None:
    for _ in range(TRIES):
        index = bisect_right(shares, chance() * shares[-1])
        if index < len(shares) and index not in picked:
            return index
    return _of_the_rest(shares, picked, chance)


def _of_the_rest(shares: Sequence[float], picked: Sequence[int], chance: Callable[[], float]) -> int | None:
    """Return an index by walking past those before it: what is picked already weighs nearly everything."""
    weights = [share - before for share, before in zip(shares, (0.0, *shares), strict=False)]
    left = [(index, weight) for index, weight in enumerate(weights) if weight > 0 and index not in picked]
    point = chance() * sum(weight for _, weight in left)
    for index, weight in left:
        point -= weight
        if point < 0:
            return index
    return left[-1][0] if left else None
