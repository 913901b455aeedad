{{ verbatim("src/web/document.py") }}
