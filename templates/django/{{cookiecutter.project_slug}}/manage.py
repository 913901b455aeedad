"""Django's own commands: `uv run python manage.py help` lists them."""

import os
import sys

from django.core.management import execute_from_command_line

from {{ cookiecutter.__package_name }}.infrastructure.settings import (
    ConfigurationError,
)


def main() -> None:
    """Run one of them; a wrong setting is told in one line."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "{{ cookiecutter.__package_name }}.web.settings")
    try:
        execute_from_command_line(sys.argv)
    except ConfigurationError as error:
        sys.exit(f"Error: {error.message}")


if __name__ == "__main__":
    main()
