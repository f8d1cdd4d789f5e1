"""Kebu: the customer table a whole team can trust."""

__version__ = "0.1.0"
