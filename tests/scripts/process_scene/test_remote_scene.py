"""`make scene API=...` against a running service."""

import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from rasterio.transform import Affine
from tesela.catalogue import BANDS

from scripts.process_scene import remote
from scripts.process_scene.__main__ import main
from scripts.process_scene.remote import RemoteError, Service, process_remotely
from tests.stack import OverHttp
from tests.tiffs import counts, placed

FILES = ["classes.tif", "item.json", "masks.tif", "polygons.fgb", "polygons.parquet"]
FILES += ["scores.tif", "style.qml", "summary.json", "table.csv"]


@pytest.fixture(autouse=True)
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(remote, "_LOOK_S", 0.1)
    monkeypatch.setattr(remote, "_PAUSE_S", 0.01)


def test_a_scene_is_uploaded_followed_and_downloaded_once(
    http: OverHttp,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    pytest.importorskip("pyarrow", reason="the extra `scenes` is not installed: no pyarrow")
    path = tmp_path / "valley.tif"
    path.write_bytes(placed(counts(170, 200, seed=77), tiled=True, blockxsize=64, blockysize=64))
    arguments = ["scene", str(path), "--out", str(tmp_path / "out"), "--api", http.url, "--scores"]
    monkeypatch.setattr("sys.argv", arguments)
    assert main() == 0
    (folder,) = (tmp_path / "out").iterdir()
    assert sorted(file.name for file in folder.iterdir()) == FILES
    shown = capsys.readouterr()
    assert "200 x 170 px" in shown.out
    assert "upload 0 of 1" in shown.err
    (folder / "masks.tif").unlink()
    assert main() == 0  # the scene is there: nothing is sent
    assert (folder / "masks.tif").exists()
    assert "upload" not in capsys.readouterr().err
    assert http("DELETE", f"/scenes/{folder.name}").status == 204


def test_eight_files_are_sent_and_give_what_the_same_bands_give_in_one_file(
    http: OverHttp, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """In another order, which the names in the files tell."""
    pytest.importorskip("pyarrow", reason="the extra `scenes` is not installed: no pyarrow")
    pixels, masks = counts(90, 120, seed=78), list[bytes]()
    whole = tmp_path / "whole.tif"
    whole.write_bytes(placed(pixels))
    bands = [tmp_path / f"{name}.tif" for name in sorted(BANDS)]
    for path in bands:
        band = pixels[BANDS.index(path.stem)][None]
        path.write_bytes(placed(band, descriptions=[path.stem], compress="lzw"))
    for names in ([whole], bands):
        out = tmp_path / f"out{len(names)}"
        monkeypatch.setattr(
            "sys.argv", ["scene", *map(str, names), "--out", str(out), "--api", http.url]
        )
        assert main() == 0
        (folder,) = out.iterdir()
        masks.append((folder / "masks.tif").read_bytes())
        assert http("DELETE", f"/scenes/{folder.name}").status == 204
    assert masks[0] == masks[1]


def test_what_is_too_large_is_refused_before_it_is_sent(
    http: OverHttp,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    path = tmp_path / "large.tif"
    path.write_bytes(placed(counts(40, 40), transform=Affine(900, 0, 443_000, 0, -900, 690_000)))
    monkeypatch.setattr("sys.argv", ["scene", str(path), "--api", http.url])
    assert main() == 1
    shown = capsys.readouterr()
    assert "the limit is 1000 km2. It would take about" in shown.err
    assert "upload" not in shown.err


def test_the_service_s_own_reason_is_shown(
    http: OverHttp,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    path = tmp_path / "notes.txt"
    path.write_bytes(b"no TIFF at all")
    monkeypatch.setattr("sys.argv", ["scene", str(path), "--api", http.url])
    assert main() == 1
    assert "The scene is failed: " in capsys.readouterr().err


class Busy(BaseHTTPRequestHandler):
    """Answers as a test says, one status after the other."""

    statuses: Iterator[int] = iter(())
    tokens: list[str | None]

    def do_GET(self) -> None:
        self.tokens.append(self.headers.get("Authorization"))
        status = next(self.statuses)
        body = json.dumps({"detail": f"Answer {status}."}).encode()
        self.send_response(status)
        self.send_header("Content-Length", str(len(body)))
        if status == 307:
            self.send_header("Location", "/elsewhere")
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None: ...


@pytest.fixture
def busy() -> Iterator[str]:
    Busy.tokens = []
    with ThreadingHTTPServer(("127.0.0.1", 0), Busy) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()
        thread.join()


def test_a_busy_service_is_asked_again_and_a_refusal_is_not(busy: str) -> None:
    service = Service(busy, "secret")
    Busy.statuses = iter([503, 500, 200])
    assert service.call("GET", "/scenes/1")["detail"] == "Answer 200."
    Busy.statuses = iter([404])
    with pytest.raises(RemoteError, match=r"Answer 404\."):
        service.call("GET", "/scenes/1")
    Busy.statuses = iter([503] * 4)
    with pytest.raises(RemoteError, match=r"Answer 503\."):
        service.call("GET", "/scenes/1")
    assert set(Busy.tokens) == {"Bearer secret"}


def test_the_token_does_not_follow_a_redirect(busy: str) -> None:
    Busy.statuses = iter([307, 200])
    Service(busy, "secret").call("GET", "/scenes/1/files/classes.tif")
    assert Busy.tokens == ["Bearer secret", None]


def test_a_service_that_is_away_is_named(tmp_path: Path) -> None:
    path = tmp_path / "a.tif"
    path.write_bytes(b"1")
    with pytest.raises(RemoteError, match=r"127\.0\.0\.1:9 does not answer"):
        process_remotely(Service("http://127.0.0.1:9"), [str(path)], tmp_path, {}, lambda *_: None)
