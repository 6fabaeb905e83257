# host/net: sockets and TLS, for all servers of the host
NET_SOURCES = host/net/acceptor.c host/net/acceptor.h \
	host/net/listen.c host/net/listen.h \
	host/net/refusal.c host/net/refusal.h host/net/tls.c host/net/tls.h \
	host/net/tls_client.c host/net/tls_client.h
libbsn_host_a_SOURCES += $(NET_SOURCES)
