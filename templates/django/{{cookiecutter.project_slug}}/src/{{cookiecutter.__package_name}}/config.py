{{ verbatim("src/config_signing.py") }}
