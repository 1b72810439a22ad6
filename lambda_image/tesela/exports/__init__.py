"""Files to take away, made of a prediction's layers. Pure, as the core is."""
