-- Accounts, one-time codes, grants, sessions, refused sign-ins, wall-screen tokens.
-- worker_id, area_id, county_id and unit_id point to tables of later migrations: the services check them.
-- duty is what an account is for life. A grant carries the duty of its account (foreign key) and its role must fit
-- the duty (check), so the three operators' roles exclude each other and every business role without a trigger.
CREATE TABLE account(id BLOB PRIMARY KEY, login TEXT NOT NULL, display TEXT NOT NULL, duty TEXT NOT NULL CHECK(duty IN('business','sys_admin','security_admin','audit_admin')), password_hash TEXT, password_at INTEGER, state TEXT NOT NULL CHECK(state IN('active','disabled')), worker_id BLOB, must_change BOOLEAN NOT NULL DEFAULT FALSE, last_login_at INTEGER, last_login_ip TEXT, prev_login_at INTEGER, prev_login_ip TEXT, version INTEGER NOT NULL DEFAULT 1, created_at INTEGER NOT NULL, updated_at INTEGER NOT NULL, updated_by TEXT NOT NULL, UNIQUE(id,duty));
CREATE UNIQUE INDEX account_login ON account(login);
CREATE UNIQUE INDEX account_worker ON account(worker_id);
CREATE TABLE account_token(id BLOB PRIMARY KEY, account_id BLOB NOT NULL REFERENCES account(id), token_hash BLOB NOT NULL, created_at INTEGER NOT NULL, created_by TEXT NOT NULL, expires_at INTEGER NOT NULL, used_at INTEGER);
CREATE UNIQUE INDEX account_token_hash ON account_token(token_hash);
CREATE INDEX account_token_account ON account_token(account_id);
-- to_day is the last day; ended_at is set when the grant is taken back. mac covers every column before it.
CREATE TABLE account_grant(id BLOB PRIMARY KEY, account_id BLOB NOT NULL, duty TEXT NOT NULL, role TEXT NOT NULL CHECK(role<>'kiosk'), area_id INTEGER, county_id INTEGER, unit_id BLOB, from_day INTEGER NOT NULL, to_day INTEGER, ended_at INTEGER, created_at INTEGER NOT NULL, created_by TEXT NOT NULL, mac BLOB NOT NULL, CHECK(duty=CASE WHEN role IN('sys_admin','security_admin','audit_admin') THEN role ELSE 'business' END), FOREIGN KEY(account_id,duty) REFERENCES account(id,duty));
CREATE INDEX account_grant_account ON account_grant(account_id,ended_at);
CREATE TABLE session(id BLOB PRIMARY KEY, token_hash BLOB NOT NULL, account_id BLOB NOT NULL REFERENCES account(id), created_at INTEGER NOT NULL, last_seen_at INTEGER NOT NULL, ip TEXT, net TEXT NOT NULL, user_agent TEXT NOT NULL, ended_at INTEGER);
CREATE UNIQUE INDEX session_token ON session(token_hash);
CREATE INDEX session_account ON session(account_id,ended_at);
-- pair: a short keyed hash of login and password, only to count how many different pairs an address tries.
CREATE TABLE login_failure(id BLOB PRIMARY KEY, login_hash BLOB NOT NULL, net TEXT NOT NULL, ip TEXT NOT NULL, at INTEGER NOT NULL, pair BLOB NOT NULL);
CREATE INDEX login_failure_login ON login_failure(login_hash,at);
CREATE INDEX login_failure_ip ON login_failure(ip,at);
CREATE INDEX login_failure_at ON login_failure(at);
CREATE TABLE kiosk_token(id BLOB PRIMARY KEY, token_hash BLOB NOT NULL, name TEXT NOT NULL, area_id INTEGER NOT NULL, created_at INTEGER NOT NULL, created_by TEXT NOT NULL, expires_at INTEGER NOT NULL, revoked_at INTEGER, mac BLOB NOT NULL);
CREATE UNIQUE INDEX kiosk_token_hash ON kiosk_token(token_hash);
-- The audit viewer reads the newest events first, over all chains.
CREATE INDEX audit_event_recent ON audit_event(ts_us);
