# gRPC on nghttp2, for the host and for plugins: bytes in, bytes out.
grpc_flags = $(AM_CPPFLAGS) $(GLIB_CFLAGS) $(NGHTTP2_CFLAGS)
noinst_LIBRARIES += libbsn-grpc.a
libbsn_grpc_a_CPPFLAGS = $(grpc_flags)
libbsn_grpc_libs = libbsn-grpc.a $(GLIB_LIBS) $(NGHTTP2_LIBS)
libbsn_grpc_a_SOURCES = grpc/budget.c grpc/budget.h grpc/call.c grpc/call.h \
	grpc/client.c grpc/connection.c grpc/connection.h grpc/dispatch.c \
	grpc/encoding.c grpc/encoding.h grpc/fields.c grpc/fields.h \
	grpc/header_list.c grpc/header_list.h grpc/keepalive.c grpc/limits.c \
	grpc/limits.h grpc/metadata.c grpc/metadata.h grpc/private.h \
	grpc/reader.c grpc/reader.h grpc/receive.c grpc/send.c grpc/server.c \
	grpc/session.c grpc/status.c grpc/status.h

# The same on a libevent loop, with TLS.
grpc_event_flags = $(grpc_flags) $(EVENT_CFLAGS) $(SSL_CFLAGS)
noinst_LIBRARIES += libbsn-grpc-event.a
libbsn_grpc_event_a_CPPFLAGS = $(grpc_event_flags)
libbsn_grpc_event_libs = libbsn-grpc-event.a $(libbsn_grpc_libs) $(EVENT_LIBS) \
	$(SSL_LIBS) $(CRYPTO_LIBS)
libbsn_grpc_event_a_SOURCES = grpc/event/transport.c grpc/event/transport.h
