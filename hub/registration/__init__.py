"""Sources that their publishers bring: preview, register, prove ownership, review, pause; and what people decide."""
