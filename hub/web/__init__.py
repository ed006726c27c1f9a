"""The pages, the plain-GET doors and what they share."""
