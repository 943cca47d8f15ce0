"""Textlocal's messaging API."""
