"""Annex Cloud's call that makes a segment."""
