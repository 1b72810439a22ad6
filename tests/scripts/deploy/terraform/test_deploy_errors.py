"""What AWS or Terraform says is followed by what to do."""

import pytest

from scripts.deploy.terraform.cli import _error
from scripts.deploy.terraform.progress import Trouble


@pytest.mark.parametrize(
    ("said", "advice"),
    [
        (
            "InvalidParameterValueException: Specified ReservedConcurrentExecutions for function"
            " decreases account's UnreservedConcurrentExecution below its minimum value of [10].",
            "write reserved_concurrency = -1 into terraform/terraform.tfvars",
        ),
        (
            "AccessDenied: Your account must be verified before you can add new CloudFront resources.",
            'write page_delivery = "s3-website"',
        ),
        (
            "FreeTierRestrictionError: The specified backup retention period exceeds the maximum"
            " available to free tier customers.",
            "write db_backup_days = 1",
        ),
        (
            "InvalidParameterValue: Unable to create the resource. Verify that you have permission to"
            " create service linked role. Otherwise wait and try again later",
            "aws iam create-service-linked-role",
        ),
    ],
)
def test_what_aws_says_of_a_new_account_is_followed_by_what_to_do(said: str, advice: str) -> None:
    told = str(_error("apply", [Trouble("aws_lambda_function.api", said)]))
    assert told.startswith(said)
    assert advice in told
    assert told.endswith("then run make deploy again, which resumes from here.")


def test_any_other_trouble_is_told_as_it_is() -> None:
    assert str(_error("apply", [Trouble("aws_vpc.this", "VpcLimitExceeded")])) == "VpcLimitExceeded"
