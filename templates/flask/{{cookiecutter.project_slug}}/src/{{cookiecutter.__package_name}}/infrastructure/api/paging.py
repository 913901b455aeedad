{{ verbatim("src/infrastructure/api/paging.py") }}
