"""Whole stories, through every floor of the house."""
