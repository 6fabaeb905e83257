# What clients ask Deliver for.
check_PROGRAMS += tests/fuzz/fuzz-fabric-seek
tests_fuzz_fuzz_fabric_seek_SOURCES = tests/fuzz/fuzz-fabric-seek.c \
	$(fabric_seek) $(fabric_calls) $(fuzz_plugins)
tests_fuzz_fuzz_fabric_seek_CPPFLAGS = $(fabric_fuzz_plugins_flags)
tests_fuzz_fuzz_fabric_seek_LDADD = $(fabric_deliver_parts)
tests_fuzz_fuzz_fabric_seek_LDFLAGS = $(fuzz_link_flags)
if !FUZZING
TESTS += tests/fuzz/fuzz-fabric-seek
endif
