{% extends shared("src/about.py") %}

{% block framework %}flask{% endblock %}
