"""docker, podman and buildah as programs that write down what they were told."""

import json
import sys
from pathlib import Path

import pytest

from scripts.deploy.image import find_builder
from scripts.deploy.tool import DeployError

_PROGRAM = f"""#!{sys.executable}
import json, os, sys
typed = sys.stdin.read() if "login" in sys.argv else ""
with open({{log!r}}, "a") as log:
    log.write(json.dumps([os.path.basename(sys.argv[0]), *sys.argv[1:], typed]) + "\\n")
sys.exit({{status}} if sys.argv[1] in {{failing}} else 0)
"""


class Programs:
    """A folder that is all of PATH."""

    def __init__(self, folder: Path) -> None:
        self.folder, self._log = folder, folder / "log"

    def install(self, name: str, failing: tuple[str, ...] = ()) -> None:
        program = self.folder / name
        program.write_text(_PROGRAM.format(log=str(self._log), status=1, failing=failing))
        program.chmod(0o755)

    def calls(self) -> list[list[str]]:
        return [json.loads(line) for line in self._log.read_text().splitlines()]


@pytest.fixture
def programs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Programs:
    monkeypatch.setenv("PATH", str(tmp_path))
    return Programs(tmp_path)


def test_the_first_that_works_is_taken(programs: Programs) -> None:
    programs.install("docker", failing=("info",))  # installed, its service is down
    programs.install("buildah")
    assert find_builder().program == "buildah"


def test_none_is_one_line(programs: Programs) -> None:
    with pytest.raises(DeployError, match="install and start one of docker, podman, buildah"):
        find_builder()


def test_docker_builds_one_manifest_for_lambda_s_platform(
    programs: Programs, tmp_path: Path
) -> None:
    programs.install("docker")
    find_builder().build(tmp_path, "tesela:1", "base:1", "scenes")
    build = programs.calls()[-1]
    assert build[:3] == ["docker", "buildx", "build"]
    assert {"--provenance=false", "--platform=linux/amd64", "--tag=tesela:1"} <= set(build)
    assert "--target=scenes" in build


def test_docker_without_buildx_builds_by_itself(programs: Programs, tmp_path: Path) -> None:
    programs.install("docker", failing=("buildx",))
    find_builder().build(tmp_path, "tesela:1", "base:1", "scenes")
    assert programs.calls()[-1][:2] == ["docker", "build"]


def test_podman_goes_before_docker_without_buildx(programs: Programs) -> None:
    programs.install("docker", failing=("buildx",))
    programs.install("podman")
    assert find_builder().program == "podman"


def test_the_base_is_handed_on(programs: Programs, tmp_path: Path) -> None:
    programs.install("podman")
    find_builder().build(tmp_path, "tesela:1", "mirror/python:3.13", "api")
    assert "--build-arg=BASE_IMAGE=mirror/python:3.13" in programs.calls()[-1]


def test_the_password_is_typed_and_no_login_stays(programs: Programs) -> None:
    programs.install("podman")
    find_builder().push("tesela:1", "registry.test/tesela:1", "geheim")
    tag, login, push, logout = programs.calls()[-4:]
    assert tag == ["podman", "tag", "tesela:1", "registry.test/tesela:1", ""]
    assert login == [
        *("podman", "login", "--username=AWS", "--password-stdin", "registry.test", "geheim")
    ]
    assert push == ["podman", "push", "registry.test/tesela:1", ""]
    assert logout == ["podman", "logout", "registry.test", ""]


def test_a_push_that_fails_leaves_no_login_either(programs: Programs) -> None:
    programs.install("buildah", failing=("push",))
    with pytest.raises(
        DeployError, match=r"buildah push registry.test/tesela:1 ended with status 1"
    ):
        find_builder().push("tesela:1", "registry.test/tesela:1", "geheim")
    assert programs.calls()[-1][1] == "logout"
