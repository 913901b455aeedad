"""What came of a scenario, and what of it is more than the goals allow."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass

from .load import CUT_OFF, Answer, Load, counted
from .scenarios import Scenario
from .stage import WORKERS, On

# The contract's, for what needs a database that is away; and how soon all is well again.
ANSWER_SECONDS = 5
BACK_SECONDS = 5
# How many a worker may have, each with another one by which the server is told to stop.
CONNECTIONS = 2 * 20
UNAVAILABLE, ERROR = 503, 500
HEADER = (
    "| what fails | slowest before, s | answers | slowest 503, s | all well after, s "
    "| 201, and missing | 503, and there | connections | restarts | missed |\n"
    "| --- | --- | --- | --- | --- | --- | --- | --- | --- | --- |"
)


@dataclass(frozen=True)
class Outcome:
    """What came of it.

    began, ended: when, by the clock of `monotonic`.
    titles: of the tasks that are there in the end.
    unknown: the ids of the requests of which the service has logged that nobody knows what came.
    """

    scenario: Scenario
    load: Load
    began: float
    ended: float
    titles: set[str]
    unknown: set[str]
    connections: int
    restarts: int

    @property
    def usual(self) -> float:
        """Seconds until the slowest answer before that: many, where the machine is busy."""
        return max(each.seconds for each in self.load.answers if each.ended < self.began)

    @property
    def slowest(self) -> float:
        """Seconds until the slowest 503."""
        return max((a.seconds for a in self.load.answers if a.status == UNAVAILABLE), default=0)

    @property
    def back(self) -> float:
        """Seconds from the end until the last answer that was none to be glad of."""
        last = max((each.ended for each in self.load.answers if not each.is_fine), default=0)
        return max(0, last - self.ended)

    @property
    def missing(self) -> set[str]:
        return self.load.titles(201) - self.titles

    @property
    def extra(self) -> set[str]:
        return self.load.titles(UNAVAILABLE) & self.titles

    def missed(self) -> Iterator[str]:
        """The goals that are missed, in words."""
        unwanted = [e for e in self.load.answers if not e.is_fine and not self._is_allowed(e)]
        counts = Counter(f"{each.status or 'cut off'} to {each.what}" for each in unwanted)
        yield from (f"{count} × {what}" for what, count in counts.items())
        # Where the machine is busy with something else, all is later.
        if self.slowest > ANSWER_SECONDS + self.usual:
            yield "a 503 is late"
        if self.back > BACK_SECONDS + self.usual:
            yield "it is not back soon"
        if self.missing:
            yield "what was answered by 201 is missing"
        if self.extra:
            yield "what was answered by 503 is there"
        if self.connections > WORKERS * CONNECTIONS:
            yield "too many connections"
        if self.restarts != self.scenario.restarts:
            yield "restarts"

    def _is_allowed(self, answer: Answer) -> bool:
        if answer.status == CUT_OFF:
            return self.scenario.restarts > 0
        if answer.status == ERROR:
            return answer.request_id in self.unknown
        is_probe = answer.what.endswith("/livez")
        return answer.status == UNAVAILABLE and self.scenario.is_noticed and not is_probe

    def row(self) -> str:
        cells = (
            self.scenario.name,
            f"{self.usual:.1f}",
            counted(self.load.answers),
            f"{self.slowest:.1f}" if self.slowest else "",
            f"{self.back:.1f}",
            len(self.missing),
            len(self.extra),
            "" if self.scenario.on is On.SQLITE else self.connections,
            self.restarts,
            "; ".join(self.missed()),
        )
        return f"| {' | '.join(map(str, cells))} |"
