"""The operator's page, `/operacion`: what waits for a decision, what was decided, and the sources' switches.

Works without JavaScript. Every act is a POST that goes through the same registration as the mutations of the API.
"""
