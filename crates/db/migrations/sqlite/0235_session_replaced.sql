-- Hash of the token that a password given again put in the place of this session's (decision 0027): who never got the
-- answer may send the form, and the password, once more.
ALTER TABLE session ADD COLUMN replaced_by BLOB;
