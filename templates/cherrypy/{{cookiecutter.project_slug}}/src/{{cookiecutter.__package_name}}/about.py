{% extends shared("src/about.py") %}

{% block framework %}cherrypy{% endblock %}
