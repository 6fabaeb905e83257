# Private data as others give it.
FABRIC_PRIVATE_FUZZ = tests/fuzz/fuzz-fabric-private
check_PROGRAMS += $(FABRIC_PRIVATE_FUZZ)
tests_fuzz_fuzz_fabric_private_SOURCES = tests/fuzz/fuzz-fabric-private.c \
	$(fabric_private) $(fuzz_plugins)
tests_fuzz_fuzz_fabric_private_CPPFLAGS = $(fabric_fuzz_plugins_flags)
tests_fuzz_fuzz_fabric_private_LDADD = $(fabric_parts)
tests_fuzz_fuzz_fabric_private_LDFLAGS = $(fuzz_link_flags)
if !FUZZING
TESTS += $(FABRIC_PRIVATE_FUZZ)
endif
