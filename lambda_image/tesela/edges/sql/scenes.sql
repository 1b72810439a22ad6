SELECT document, ending
FROM scene
WHERE CAST(:created AS timestamptz) IS NULL OR (created, id) < (CAST(:created AS timestamptz), CAST(:id AS uuid))
ORDER BY created DESC, id DESC
LIMIT :limit
