-- Names, notes and ids as history searches them: without case and accents, by `Prediction.search`.
-- Predictions of older versions have neither name nor note.
ALTER TABLE prediction ADD COLUMN search text NOT NULL DEFAULT '';

UPDATE prediction SET search = id::text;

ALTER TABLE prediction ALTER COLUMN search DROP DEFAULT;
