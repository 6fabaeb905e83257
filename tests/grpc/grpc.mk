# Peers of @grpc/grpc-js, for tests/integration/test-grpc.mjs.
grpc_peer_libs = $(libbsn_grpc_event_libs) $(libbsn_grpc_libs) $(GLIB_LIBS) \
	$(NGHTTP2_LIBS) $(EVENT_LIBS) $(SSL_LIBS) $(CRYPTO_LIBS)
check_PROGRAMS += tests/grpc/serve tests/grpc/call
tests_grpc_serve_SOURCES = tests/grpc/serve.c tests/grpc/methods.h
tests_grpc_serve_CPPFLAGS = $(grpc_event_flags)
tests_grpc_serve_LDADD = $(grpc_peer_libs)
tests_grpc_call_SOURCES = tests/grpc/call.c tests/grpc/methods.h
tests_grpc_call_CPPFLAGS = $(grpc_event_flags)
tests_grpc_call_LDADD = $(grpc_peer_libs)

# An engine that serves gRPC, for a whole host.
check_PROGRAMS += tests/grpc/modules/engine-echo.so
tests_grpc_modules_engine_echo_so_SOURCES = tests/grpc/engine-echo.c \
	tests/unit/gateway_grpc.c tests/unit/gateway_engine.h
tests_grpc_modules_engine_echo_so_CPPFLAGS = $(plugin_flags)
tests_grpc_modules_engine_echo_so_LDADD = $(GLIB_LIBS)
tests_grpc_modules_engine_echo_so_LDFLAGS = $(plugin_link_flags)
