{{ verbatim("noxfile.py") }}
