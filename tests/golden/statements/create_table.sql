CREATE TABLE [new table] (
  [id] INTEGER PRIMARY KEY,
  [select] VARCHAR(40) NOT NULL DEFAULT '?',
  [user_id] INTEGER REFERENCES [users]([id]),
  CHECK ([id] > 0),
  UNIQUE ([select])
)