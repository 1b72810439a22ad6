"""The regions that the vendored certificates cover, which Terraform and make doctor go by."""

import pytest

from scripts.vendor_certificates import FOLDER, covered_regions


def test_the_listed_regions_are_those_of_the_certificates() -> None:
    listed = (FOLDER / "regions.txt").read_text().split()
    assert listed == covered_regions(FOLDER / "rds.pem")


@pytest.mark.parametrize("region", ["us-east-1", "sa-east-1", "us-west-2"])
def test_regions_that_people_deploy_to_are_covered(region: str) -> None:
    assert region in covered_regions(FOLDER / "rds.pem")
