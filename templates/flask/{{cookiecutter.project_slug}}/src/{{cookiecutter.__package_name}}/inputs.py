{{ verbatim("src/inputs.py") }}
