{{ verbatim("src/infrastructure/events/broadcast.py") }}
