"""The health of one installation: a line for each part, good or not, each independent of the others."""
