{{ verbatim("src/models.py") }}
