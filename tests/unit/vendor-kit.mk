# The vendor kit's engine, linked into its test.
check_PROGRAMS += tests/unit/test-vendor-kit
TESTS += tests/unit/test-vendor-kit
tests_unit_test_vendor_kit_SOURCES = tests/unit/test-vendor-kit.c \
	tests/unit/vendor-chain.c tests/unit/vendor-chain.h vendor-kit/acme.c
tests_unit_test_vendor_kit_CPPFLAGS = $(plugin_flags) $(JANSSON_CFLAGS)
tests_unit_test_vendor_kit_LDADD = $(libfake_host_libs) $(JANSSON_LIBS)
