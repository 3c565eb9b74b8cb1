"""The reports: each file here is one, and found by being here."""
