"""Metrics in the Prometheus text format."""

import re
from collections.abc import Mapping

import httpx

SAMPLE = re.compile(r"(?P<name>[a-zA-Z_:][\w:]*)(?:\{(?P<labels>.*)\})? (?P<value>\S+)")
LABEL = re.compile(r'(\w+)="((?:[^"\\]|\\.)*)",?')

Labels = frozenset[tuple[str, str]]


class Metrics:
    """The samples of one scrape."""

    def __init__(self, text: str) -> None:
        self.text = text
        self._samples: dict[tuple[str, Labels], float] = {}
        for line in text.splitlines():
            if line and not line.startswith("#"):
                self._add(line)

    def _add(self, line: str) -> None:
        match = SAMPLE.match(line)
        assert match, line
        labels = frozenset(LABEL.findall(match["labels"] or ""))
        assert (match["name"], labels) not in self._samples, line
        self._samples[match["name"], labels] = float(match["value"])

    def value(self, name: str, **labels: str) -> float:
        """The value of one sample; 0 if there is none yet."""
        return self._samples.get((name, frozenset(labels.items())), 0)

    def labelled(self, name: str) -> list[tuple[Mapping[str, str], float]]:
        """The labels and values of all samples of a name."""
        return [
            (dict(labels), value)
            for (found, labels), value in self._samples.items()
            if found == name
        ]

    def total(self, name: str) -> float:
        """The sum of all samples of a name."""
        return sum(value for _, value in self.labelled(name))

    def requests(self, method: str, route: str, status: int) -> float:
        return self.value("http_requests_total", method=method, route=route, status=str(status))


def scrape(client: httpx.Client) -> Metrics:
    response = client.get("/metrics")
    assert response.status_code == 200
    return Metrics(response.text)
