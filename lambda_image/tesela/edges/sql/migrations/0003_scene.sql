-- Scenes as clients ordered them; how one ended follows when somebody asks for it.
CREATE TABLE scene (
    id uuid PRIMARY KEY,
    created timestamptz NOT NULL,
    document jsonb NOT NULL,
    ending jsonb
);
CREATE INDEX scene_newest ON scene (created DESC, id DESC);
