UPDATE prediction
SET document = CAST(:document AS jsonb), search = :search
WHERE id = :id
  AND (document->>'name' IS DISTINCT FROM CAST(:name AS text) OR document->>'note' IS DISTINCT FROM CAST(:note AS text))
RETURNING id
