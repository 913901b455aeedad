"""What all pages share: the style sheet and the first page."""

import shutil

from output import HERE, Site


def write(site: Site) -> None:
    """Begin anew: nothing of an earlier build stays."""
    shutil.rmtree(site.output, ignore_errors=True)
    shutil.copytree(HERE / "static", site.output)
    site.page("index.html", "index.html")
