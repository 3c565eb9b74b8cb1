"""Lists and boards that several people have open at once, over a real server and a Redis of its own."""
