"""The jobs that have failed for good, as the command `jobs` shows them."""

from collections.abc import Sequence

from .models import Job

LINE = "{:36}  {:20}  {:>5}  {:36}  {}"


def table(jobs: Sequence[Job]) -> str:
    """A line for each, below what its columns are; nothing where there are none."""
    if not jobs:
        return ""
    lines = [LINE.format("id", "failed at", "tries", "request", "job: error")]
    lines += [
        LINE.format(
            str(each.id),
            f"{each.failed_at:%Y-%m-%d %H:%M:%SZ}" if each.failed_at else "",
            each.attempts,
            each.request_id or "",
            f"{each.name}: {each.error}",
        )
        for each in jobs
    ]
    return "".join(f"{line}\n" for line in lines)
