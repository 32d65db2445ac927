-- Acts an account may do only so often, by instant: windows that slide. Takes the place of limited_act (clock hours).
CREATE TABLE limited_use(account_id UUID NOT NULL, act TEXT NOT NULL, at BIGINT NOT NULL, n BIGINT NOT NULL, PRIMARY KEY(account_id,act,at));
DROP TABLE limited_act;
