"""The commands read Terraform's variables as Terraform does, and without its provider."""

import shutil
from pathlib import Path

import pytest

from scripts.deploy.terraform import cli
from scripts.deploy.tool import ROOT, DeployError

pytestmark = pytest.mark.skipif(not shutil.which("terraform"), reason="terraform is not installed")


@pytest.fixture(autouse=True)
def module(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Variables of nobody's own, and no provider in reach."""
    shutil.copy(ROOT / "terraform" / "variables.tf", tmp_path)
    monkeypatch.setattr(cli, "MODULE", tmp_path)
    return tmp_path


def test_defaults_files_and_the_environment_count_in_this_order(
    module: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert cli.variables() == {
        "alarm_email": "",
        "db_backup_days": None,
        "db_instance_class": "db.t4g.micro",
        "name": "tesela",
        "page_delivery": "cloudfront",
        "region": "us-east-1",
        "reserved_concurrency": None,
        "scene_concurrency": None,
    }
    monkeypatch.setenv("TF_VAR_name", "by-environment")
    monkeypatch.setenv("TF_VAR_alarm_email", "ana@example.org")
    (module / "terraform.tfvars").write_text('name = "by-file"\ndb_backup_days = 3\n')
    (module / "stack.auto.tfvars.json").write_text('{"stack_id": "0123456789ab"}')
    found = cli.variables()
    assert (found["name"], found["db_backup_days"]) == ("by-file", 3)
    assert found["alarm_email"] == "ana@example.org"


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ('region = "xx-nowhere-1"', "region has no RDS root certificate"),
        ("memory_mb = 12", "memory_mb is a whole number from 1024"),
        ('memory_mb = "much"', "a number is required"),
        ("name = ", "Invalid expression"),
    ],
)
def test_a_value_that_is_not_allowed_is_one_line(module: Path, line: str, said: str) -> None:
    (module / "terraform.tfvars").write_text(f"{line}\n")
    with pytest.raises(DeployError) as error:
        cli.variables()
    assert said in str(error.value)
    assert "\n" not in str(error.value)
