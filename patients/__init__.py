"""Who the patients are, what we must know about them, and how we reach them."""
