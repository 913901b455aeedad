{{ verbatim("src/tasks/operations.py") }}

# The media type of a task a line.
NDJSON = "application/x-ndjson"
OPERATIONS += (
    Operation(
        *(f"{_TASKS}/export", "get", "export_tasks", "All of your tasks, one a line"),
        *(200, TaskOutput),
        output_type=NDJSON,
    ),
)
