-- Field work: the devices an account is bound to, the shifts in which one holds a pack of residents, and what came back from
-- it. A row of field_item whose state is not 'sent' or 'merged' keeps what was typed, sealed, until somebody decides.
CREATE TABLE field_device(id BLOB PRIMARY KEY, account_id BLOB NOT NULL, account_name TEXT NOT NULL, worker_id BLOB, county_id INTEGER NOT NULL, unit_id BLOB NOT NULL, slot INTEGER NOT NULL CHECK(slot IN(1,2)), token_hash BLOB NOT NULL, name TEXT NOT NULL, bound_at INTEGER NOT NULL, seen_at INTEGER NOT NULL, ended_at INTEGER, ended_by TEXT, lost BOOLEAN NOT NULL DEFAULT FALSE, reason TEXT, wiped_at INTEGER);
CREATE UNIQUE INDEX field_device_token ON field_device(token_hash);
-- At most two live devices of one account.
CREATE UNIQUE INDEX field_device_slot ON field_device(account_id,slot) WHERE ended_at IS NULL;
CREATE INDEX field_device_unit ON field_device(county_id,unit_id);
-- data_key: the key of the shift's queue, sealed; NULL once the device was declared lost.
CREATE TABLE field_shift(county_id INTEGER NOT NULL, id BLOB NOT NULL, device_id BLOB NOT NULL, account_id BLOB NOT NULL, worker_id BLOB, unit_id BLOB NOT NULL, data_key BLOB, opened_at INTEGER NOT NULL, ends_at INTEGER NOT NULL, packed_at INTEGER, persons INTEGER NOT NULL DEFAULT 0, PRIMARY KEY(county_id,id));
CREATE INDEX field_shift_device ON field_shift(county_id,device_id,opened_at);
CREATE TABLE field_item(county_id INTEGER NOT NULL, id BLOB NOT NULL, device_id BLOB NOT NULL, client_id BLOB NOT NULL, shift_id BLOB NOT NULL, account_id BLOB NOT NULL, account_name TEXT NOT NULL, worker_id BLOB, unit_id BLOB NOT NULL, kind TEXT NOT NULL CHECK(kind IN('visit','contact')), state TEXT NOT NULL CHECK(state IN('sent','merged','waiting','refused','away')), resident_county INTEGER, resident_id BLOB, ref_county INTEGER, ref_id BLOB, body BLOB, digest BLOB NOT NULL, why TEXT NOT NULL, told TEXT NOT NULL, recorded_at INTEGER NOT NULL, received_at INTEGER NOT NULL, settled_at INTEGER, settled_by TEXT, settled_why TEXT, version INTEGER NOT NULL DEFAULT 1, PRIMARY KEY(county_id,id));
CREATE UNIQUE INDEX field_item_once ON field_item(county_id,device_id,client_id);
CREATE INDEX field_item_unit ON field_item(county_id,unit_id,received_at);
CREATE INDEX field_item_worker ON field_item(worker_id,received_at);
