libbsn_host_la_SOURCES += host/service/services.c host/service/services.h \
	host/service/timer.c host/service/timer.h
libbsn_host_la_SOURCES += host/service/store.h host/service/keystore.h
