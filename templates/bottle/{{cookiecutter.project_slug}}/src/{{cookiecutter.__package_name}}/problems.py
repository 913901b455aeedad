{{ verbatim("src/problems.py") }}
