# tests of gateway
check_PROGRAMS += tests/unit/test-gateway-input
TESTS += tests/unit/test-gateway-input
gateway_input_sources = host/gateway/body.c host/gateway/event_text.c \
	host/gateway/head_scan.c host/gateway/hex.c host/gateway/json.c \
	host/gateway/target.c
tests_unit_test_gateway_input_SOURCES = tests/unit/test-gateway-input.c \
	$(gateway_input_sources)
tests_unit_test_gateway_input_CPPFLAGS = $(test_flags)
tests_unit_test_gateway_input_LDADD = $(GLIB_LIBS) $(JANSSON_LIBS) \
	$(EVENT_LIBS)
