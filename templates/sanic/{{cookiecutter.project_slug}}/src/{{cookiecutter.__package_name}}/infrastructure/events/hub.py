{{ verbatim("src/infrastructure/events/hub.py") }}
