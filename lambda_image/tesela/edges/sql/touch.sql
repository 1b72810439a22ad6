-- A statement of its own, before the one that deletes: it waits for a row that is being written, and only a
-- later statement sees that row. Those of a day ago are forgotten: no request lasts so long.
WITH old AS (
    DELETE FROM prediction_touched
    WHERE prediction_id IN (
        SELECT prediction_id
        FROM prediction_touched
        WHERE deleted < now() - interval '1 day' AND prediction_id <> :id
        FOR UPDATE SKIP LOCKED
    )
)
INSERT INTO prediction_touched (prediction_id, deleted) VALUES (:id, now())
ON CONFLICT (prediction_id) DO UPDATE SET deleted = now()
