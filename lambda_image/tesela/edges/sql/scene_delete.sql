WITH closed AS (
    UPDATE scene_usage SET is_open = false WHERE scene_id = :id AND is_open
)
DELETE FROM scene WHERE id = :id
