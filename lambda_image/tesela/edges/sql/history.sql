-- Keyset paging: stable while rows are added. Each row comes back as the manifest it was saved from.
SELECT jsonb_build_object(
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
FROM prediction p
JOIN image ON image.sha256 = p.image_sha256
WHERE (CAST(:created AS timestamptz) IS NULL OR (p.created, p.id) < (CAST(:created AS timestamptz), CAST(:id AS uuid)))
  AND (CAST(:since AS timestamptz) IS NULL OR p.created >= CAST(:since AS timestamptz))
  AND (CAST(:until AS timestamptz) IS NULL OR p.created < CAST(:until AS timestamptz))
  AND (CAST(:class_key AS text) IS NULL OR EXISTS (
      SELECT FROM prediction_class c
      WHERE c.prediction_id = p.id AND c.key = CAST(:class_key AS text) AND c.polygons > 0
  ))
ORDER BY p.created DESC, p.id DESC
LIMIT :limit
