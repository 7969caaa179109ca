WITH RECURSIVE [tree]([id], [depth]) AS (
  SELECT [id], 0 FROM [users] WHERE [id] = ?
  UNION ALL
  SELECT [u].[id], [t].[depth] + 1 FROM [users] [u] JOIN [tree] [t] ON [u].[manager_id] = [t].[id]
)
SELECT * FROM [tree] WHERE [depth] <= ?