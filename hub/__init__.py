"""The running hub: model, normalise, fetch, harvest, store, read model, registration, web, command line."""

__version__ = "0.1.0"
