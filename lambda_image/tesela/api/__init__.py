"""HTTP: a request to a use case, an exception to a status."""
