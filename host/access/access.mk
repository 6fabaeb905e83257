# host/access
