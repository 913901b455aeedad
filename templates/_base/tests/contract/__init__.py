"""What every service of this family answers, tested from outside: by socket and command line.

The modules whose names start with `test_` hold the rules, the others what the tests stand on.
Nothing here imports the service, so the same suite tests it whatever its framework is.
"""
