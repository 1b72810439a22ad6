"""What can be wrong with the data that a training is given."""


class DataError(Exception):
    """A file, scene, column or value that is missing or not as its source promises."""
