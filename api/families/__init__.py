"""What families ask for, have and pay: requests, places, payments, refunds; for parents and adult students alike."""
