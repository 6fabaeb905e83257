libbsn_host_a_SOURCES += host/ops/log.c host/ops/log.h \
	host/ops/cpu.c host/ops/cpu.h \
	host/ops/metrics.h host/ops/metrics.c \
	host/ops/notify.h host/ops/notify.c \
	host/ops/ops_server.h host/ops/ops_server.c \
	host/ops/resources.c host/ops/resources.h \
	host/ops/stages.c host/ops/stages.h
