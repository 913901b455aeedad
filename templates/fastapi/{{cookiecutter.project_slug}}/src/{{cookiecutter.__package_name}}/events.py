{{ verbatim("src/events.py") }}
