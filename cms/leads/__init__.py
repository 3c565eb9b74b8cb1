"""A visitor who isn't signed in leaves a number to be called at."""
