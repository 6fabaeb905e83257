# What contracts called by name are given.
check_PROGRAMS += tests/unit/test-arguments
TESTS += tests/unit/test-arguments
tests_unit_test_arguments_SOURCES = tests/unit/test-arguments.c \
	tests/unit/assert-bytes.h
tests_unit_test_arguments_CPPFLAGS = $(plugin_flags) $(JANSSON_CFLAGS)
tests_unit_test_arguments_LDADD = libbsn-kit.la
