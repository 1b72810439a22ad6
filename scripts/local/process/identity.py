"""As whom a child process runs."""

from typing import Any

Identity = tuple[int, int]  # uid, gid


def popen_arguments(user: Identity | None) -> dict[str, Any]:
    """Return what subprocess takes to become `user`, without our groups; None keeps the user."""
    return {} if user is None else {"user": user[0], "group": user[1], "extra_groups": []}
