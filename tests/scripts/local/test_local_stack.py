import io
import json
import os
import re
import shutil
import signal
import socket
import stat
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from scripts.local.data import DataDirectory
from scripts.local.errors import DataDirError, PortBusyError
from scripts.local.postgres.home import kept_directory
from scripts.local.postgres.server import Postgres
from scripts.local.stack import ROOT, LocalStack

FUNCTION = Path(__file__).parent / "function"


def make_stack(data_dir: Path, **arguments: Any) -> LocalStack:
    fitting: dict[str, Any] = {
        "migrate": False,
        "handler": "echo.handler",
        "task_root": FUNCTION,
        "workers": 1,
    }
    return LocalStack(data_dir, **fitting | arguments)


def get(url: str) -> Any:
    with urllib.request.urlopen(url, timeout=20) as answer:
        return json.loads(answer.read())


@pytest.fixture(scope="module")
def stack(data_dir: Path) -> Iterator[LocalStack]:
    with make_stack(data_dir) as running:
        yield running


def test_the_function_gets_the_addresses_of_all_the_rest(stack: LocalStack) -> None:
    environment = get(f"{stack.api_url}/?do=context")["environment"]
    assert stack.environment.items() <= environment.items()
    assert environment["TESELA_PAGE_ORIGIN"] == stack.page_url
    assert environment["TESELA_BUCKET"] == stack.objects.bucket
    assert environment["AWS_ENDPOINT_URL"] == stack.objects.url
    assert environment["DATABASE_URL"] == stack.postgres.url
    assert isinstance(stack.postgres, Postgres)
    assert stack.postgres.url.endswith(f"@127.0.0.1:{stack.postgres.port}/tesela?sslmode=disable")


def test_the_page_is_told_where_the_function_is(stack: LocalStack) -> None:
    assert get(f"{stack.page_url}/config.json")["apiUrl"] == stack.api_url


def test_a_killed_worker_is_replaced_behind_the_same_address(stack: LocalStack) -> None:
    pid = stack.workers[0].pid
    os.kill(pid, signal.SIGKILL)
    deadline = time.monotonic() + 10
    while stack.workers[0].pid == pid:
        assert time.monotonic() < deadline
        time.sleep(0.01)
    assert get(f"{stack.api_url}/?do=context")["pid"] == stack.workers[0].pid


def test_other_commands_find_the_environment_which_only_the_owner_reads(
    stack: LocalStack, data_dir: Path
) -> None:
    assert DataDirectory(data_dir).running_stack() == stack.environment
    assert stat.S_IMODE((data_dir / "stack.json").stat().st_mode) == 0o600


def test_a_second_stack_on_the_same_data_is_refused_and_so_is_removing_it(
    stack: LocalStack, data_dir: Path
) -> None:
    with pytest.raises(DataDirError, match="running already"):
        make_stack(data_dir).__enter__()
    with pytest.raises(DataDirError, match="running already"):
        DataDirectory(data_dir).remove()
    assert get(stack.api_url)["version"] == "2.0"


@pytest.mark.parametrize("name", ["postgres", "objects"])
def test_postgresql_and_s3_that_die_are_started_again_at_the_same_address(
    stack: LocalStack, name: str
) -> None:
    server = getattr(stack, name)
    pid, port = server.pid, server.port
    os.kill(pid, signal.SIGKILL)
    deadline = time.monotonic() + 60
    while server.pid == pid or not accepts(port):
        assert time.monotonic() < deadline
        time.sleep(0.05)
    assert server.port == port


def test_what_is_stopped_on_purpose_stays_down(stack: LocalStack) -> None:
    stack.objects.stop()
    time.sleep(1)
    assert not accepts(stack.objects.port)
    stack.objects.start()
    assert accepts(stack.objects.port)


def accepts(port: int) -> bool:
    try:
        socket.create_connection(("127.0.0.1", port), 1).close()
    except OSError:
        return False
    return True


def test_what_the_stack_keeps_is_readable_by_its_owner_alone(
    stack: LocalStack, data_dir: Path
) -> None:
    client = stack.objects.client()
    client.put_object(Bucket=stack.objects.bucket, Key="uploads/a", Body=b"1")
    client.close()
    get(stack.api_url)
    kept = [*data_dir.rglob("*"), *kept_directory(data_dir).rglob("*")]
    assert {path.name for path in kept} >= {
        "function-url.log",
        "worker-1.log",
        "lock",
        "PG_VERSION",
    }
    open_ones = {
        str(path): oct(path.stat().st_mode) for path in kept if path.stat().st_mode & 0o077
    }
    assert not open_ones


def test_a_new_data_directory_is_closed_and_one_of_the_user_s_stays_as_it_is(
    tmp_path: Path,
) -> None:
    (tmp_path / "mine").mkdir(mode=0o755)
    modes = {}
    for name in ("new", "mine"):
        data = DataDirectory(tmp_path / name)
        data.acquire()
        data.release()
        modes[name] = stat.S_IMODE(data.path.stat().st_mode)
        data.remove()
    # PostgreSQL, which does not run as root, passes through root's directory.
    assert modes == {"new": 0o711 if os.geteuid() == 0 else 0o700, "mine": 0o755}


def test_what_an_earlier_version_left_readable_is_closed(tmp_path: Path) -> None:
    data = DataDirectory(tmp_path / "data")
    left = data.path / "s3" / "bucket" / "image.object"
    left.parent.mkdir(parents=True)
    left.touch()
    left.chmod(0o644)
    data.acquire()
    data.release()
    modes = [stat.S_IMODE(path.stat().st_mode) for path in (left, left.parent, left.parents[1])]
    assert modes == [0o600, 0o700, 0o700]
    data.remove()


@pytest.mark.parametrize("setting", ["page_port", "api_port"])
def test_a_port_in_use_is_said_with_the_variable_that_changes_it(
    tmp_path: Path, setting: str
) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        with pytest.raises(PortBusyError, match=f"Port {port} .* {setting.upper()}=") as raised:
            make_stack(tmp_path, **{setting: port}).__enter__()
    assert "\n" not in str(raised.value)


def test_removing_the_data_leaves_what_is_not_tesela_s(tmp_path: Path) -> None:
    data = DataDirectory(tmp_path / "data")
    data.acquire()
    data.release()
    (data.path / "letter.txt").touch()
    data.remove()
    assert [path.name for path in data.path.iterdir()] == ["letter.txt"]
    (data.path / "letter.txt").unlink()
    data.remove()
    assert not data.path.exists()


CHILDREN = """
import sys, time
from pathlib import Path
from scripts.local.stack import LocalStack
stack = LocalStack(Path(sys.argv[1]), workers=1, migrate=False, handler="echo.handler",
                   task_root=Path(sys.argv[2]))
with stack:
    print(stack.postgres.pid, stack.objects.pid, stack.workers[0].pid, flush=True)
    time.sleep(60)
"""


def test_nothing_outlives_a_stack_that_is_killed(tmp_path: Path) -> None:
    command = [sys.executable, "-c", CHILDREN, str(tmp_path), str(FUNCTION)]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True) as parent:
        pids = [int(pid) for pid in (parent.stdout or io.StringIO()).readline().split()]
        assert all(is_running(pid) for pid in pids)
        parent.kill()
    deadline = time.monotonic() + 10
    while any(is_running(pid) for pid in pids):
        assert time.monotonic() < deadline
        time.sleep(0.05)
    DataDirectory(tmp_path).remove()


def is_running(pid: int) -> bool:
    """A process that ended, but that nobody has waited for yet, does not run."""
    if shutil.which("ps"):
        listing = ["ps", "-p", str(pid), "-o", "stat="]
        state = subprocess.run(listing, capture_output=True, text=True, check=False).stdout
        return bool(state.strip()) and not state.startswith("Z")
    try:
        return not re.search(r"^State:\s+Z", Path(f"/proc/{pid}/status").read_text(), re.MULTILINE)
    except FileNotFoundError:
        return False


def command(*arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "scripts.local", *arguments],
        cwd=ROOT,
        env=os.environ | environment,
        capture_output=True,
        text=True,
        timeout=30,
        check=False,
    )


@pytest.mark.parametrize(
    ("arguments", "environment", "status", "line"),
    [
        (["fly"], {}, 2, "Unknown command 'fly'"),
        (["reconcile"], {}, 1, "Tesela is not running on"),
        (["run"], {"PAGE_PORT": "http"}, 1, "PAGE_PORT=http is not a port number."),
        (["clean"], {}, 0, ""),
    ],
)
def test_the_command_line_says_what_is_wrong_in_one_line(
    tmp_path: Path, arguments: list[str], environment: dict[str, str], status: int, line: str
) -> None:
    result = command(*arguments, TESELA_DATA=str(tmp_path / "data"), **environment)
    assert (result.returncode, result.stdout) == (status, "")
    assert result.stderr.startswith(line)
    assert result.stderr.count("\n") <= 1
