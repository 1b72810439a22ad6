WITH gone AS (
    DELETE FROM prediction WHERE id = :id RETURNING id, image_sha256
), image_gone AS (
    DELETE FROM image USING gone
    WHERE image.sha256 = gone.image_sha256
      AND NOT EXISTS (
          SELECT FROM prediction other
          WHERE other.image_sha256 = gone.image_sha256 AND other.id <> gone.id
      )
), correction_gone AS (
    DELETE FROM correction WHERE prediction_id = :id
)
SELECT count(*) FROM gone
