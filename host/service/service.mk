libbsn_host_la_SOURCES += host/service/store.h host/service/keystore.h
