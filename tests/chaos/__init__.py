"""Chaos: seeded trials in which something goes wrong at a chosen place, and a checker that looks what came of it."""
