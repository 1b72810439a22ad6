"""PostgreSQL: rows of predictions and scenes, for their histories. SQL lies in `sql/`."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Any
from uuid import UUID

from tesela.edges.database import Database
from tesela.edges.session import SERVING, Patience, Session
from tesela.errors import DatabaseUnavailableError
from tesela.jobs.job import END, JOB, End, Job
from tesela.ports import Inserted, Period
from tesela.prediction import CODEC, Prediction

_SQL = Path(__file__).with_name("sql")
_HAS = "SELECT EXISTS (SELECT FROM prediction WHERE id = :id)"


class Rows:
    """A session with the database, made on first use, kept, and renewed when it is lost."""

    def __init__(self, database: Database, patience: Patience = SERVING) -> None:
        self._database, self._patience = database, patience
        self._session: Session | None = None

    def close(self) -> None:
        """End the session; the next call makes a new one."""
        session, self._session = self._session, None
        if session:
            session.close()

    def _run(self, statement: str, **values: Any) -> Any:
        """Run a statement, again in a new session if the first failure may pass."""
        try:
            return self._attempt(statement, values)
        except DatabaseUnavailableError:
            return self._attempt(statement, values)

    def _attempt(self, statement: str, values: Mapping[str, Any]) -> Any:
        """Run a statement once; whatever goes wrong, its session is not used again."""
        try:
            self._session = self._session or Session(self._database, self._patience)
            return self._session.run(statement, **values)
        except BaseException:
            self.close()
            raise


class PostgresIndex(Rows):
    """A `PredictionIndex`."""

    def save(self, prediction: Prediction) -> Inserted:
        """Insert image, prediction and classes in one statement, unless the row is there."""
        ((inserted, is_first),) = self._run(
            _sql("save"),
            document=CODEC.dump_json(prediction).decode(),
            search=prediction.search,
        )
        if not inserted:
            return "no"
        return "first" if is_first else "again"

    def has(self, prediction_id: UUID) -> bool:
        """Whether a prediction has its row."""
        return bool(self._run(_HAS, id=prediction_id)[0][0])

    def update(self, prediction: Prediction) -> bool:
        """Let a prediction's row have its name and note; False if it has, or there is no row."""
        changed = self._run(
            _sql("label"),
            id=prediction.id,
            name=prediction.name,
            note=prediction.note,
            document=CODEC.dump_json(prediction).decode(),
            search=prediction.search,
        )
        return bool(changed)

    def delete(self, prediction_id: UUID) -> bool:
        """Delete a prediction's rows, and its image's when no other prediction has it."""
        self._run(_sql("touch"), id=prediction_id)
        return bool(self._run(_sql("delete"), id=prediction_id)[0][0])

    def history(
        self,
        limit: int,
        before: tuple[datetime, UUID] | None,
        class_key: str | None,
        period: Period = (None, None),
        words: Sequence[str] = (),
    ) -> list[Prediction]:
        """Predictions of the period with class and words, newest first, after the row `before`."""
        (created, last), (since, until) = before or (None, None), period
        rows = self._run(
            _sql("history"),
            limit=limit,
            created=created,
            id=last,
            class_key=class_key,
            since=since,
            until=until,
            words=list(words),
        )
        return [CODEC.validate_python(document) for (document,) in rows]

    def ids(self) -> set[UUID]:
        """Every prediction that has a row."""
        return {row[0] for row in self._run("SELECT id FROM prediction")}

    def ping(self) -> None:
        """Raise unless the migrated database answers."""
        self._run("SELECT 1 FROM prediction LIMIT 0")


class PostgresCorrections(Rows):
    """A `CorrectionIndex`."""

    def save(self, prediction_id: UUID, changed: datetime, count: int) -> None:
        """Insert or replace a row."""
        self._run(
            "INSERT INTO correction (prediction_id, changed, count) VALUES (:id, :changed, :count)"
            " ON CONFLICT (prediction_id) DO UPDATE SET changed = excluded.changed, count = excluded.count",
            id=prediction_id,
            changed=changed,
            count=count,
        )

    def delete(self, prediction_id: UUID) -> bool:
        """Delete a row; False if there was none."""
        statement = "DELETE FROM correction WHERE prediction_id = :id RETURNING 1"
        return bool(self._run(statement, id=prediction_id))

    def history(
        self, limit: int, before: tuple[datetime, UUID] | None
    ) -> list[tuple[UUID, datetime, int]]:
        """Id, time and number, the latest first, after the row `before`."""
        changed, last = before or (None, None)
        rows = self._run(_sql("corrections"), limit=limit, changed=changed, id=last)
        return [(key, moment, count) for key, moment, count in rows]

    def changes(self) -> dict[UUID, datetime]:
        """When each row's corrections were changed."""
        return dict(self._run("SELECT prediction_id, changed FROM correction"))


class PostgresJobs(Rows):
    """A `JobIndex`."""

    def save(self, job: Job) -> None:
        """Insert a job's row, unless it is there."""
        self._run(
            "INSERT INTO scene (id, created, document) VALUES (:id, :created, CAST(:document AS jsonb))"
            " ON CONFLICT (id) DO NOTHING",
            id=job.id,
            created=job.created,
            document=JOB.dump_json(job).decode(),
        )

    def save_end(self, key: UUID, end: End | None) -> None:
        """Note how a job ended, or that it was started again; the month counts its true area then."""
        self._run(_sql("scene_end"), id=key, ending=END.dump_json(end).decode() if end else None)

    def admit(self, key: UUID, area_km2: float, month_km2: float) -> float | None:
        """Count a job into the month; None, or else the area that the month has left."""
        rows = self._run(
            "SELECT admit_scene(CAST(:id AS uuid), CAST(:area AS float8), CAST(:limit AS float8))",
            id=key,
            area=area_km2,
            limit=month_km2,
        )
        left: float | None = rows[0][0]
        return left

    def delete(self, key: UUID) -> None:
        """Delete a job's row; what it has used of the month stays used."""
        self._run(_sql("scene_delete"), id=key)

    def ids(self) -> set[UUID]:
        """Every job that has a row."""
        return {row[0] for row in self._run("SELECT id FROM scene")}

    def history(
        self, limit: int, before: tuple[datetime, UUID] | None
    ) -> list[tuple[Job, End | None]]:
        """Jobs and how they ended as far as is known, newest first, after the row `before`."""
        created, last = before or (None, None)
        rows = self._run(_sql("scenes"), limit=limit, created=created, id=last)
        return [
            (JOB.validate_python(document), END.validate_python(ending) if ending else None)
            for document, ending in rows
        ]


@cache
def _sql(name: str) -> str:
    return (_SQL / f"{name}.sql").read_text("utf-8")
