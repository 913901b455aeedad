{{ verbatim("src/infrastructure/api/document.py") }}
