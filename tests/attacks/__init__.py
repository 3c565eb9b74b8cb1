"""Hostile inputs, each of them a test: what is sent, to which door, and that it is refused without an error of ours."""
