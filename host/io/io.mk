# host/io: sockets, timers and children of plugins
IO_SOURCES = host/io/account.c host/io/address.c host/io/authority.c host/io/cgroup.c \
	host/io/child.c host/io/child_control.c host/io/child_directory.c host/io/child_output.c \
	host/io/child_private.h host/io/child_start.c host/io/io.h host/io/listener.c \
	host/io/measure.c host/io/private.h host/io/rate.h host/io/strand.c \
	host/io/stream.c host/io/stream_begin.c host/io/stream_data.c \
	host/io/stream_private.h host/io/timer.c host/io/tls.c
libbsn_host_a_SOURCES += $(IO_SOURCES)
