"""Looks: a picture of every page and state of the hub, for people to judge (`python -m scripts.looks`)."""
