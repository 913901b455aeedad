{% extends shared("src/about.py") %}

{% block framework %}django{% endblock %}
