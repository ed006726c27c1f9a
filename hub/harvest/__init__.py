"""One harvest of one source, from fetch to publication: judge, run, replay, schedule."""
