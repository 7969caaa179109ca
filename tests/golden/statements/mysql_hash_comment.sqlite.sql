SELECT ? # it is "a"?
