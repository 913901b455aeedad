{{ verbatim("src/accounts/use_cases.py") }}
