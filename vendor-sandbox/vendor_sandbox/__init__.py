"""The vendors on your own machine."""
