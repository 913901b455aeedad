{{ verbatim("src/signing.py") }}
