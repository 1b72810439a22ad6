"""What AWS or Terraform says is followed by what to do."""

from scripts.deploy.terraform.cli import _error
from scripts.deploy.terraform.progress import Trouble


def test_a_new_account_is_told_how_to_do_without_reserved_concurrency():
    said = (
        "InvalidParameterValueException: Specified ReservedConcurrentExecutions for function decreases"
        " account's UnreservedConcurrentExecution below its minimum value of [10]."
    )
    told = str(_error("apply", [Trouble("aws_lambda_function.api", said)]))
    assert told.startswith(said)
    assert "write reserved_concurrency = -1 into terraform/terraform.tfvars" in told


def test_any_other_trouble_is_told_as_it_is():
    assert str(_error("apply", [Trouble("aws_vpc.this", "VpcLimitExceeded")])) == "VpcLimitExceeded"
