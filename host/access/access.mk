# host/access
libbsn_host_la_SOURCES += host/access/audit.c host/access/audit.h \
	host/access/authenticate.c host/access/authenticate.h
