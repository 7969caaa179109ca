SELECT 1,
       [name FROM users