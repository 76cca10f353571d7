"""django-appointment from the registry, on the same visits: what a peer takes for the question.

It knows people but neither rooms nor devices, answers for one person and one day at a time, and has
one stretch of working hours a day: the lunch hour is entered as unavailable.
"""
