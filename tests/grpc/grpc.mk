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

# An engine that serves gRPC, for a whole host.
check_LTLIBRARIES += tests/grpc/engine-echo.la
tests_grpc_engine_echo_la_SOURCES = tests/grpc/engine-echo.c \
	tests/unit/gateway_grpc.c tests/unit/gateway_engine.h
tests_grpc_engine_echo_la_CPPFLAGS = $(plugin_flags)
tests_grpc_engine_echo_la_LIBADD = $(GLIB_LIBS)
tests_grpc_engine_echo_la_LDFLAGS = -module -avoid-version -shared \
	-rpath /nowhere -export-symbols-regex '^bsn_plugin_open$$' \
	$(AM_LDFLAGS)
