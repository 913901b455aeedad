"""What this service is called; its version is the package's."""

from importlib.metadata import version

NAME = {{ cookiecutter.project_name | python }}
DESCRIPTION = {{ cookiecutter.description | python }}
VERSION = version("{{ cookiecutter.project_slug }}")
