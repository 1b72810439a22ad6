SELECT prediction_id, changed, count
FROM correction
WHERE CAST(:changed AS timestamptz) IS NULL
   OR (changed, prediction_id) < (CAST(:changed AS timestamptz), CAST(:id AS uuid))
ORDER BY changed DESC, prediction_id DESC
LIMIT :limit
