SELECT $1 # it is "a"$2
