"""HTTP over sockets, as a function URL and a page need it: requests with any body, within limits."""
