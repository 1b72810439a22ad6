-- Predictions whose row was ever written or deleted. A request that writes the first row of one knows by it
-- that no other request was here, so it need not look whether the manifest is still its own.
CREATE TABLE prediction_touched (
    prediction_id uuid PRIMARY KEY,
    deleted timestamptz -- when the row was last deleted; null once it is written
);
CREATE INDEX prediction_touched_deleted ON prediction_touched (deleted) WHERE deleted IS NOT NULL;
INSERT INTO prediction_touched (prediction_id) SELECT id FROM prediction;
