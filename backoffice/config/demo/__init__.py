"""A believable centre for trying the system out; never loaded with DEBUG=0."""
