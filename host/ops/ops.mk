libbsn_host_la_SOURCES += host/ops/log.c host/ops/log.h
