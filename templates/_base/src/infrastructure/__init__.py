"""What every service needs, whatever it does; it knows nothing of the features.

- `serving`: processes that share a socket, and stop without losing a request;
- `edge`: what is done to each request and answer, around the framework: ids, limits, headers;
- `api`: what endpoints are made of: what they read, pages of lists, problems, their document;
- `database`: the way to it, on which nobody waits for long, and how its tables are made;
- `security`: passwords, secrets that are given out, and how often somebody may try;
- `jobs`: what is done later, by a worker, at least once;
- `observability`: logs, metrics, traces, and whether the service is ready.
"""
