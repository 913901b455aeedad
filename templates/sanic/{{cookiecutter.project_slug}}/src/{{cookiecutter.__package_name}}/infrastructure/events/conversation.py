{{ verbatim("src/infrastructure/events/conversation.py") }}
