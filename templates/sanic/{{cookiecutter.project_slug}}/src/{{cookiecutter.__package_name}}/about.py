{% extends shared("src/about.py") %}

{% block framework %}sanic{% endblock %}
