-- What scenes use of a month. A row stays when its scene is deleted, and is closed then: the same scene
-- ordered again is counted again.
CREATE TABLE scene_usage (
    scene_id uuid NOT NULL,
    started timestamptz NOT NULL DEFAULT now(),
    area_km2 double precision NOT NULL,
    is_open boolean NOT NULL DEFAULT true
);
CREATE UNIQUE INDEX scene_usage_open ON scene_usage (scene_id) WHERE is_open;
CREATE INDEX scene_usage_started ON scene_usage (started);

-- Null where the scene is admitted, else what is left of the month. One caller at a time: each statement of a
-- function sees what was committed before it, so the sum is that of all that were admitted.
CREATE FUNCTION admit_scene(scene uuid, wanted_km2 double precision, month_km2 double precision)
RETURNS double precision LANGUAGE plpgsql AS $$
DECLARE
    used_km2 double precision;
BEGIN
    PERFORM pg_advisory_xact_lock(8289818, 1); -- of this function alone
    IF EXISTS (SELECT FROM scene_usage WHERE scene_id = scene AND is_open) THEN
        RETURN NULL;
    END IF;
    SELECT coalesce(sum(area_km2), 0) INTO used_km2
    FROM scene_usage
    WHERE started >= date_trunc('month', now() AT TIME ZONE 'UTC') AT TIME ZONE 'UTC';
    IF used_km2 + wanted_km2 > month_km2 THEN
        RETURN greatest(month_km2 - used_km2, 0);
    END IF;
    INSERT INTO scene_usage (scene_id, area_km2) VALUES (scene, wanted_km2);
    RETURN NULL;
END
$$;

-- A scene has one file, or eight of a band each.
UPDATE scene
SET document = jsonb_set(document, '{content}', jsonb_build_object('files', jsonb_build_array(document->'content')))
WHERE NOT document->'content' ? 'files';
