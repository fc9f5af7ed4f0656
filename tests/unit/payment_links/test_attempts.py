from odoo.addons.payment_links.core.attempts import AttemptLimiter


def test_the_first_failures_pass_and_the_next_ones_do_not():
    limiter = AttemptLimiter(limit=2, window=60)

    assert [limiter.fail("a", now) for now in (0, 1, 2, 3)] == [
        False,
        False,
        True,
        True,
    ]
    assert not limiter.fail("b", 3)


def test_a_visitor_starts_anew_after_the_window():
    limiter = AttemptLimiter(limit=1, window=60)
    assert not limiter.fail("a", 0)
    assert limiter.fail("a", 59)

    assert not limiter.fail("a", 60)


def test_a_flood_of_visitors_fills_no_memory():
    limiter = AttemptLimiter(limit=1, window=60, visitors=10)
    for visitor in range(1000):
        limiter.fail(visitor, 0)

    assert len(limiter._failures) == 10
    # Whoever was pushed out starts anew; whoever is in is still known.
    assert limiter.fail(999, 1)
