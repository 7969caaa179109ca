SELECT ? # it is [a]?
