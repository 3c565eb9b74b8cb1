"""Parents' own children, and requests to join a child."""
