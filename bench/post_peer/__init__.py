"""django-post_office from the registry, sending letters from a table of its own.

It is given each letter ready-made, as it stores them: it renders nothing, looks at nothing before
it sends, and records what became of a hundred letters after the last of them.
"""
