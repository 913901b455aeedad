{% extends shared("src/about.py") %}

{% block framework %}bottle{% endblock %}
