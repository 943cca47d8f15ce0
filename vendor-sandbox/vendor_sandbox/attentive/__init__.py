"""Attentive's public API, v1 and v2, and its legacy message call."""
