"""Whether the time of an answer tells what the answer does not."""

from collections.abc import Iterable


def assert_alike(pairs: Iterable[tuple[float, float]]) -> None:
    """Hold that neither of two answers is each time twice as late as the other.

    What else the machine does makes now the one late and now the other; what an answer itself takes
    is there each time.

    pairs: how long they took, in seconds.
    """
    ratios = [one / other for one, other in pairs]
    assert min(ratios) < 2, ratios
    assert max(ratios) > 0.5, ratios
