{% include shared("hooks/post_gen_project.py") %}
