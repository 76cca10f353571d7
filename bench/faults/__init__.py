"""The rig of `make faults`: what is promised of letters while everything around them breaks."""
