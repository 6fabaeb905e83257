# Snapshots of other nodes.
FABRIC_SNAPSHOT_FUZZ = tests/fuzz/fuzz-fabric-manifest \
	tests/fuzz/fuzz-fabric-part
check_PROGRAMS += $(FABRIC_SNAPSHOT_FUZZ)
tests_fuzz_fuzz_fabric_manifest_SOURCES = tests/fuzz/fuzz-fabric-manifest.c \
	$(fabric_ca) $(fuzz_plugins)
tests_fuzz_fuzz_fabric_manifest_CPPFLAGS = $(fabric_fuzz_plugins_flags)
tests_fuzz_fuzz_fabric_manifest_LDADD = $(fabric_snapshot_parts)
tests_fuzz_fuzz_fabric_manifest_LDFLAGS = $(fuzz_link_flags)
tests_fuzz_fuzz_fabric_part_SOURCES = tests/fuzz/fuzz-fabric-part.c \
	$(fabric_snapshots) $(fuzz_plugins)
tests_fuzz_fuzz_fabric_part_CPPFLAGS = $(fabric_fuzz_plugins_flags)
tests_fuzz_fuzz_fabric_part_LDADD = $(fabric_snapshot_parts)
tests_fuzz_fuzz_fabric_part_LDFLAGS = $(fuzz_link_flags)
if !FUZZING
TESTS += $(FABRIC_SNAPSHOT_FUZZ)
endif
