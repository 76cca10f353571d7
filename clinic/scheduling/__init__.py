"""The pure core: where a visit, or a whole series, fits. No Django, no database, no clock."""
