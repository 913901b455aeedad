FLASK_APP={{ cookiecutter.__package_name }}.web.app
