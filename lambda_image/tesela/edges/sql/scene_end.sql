-- The area that the month counts was measured or stated before; what its plan refused used nothing.
WITH row AS (
    UPDATE scene SET ending = CAST(:ending AS jsonb) WHERE id = :id RETURNING id, ending
), refused AS (
    DELETE FROM scene_usage
    USING row
    WHERE scene_usage.scene_id = row.id AND is_open
      AND jsonb_typeof(row.ending) = 'object' AND jsonb_typeof(row.ending->'facts') = 'null'
)
UPDATE scene_usage
SET area_km2 = (row.ending#>>'{facts,area_km2}')::float8
FROM row
WHERE scene_usage.scene_id = row.id AND is_open AND row.ending#>>'{facts,area_km2}' IS NOT NULL
