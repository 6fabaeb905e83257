libbsn_host_la_SOURCES += host/plugin/registry.h
