-- Which predictions are corrected; the corrections lie in S3. Without a foreign key, as a prediction may be
-- kept in S3 alone for a while, and its row is replaced as a whole.
CREATE TABLE correction (
    prediction_id uuid PRIMARY KEY,
    changed timestamptz NOT NULL,
    count integer NOT NULL
);
CREATE INDEX correction_newest ON correction (changed DESC, prediction_id DESC);
