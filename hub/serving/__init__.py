"""Between the socket and the application: how the commonest request reaches its answer without a task of its own."""
