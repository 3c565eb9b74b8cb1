"""Readers at the doors: what they send, and the page of a tablet that is one."""
