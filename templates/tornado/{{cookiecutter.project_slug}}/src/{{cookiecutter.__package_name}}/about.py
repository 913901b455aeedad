{% extends shared("src/about.py") %}

{% block framework %}tornado{% endblock %}
