-- A prediction's row keeps its manifest whole: history answers with it, whatever members it has.
-- Without it the members of `image` were those of the first prediction of that image.
ALTER TABLE prediction ADD COLUMN document jsonb;

UPDATE prediction p
SET document = jsonb_build_object(
    'id', p.id,
    'created', p.created,
    'image', to_jsonb(image),
    'model', jsonb_build_object('name', p.model_name, 'version', p.model_version, 'sha256', p.model_sha256),
    'thresholds', p.thresholds,
    'warnings', p.warnings,
    'classes', (
        SELECT jsonb_agg(to_jsonb(c) - 'prediction_id' ORDER BY c.number)
        FROM prediction_class c
        WHERE c.prediction_id = p.id
    )
)
FROM image
WHERE image.sha256 = p.image_sha256;

ALTER TABLE prediction ALTER COLUMN document SET NOT NULL;
