-- Accounts, one-time codes, grants, sessions, refused sign-ins, wall-screen tokens.
-- worker_id, area_id, county_id and unit_id point to tables of later migrations: the services check them.
-- duty is what an account is for life. A grant carries the duty of its account (foreign key) and its role must fit
-- the duty (check), so the three operators' roles exclude each other and every business role without a trigger.
CREATE TABLE account(id UUID PRIMARY KEY, login TEXT NOT NULL, display TEXT NOT NULL, duty TEXT NOT NULL CHECK(duty IN('business','sys_admin','security_admin','audit_admin')), password_hash TEXT, password_at BIGINT, state TEXT NOT NULL CHECK(state IN('active','disabled')), worker_id UUID, must_change BOOLEAN NOT NULL DEFAULT FALSE, last_login_at BIGINT, last_login_ip TEXT, prev_login_at BIGINT, prev_login_ip TEXT, version BIGINT NOT NULL DEFAULT 1, created_at BIGINT NOT NULL, updated_at BIGINT NOT NULL, updated_by TEXT NOT NULL, UNIQUE(id,duty));
CREATE UNIQUE INDEX account_login ON account(login);
CREATE UNIQUE INDEX account_worker ON account(worker_id);
CREATE TABLE account_token(id UUID PRIMARY KEY, account_id UUID NOT NULL REFERENCES account(id), token_hash BYTEA NOT NULL, created_at BIGINT NOT NULL, created_by TEXT NOT NULL, expires_at BIGINT NOT NULL, used_at BIGINT);
CREATE UNIQUE INDEX account_token_hash ON account_token(token_hash);
CREATE INDEX account_token_account ON account_token(account_id);
-- to_day is the last day; ended_at is set when the grant is taken back. mac covers every column before it.
CREATE TABLE account_grant(id UUID PRIMARY KEY, account_id UUID NOT NULL, duty TEXT NOT NULL, role TEXT NOT NULL CHECK(role<>'kiosk'), area_id BIGINT, county_id BIGINT, unit_id UUID, from_day BIGINT NOT NULL, to_day BIGINT, ended_at BIGINT, created_at BIGINT NOT NULL, created_by TEXT NOT NULL, mac BYTEA NOT NULL, CHECK(duty=CASE WHEN role IN('sys_admin','security_admin','audit_admin') THEN role ELSE 'business' END), FOREIGN KEY(account_id,duty) REFERENCES account(id,duty));
CREATE INDEX account_grant_account ON account_grant(account_id,ended_at);
CREATE TABLE session(id UUID PRIMARY KEY, token_hash BYTEA NOT NULL, account_id UUID NOT NULL REFERENCES account(id), created_at BIGINT NOT NULL, last_seen_at BIGINT NOT NULL, ip TEXT, net TEXT NOT NULL, user_agent TEXT NOT NULL, ended_at BIGINT);
CREATE UNIQUE INDEX session_token ON session(token_hash);
CREATE INDEX session_account ON session(account_id,ended_at);
-- pair: a short keyed hash of login and password, only to count how many different pairs an address tries.
CREATE TABLE login_failure(id UUID PRIMARY KEY, login_hash BYTEA NOT NULL, net TEXT NOT NULL, ip TEXT NOT NULL, at BIGINT NOT NULL, pair BYTEA NOT NULL);
CREATE INDEX login_failure_login ON login_failure(login_hash,at);
CREATE INDEX login_failure_ip ON login_failure(ip,at);
CREATE INDEX login_failure_at ON login_failure(at);
CREATE TABLE kiosk_token(id UUID PRIMARY KEY, token_hash BYTEA NOT NULL, name TEXT NOT NULL, area_id BIGINT NOT NULL, created_at BIGINT NOT NULL, created_by TEXT NOT NULL, expires_at BIGINT NOT NULL, revoked_at BIGINT, mac BYTEA NOT NULL);
CREATE UNIQUE INDEX kiosk_token_hash ON kiosk_token(token_hash);
-- The audit viewer reads the newest events first, over all chains.
CREATE INDEX audit_event_recent ON audit_event(ts_us);
