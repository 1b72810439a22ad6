-- The document is the manifest; columns take its members by name. Nothing happens to a row that is there.
WITH document AS (
    SELECT CAST(:document AS jsonb) AS body
), image_row AS (
    INSERT INTO image
    SELECT image.* FROM document, jsonb_populate_record(NULL::image, body->'image') AS image
    ON CONFLICT (sha256) DO UPDATE SET width = excluded.width -- locks it against a delete beside us
), prediction_row AS (
    INSERT INTO prediction (id, created, image_sha256, model_name, model_version, model_sha256, thresholds, warnings,
                            document, search)
    SELECT (body->>'id')::uuid, (body->>'created')::timestamptz, body#>>'{image,sha256}',
           body#>>'{model,name}', body#>>'{model,version}', body#>>'{model,sha256}',
           body->'thresholds', body->'warnings', body, :search
    FROM document
    ON CONFLICT (id) DO NOTHING
    RETURNING id
), class_rows AS (
    INSERT INTO prediction_class
    SELECT prediction_row.id, class.number, class.key, class.polygons, class.area_m2, class.area_percent,
           class.mean_score
    FROM prediction_row, document, jsonb_populate_recordset(NULL::prediction_class, body->'classes') AS class
), touched AS (
    INSERT INTO prediction_touched (prediction_id)
    SELECT (body->>'id')::uuid FROM document
    ON CONFLICT (prediction_id) DO UPDATE SET deleted = NULL
    RETURNING xmax = 0 AS inserted -- no transaction has locked a new row
)
SELECT EXISTS (SELECT FROM prediction_row), inserted FROM touched
