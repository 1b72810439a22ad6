"""What can stop a command, in words for the person who typed it."""


class DeployError(Exception):
    """One line, printed without a traceback."""


class AlreadyThereError(DeployError):
    """AWS refuses to make resources that exist: a run was cut before Terraform could note them."""

    def __init__(self, addresses: list[str]) -> None:
        self.addresses = addresses
        super().__init__(f"AWS has {', '.join(addresses)} already, Terraform's state has not.")
