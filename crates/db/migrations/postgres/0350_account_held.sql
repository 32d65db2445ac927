-- The grants of an account count for nothing from a code or another worker on, until a second operator confirms them.
ALTER TABLE account ADD COLUMN held_at BIGINT;
ALTER TABLE account ADD COLUMN held_by TEXT;
ALTER TABLE account ADD COLUMN held_for TEXT CHECK(held_for IN('code','worker'));
