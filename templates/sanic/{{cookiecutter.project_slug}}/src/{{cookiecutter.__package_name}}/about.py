{% extends shared("src/about.py") %}
