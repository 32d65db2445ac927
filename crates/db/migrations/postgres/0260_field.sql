-- Field work: the devices an account is bound to, the shifts in which one holds a pack of residents, and what came back from
-- it. A row of field_item whose state is not 'sent' or 'merged' keeps what was typed, sealed, until somebody decides.
CREATE TABLE field_device(id UUID PRIMARY KEY, account_id UUID NOT NULL, account_name TEXT NOT NULL, worker_id UUID, county_id BIGINT NOT NULL, unit_id UUID NOT NULL, slot BIGINT NOT NULL CHECK(slot IN(1,2)), token_hash BYTEA NOT NULL, name TEXT NOT NULL, bound_at BIGINT NOT NULL, seen_at BIGINT NOT NULL, ended_at BIGINT, ended_by TEXT, lost BOOLEAN NOT NULL DEFAULT FALSE, reason TEXT, wiped_at BIGINT);
CREATE UNIQUE INDEX field_device_token ON field_device(token_hash);
-- At most two live devices of one account.
CREATE UNIQUE INDEX field_device_slot ON field_device(account_id,slot) WHERE ended_at IS NULL;
CREATE INDEX field_device_unit ON field_device(county_id,unit_id);
-- data_key: the key of the shift's queue, sealed; NULL once the device was declared lost.
CREATE TABLE field_shift(county_id BIGINT NOT NULL, id UUID NOT NULL, device_id UUID NOT NULL, account_id UUID NOT NULL, worker_id UUID, unit_id UUID NOT NULL, data_key BYTEA, opened_at BIGINT NOT NULL, ends_at BIGINT NOT NULL, packed_at BIGINT, persons BIGINT NOT NULL DEFAULT 0, PRIMARY KEY(county_id,id));
CREATE INDEX field_shift_device ON field_shift(county_id,device_id,opened_at);
CREATE TABLE field_item(county_id BIGINT NOT NULL, id UUID NOT NULL, device_id UUID NOT NULL, client_id UUID NOT NULL, shift_id UUID NOT NULL, account_id UUID NOT NULL, account_name TEXT NOT NULL, worker_id UUID, unit_id UUID NOT NULL, kind TEXT NOT NULL CHECK(kind IN('visit','contact')), state TEXT NOT NULL CHECK(state IN('sent','merged','waiting','refused','away')), resident_county BIGINT, resident_id UUID, ref_county BIGINT, ref_id UUID, body BYTEA, digest BYTEA NOT NULL, why TEXT NOT NULL, told TEXT NOT NULL, recorded_at BIGINT NOT NULL, received_at BIGINT NOT NULL, settled_at BIGINT, settled_by TEXT, settled_why TEXT, version BIGINT NOT NULL DEFAULT 1, PRIMARY KEY(county_id,id));
CREATE UNIQUE INDEX field_item_once ON field_item(county_id,device_id,client_id);
CREATE INDEX field_item_unit ON field_item(county_id,unit_id,received_at);
CREATE INDEX field_item_worker ON field_item(worker_id,received_at);
