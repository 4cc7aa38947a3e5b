"""Measurements, reported and never asserted: `make bench`."""
