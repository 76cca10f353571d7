"""What is done, why, and how it turned out."""
