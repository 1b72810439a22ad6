WITH gone AS (
    DELETE FROM scene WHERE id = :id RETURNING id
), closed AS (
    UPDATE scene_usage SET is_open = false WHERE scene_id = :id AND is_open
)
SELECT count(*) FROM gone
