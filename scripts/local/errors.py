"""What can go wrong when the stack starts, in words for the person who typed `make run`."""


class LocalError(Exception):
    """Base of every error that the command line prints as one line, without a traceback."""


class PortBusyError(LocalError):
    """Another program listens on a port that was asked for."""


class PostgresError(LocalError):
    """PostgreSQL is missing, unfit for the kept data, or does not start."""


class ObjectsError(LocalError):
    """The S3 server does not start."""


class WorkerError(LocalError):
    """The function's code does not load."""


class DataDirError(LocalError):
    """The data directory is in use, or belongs to someone else."""
