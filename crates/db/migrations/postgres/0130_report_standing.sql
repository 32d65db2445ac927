-- What stands while a correction waits for the tier above: the version approved last, as JSON; it counts until the correction is approved.
ALTER TABLE report ADD COLUMN standing TEXT;
-- Which account confirmed a report, or passed on: the same account does not decide about it. No reference: the account is only compared.
ALTER TABLE report ADD COLUMN submitted_account UUID;
ALTER TABLE pass_on ADD COLUMN passed_account UUID;
-- A returned pass-on opens its reports again, and their history says so.
ALTER TABLE report_event DROP CONSTRAINT report_event_act_check;
ALTER TABLE report_event ADD CONSTRAINT report_event_act_check CHECK(act IN('submit','return','approve','roll_up','lock','amend','exempt','reopen'));
