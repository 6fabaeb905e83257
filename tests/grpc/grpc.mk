# Peers of @grpc/grpc-js, for tests/integration/test-grpc.mjs.
grpc_peer_libs = libbsn-grpc-event.la libbsn-grpc.la $(GLIB_LIBS) \
	$(NGHTTP2_LIBS) $(EVENT_LIBS) $(SSL_LIBS) $(CRYPTO_LIBS)
check_PROGRAMS += tests/grpc/serve tests/grpc/call
tests_grpc_serve_SOURCES = tests/grpc/serve.c tests/grpc/methods.h
tests_grpc_serve_CPPFLAGS = $(grpc_event_flags)
tests_grpc_serve_LDADD = $(grpc_peer_libs)
tests_grpc_call_SOURCES = tests/grpc/call.c tests/grpc/methods.h
tests_grpc_call_CPPFLAGS = $(grpc_event_flags)
tests_grpc_call_LDADD = $(grpc_peer_libs)
