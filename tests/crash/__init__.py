"""The process dies: what was acknowledged is there, what was not is there whole or not at all."""
