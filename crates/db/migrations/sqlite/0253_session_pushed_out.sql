-- A session that ended because its account signed in elsewhere: the sign-in page says so.
ALTER TABLE session ADD COLUMN pushed_out BOOLEAN NOT NULL DEFAULT FALSE;
