{% extends shared("src/about.py") %}

{% block framework %}pyramid{% endblock %}
