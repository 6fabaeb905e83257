# plugins/engine-fabric/lifecycle: collections and who endorses for them
FABRIC_COLLECTIONS_TESTS = tests/unit/test-fabric-collections \
	tests/unit/test-fabric-declare \
	tests/unit/test-fabric-judge-collections
check_PROGRAMS += $(FABRIC_COLLECTIONS_TESTS)
TESTS += $(FABRIC_COLLECTIONS_TESTS)
tests_unit_test_fabric_collections_CPPFLAGS = $(fabric_test_flags)
tests_unit_test_fabric_collections_LDADD = $(fabric_lifecycle_parts)
tests_unit_test_fabric_declare_CPPFLAGS = $(fabric_test_flags)
tests_unit_test_fabric_declare_LDADD = $(fabric_lifecycle_parts)
tests_unit_test_fabric_judge_collections_CPPFLAGS = $(fabric_test_flags)
tests_unit_test_fabric_judge_collections_LDADD = $(fabric_lifecycle_parts)
