"""The whole centre with its own PostgreSQL, Redis, web server and worker, each of which is stopped, killed or full."""
