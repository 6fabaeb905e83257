# Snapshots of other nodes.
FABRIC_SNAPSHOT_FUZZ = tests/fuzz/fuzz-fabric-manifest \
	tests/fuzz/fuzz-fabric-part
check_PROGRAMS += $(FABRIC_SNAPSHOT_FUZZ)
tests_fuzz_fuzz_fabric_manifest_CPPFLAGS = $(fabric_test_flags)
tests_fuzz_fuzz_fabric_manifest_LDADD = $(fuzz_libs) $(fabric_snapshot_parts)
tests_fuzz_fuzz_fabric_part_CPPFLAGS = $(fabric_test_flags)
tests_fuzz_fuzz_fabric_part_LDADD = $(fuzz_libs) $(fabric_snapshot_parts)
if !FUZZING
TESTS += $(FABRIC_SNAPSHOT_FUZZ)
endif
