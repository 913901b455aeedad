"""What this service is called; its version is the package's."""

from importlib.metadata import version

# As long as they are.
# fmt: off
NAME = {{ cookiecutter.project_name | python }}
DESCRIPTION = {{ cookiecutter.description | python }}
# fmt: on
FRAMEWORK = "{% block framework %}{% endblock %}"
VERSION = version("{{ cookiecutter.project_slug }}")
