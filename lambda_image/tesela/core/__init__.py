"""Pure: values in, values out. No network, clock, environment or logging."""
