import hashlib
from collections.abc import Iterator
from pathlib import Path

import pytest
from tesela.core.model import load
from tesela.errors import SourceChangedError
from tesela.scenes.plan import Options

from scripts.process_scene import stages
from scripts.process_scene.files import FileSource, FolderStore, locked
from scripts.process_scene.stages import MODEL, process_scene

TOWN = Path(__file__).parents[3] / "dashboard_static/samples/town.tif"


def test_a_file_is_read_by_ranges_and_known_by_its_sha256(tmp_path: Path) -> None:
    path = tmp_path / "x.tif"
    path.write_bytes(b"0123456789")
    source = FileSource(path)
    assert (source.size, source.read(3, 4), source.read(8, 9)) == (10, b"3456", b"89")
    assert source.version == hashlib.sha256(b"0123456789").hexdigest()
    path.write_bytes(b"012345678")
    with pytest.raises(SourceChangedError, match=r"x\.tif was changed"):
        source.read(0, 1)
    source.close()


def test_a_name_is_written_whole_or_not_at_all(tmp_path: Path) -> None:
    store = FolderStore(tmp_path)
    store.put("a/b", b"before")

    def broken() -> Iterator[bytes]:
        yield b"half"
        raise OSError("disk full")

    with pytest.raises(OSError, match="disk full"):
        store.write("a/b", broken())
    assert store.get("a/b") == b"before"
    assert [path.name for path in (tmp_path / "a").iterdir()] == ["b"]
    assert store.write("a/c", [b"12", b"345"]) == 5
    assert store.read("a/c", 1, 3) == b"234"
    assert store.get("a/d") is None


def test_a_folder_has_one_process_at_a_time(tmp_path: Path) -> None:
    with locked(tmp_path), pytest.raises(BlockingIOError), locked(tmp_path):
        pass
    with locked(tmp_path):  # and the next one after it
        pass


def test_an_interrupted_run_resumes_and_a_finished_one_does_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    pytest.importorskip("pyarrow", reason="the extra `scenes` is not installed: no pyarrow")
    options = Options(load(MODEL).thresholds, block_px=128, cog_tile_px=64)
    seen = list[tuple[str, int, int]]()

    def run() -> Path:
        return process_scene([TOWN], tmp_path, options, 1, lambda *step: seen.append(step)).folder

    def interrupted(*_: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patched:
        patched.setattr(stages, "join_seams", interrupted)
        with pytest.raises(KeyboardInterrupt):
            run()
    assert seen[-2:] == [("blocks", 4, 4), ("seams", 0, 1)]
    (folder,) = tmp_path.iterdir()
    done = sorted(folder.rglob("block.json"))
    assert len(done) == 4
    before = [path.stat().st_mtime_ns for path in done]
    done[0].unlink()  # as if one block had been killed before its end
    with monkeypatch.context() as patched:
        patched.setattr("shutil.rmtree", lambda *_, **__: None)
        assert run() == folder
    assert [path.stat().st_mtime_ns for path in done[1:]] == before[1:]
    assert done[0].exists()
    products = {path.name: path.stat().st_mtime_ns for path in folder.glob("[!.]*.*")}
    assert {"classes.tif", "masks.tif", "polygons.parquet", "polygons.fgb", "item.json"} <= set(
        products
    )
    seen.clear()
    run()
    assert seen == [("plan", 0, 1)]
    assert products == {path.name: path.stat().st_mtime_ns for path in folder.glob("[!.]*.*")}
    assert not (folder / "parts").exists()
