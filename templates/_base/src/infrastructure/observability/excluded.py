"""What OpenTelemetry's instrumentations leave out: probes, and what operators say."""

from os import environ

from ..edge.policy import PROBES


def excluded_urls(framework: str) -> str:
    """Patterns of whole addresses: to name some is to have OTEL_PYTHON_EXCLUDED_URLS ignored."""
    ours = rf"^https?://[^/?]+({'|'.join(PROBES)})(\?|$)"
    said = environ.get(f"OTEL_PYTHON_{framework}_EXCLUDED_URLS") or environ.get(
        "OTEL_PYTHON_EXCLUDED_URLS"
    )
    return f"{ours},{said}" if said else ours
