-- Every value that a setting had: who set it and when, what stood before.
CREATE TABLE setting_change(
  key TEXT NOT NULL,
  version BIGINT NOT NULL,
  at BIGINT NOT NULL,
  set_by TEXT NOT NULL,
  old TEXT,
  new TEXT NOT NULL,
  PRIMARY KEY(key, version)
);
