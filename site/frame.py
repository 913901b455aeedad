"""What all pages share: what is served as it stands."""

import shutil

from output import HERE, Site


def write(site: Site) -> None:
    """Begin anew: nothing of an earlier build stays."""
    shutil.rmtree(site.output, ignore_errors=True)
    shutil.copytree(HERE / "static", site.output)
