"""What a service does while what it stands on fails: `python -m tests.failure --project PATH`.

Each scenario has a service of its own, as in production, under a constant load of clients that keep
their connections and of clients that don't. What went wrong stands in one table; where that is more
than a goal allows, the status is 1.
"""
