"""What Prometheus is told (docs/operations.md). With METRICS_PORT unset nothing here is loaded but `folder`.

Each process counts what it does (`counted`) into a folder that all processes of one start share (`folder`); the one
that keeps the port (`port`) adds them up, and asks the database what only that knows (`facts`).
"""
