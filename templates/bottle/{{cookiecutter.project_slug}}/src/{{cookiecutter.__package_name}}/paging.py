{{ verbatim("src/paging.py") }}
