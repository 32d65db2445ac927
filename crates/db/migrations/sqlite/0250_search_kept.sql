-- Whom somebody looked for, so that Back and reload show it again without a name in an address (decision 0025): sealed, and
-- opened for the session that asked only.
CREATE TABLE search_kept(account_id BLOB NOT NULL, key TEXT NOT NULL, session_hash BLOB NOT NULL, body BLOB NOT NULL, asked_at INTEGER NOT NULL, PRIMARY KEY(account_id,key));
CREATE INDEX search_kept_asked ON search_kept(asked_at);
