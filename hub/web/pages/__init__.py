"""The pages: one noun a module. Each asks its documents in-process and hands what it got to a template."""
