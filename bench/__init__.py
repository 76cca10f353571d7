"""Measurements, and the slow but plain programs that the fast ones are compared with."""
