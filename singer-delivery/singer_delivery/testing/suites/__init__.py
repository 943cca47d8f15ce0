"""The tests of the contract, by what they look at."""
