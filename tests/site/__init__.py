"""Tests of the site that `nox -s site` builds, in a browser."""
