"""Who gets what from the API: every method of the contract, asked by everybody, compared with a table."""
