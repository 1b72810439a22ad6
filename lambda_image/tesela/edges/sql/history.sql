-- Keyset paging: stable while rows are added. Each row comes back as the manifest it was saved from.
SELECT p.document
FROM prediction p
WHERE (CAST(:created AS timestamptz) IS NULL OR (p.created, p.id) < (CAST(:created AS timestamptz), CAST(:id AS uuid)))
  AND (CAST(:since AS timestamptz) IS NULL OR p.created >= CAST(:since AS timestamptz))
  AND (CAST(:until AS timestamptz) IS NULL OR p.created < CAST(:until AS timestamptz))
  AND (CAST(:class_key AS text) IS NULL OR EXISTS (
      SELECT FROM prediction_class c
      WHERE c.prediction_id = p.id AND c.key = CAST(:class_key AS text) AND c.polygons > 0
  ))
  AND NOT EXISTS ( -- a word that is not there
      SELECT FROM unnest(CAST(:words AS text [])) AS word
      WHERE position(word IN p.search) = 0
  )
ORDER BY p.created DESC, p.id DESC
LIMIT :limit
