"""Rasure: where to patrol, when, who is at risk or causing harm, and whether it worked."""

__version__ = "0.1.0"
