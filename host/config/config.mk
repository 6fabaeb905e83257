libbsn_host_la_SOURCES += host/config/config.h
