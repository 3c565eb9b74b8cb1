"""Strangers' questions to the running server: what the contract doesn't foresee, asked as each role."""
