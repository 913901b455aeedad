{{ verbatim("src/__main__.py") }}
