# host/net: sockets and TLS, for all servers of the host
NET_SOURCES = host/net/listen.c host/net/listen.h host/net/tls.c \
	host/net/tls.h
libbsn_host_la_SOURCES += $(NET_SOURCES)
