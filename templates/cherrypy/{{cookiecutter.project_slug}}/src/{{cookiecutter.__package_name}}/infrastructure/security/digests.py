{{ verbatim("src/infrastructure/security/digests.py") }}
