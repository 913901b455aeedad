{% extends shared("src/about.py") %}

{% block framework %}fastapi{% endblock %}
