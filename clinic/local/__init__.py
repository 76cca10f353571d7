"""Runs the clinic on one machine from installed packages: database, broker, mail, web, workers.

A leaf: it imports nothing else of the project and never the Django settings, because it is what
decides the addresses those settings are read from. Not part of the production image.
"""
