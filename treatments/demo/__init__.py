"""The demo clinic: invented people and places, told through the real actions.

Nothing here is used by the product; `manage.py seed_demo` is the only way in. Plain data is in
`places`, `people` and `tales`; the other modules act it out, with `now` set to the day on which
each thing would have been done.
"""
