CREATE TABLE image (
    sha256 text PRIMARY KEY CHECK (sha256 ~ '^[0-9a-f]{64}$'),
    width integer NOT NULL,
    height integer NOT NULL,
    dtype text NOT NULL,
    crs text,
    transform double precision [] NOT NULL, -- a, b, c, d, e, f
    bounds double precision [] NOT NULL, -- west, south, east, north
    coordinates text NOT NULL CHECK (coordinates IN ('lonlat', 'pixel')),
    pixel_area_m2 double precision NOT NULL,
    valid_pixels integer NOT NULL
);

CREATE TABLE prediction (
    id uuid PRIMARY KEY,
    created timestamptz NOT NULL,
    image_sha256 text NOT NULL REFERENCES image,
    model_name text NOT NULL,
    model_version text NOT NULL,
    model_sha256 text NOT NULL,
    thresholds jsonb NOT NULL,
    warnings jsonb NOT NULL
);
CREATE INDEX prediction_newest ON prediction (created DESC, id DESC);
CREATE INDEX prediction_image ON prediction (image_sha256);

CREATE TABLE prediction_class (
    prediction_id uuid NOT NULL REFERENCES prediction ON DELETE CASCADE,
    number smallint NOT NULL,
    key text NOT NULL,
    polygons integer NOT NULL,
    area_m2 double precision NOT NULL,
    area_percent double precision NOT NULL,
    mean_score double precision,
    PRIMARY KEY (prediction_id, number)
);
CREATE INDEX prediction_class_present ON prediction_class (key, prediction_id) WHERE polygons > 0;
