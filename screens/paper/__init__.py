"""Sheets of paper: what people print, hand over, or read when the system is down."""
