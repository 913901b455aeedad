"""The features of this service: each is a folder of that name, and a line here."""

FEATURES = [
    "accounts",
]
