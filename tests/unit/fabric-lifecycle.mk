# plugins/engine-fabric/lifecycle
check_LIBRARIES += libfabric-lifecycle-fixture.a
libfabric_lifecycle_fixture_a_SOURCES = tests/unit/fabric-lifecycle.c \
	tests/unit/fabric-lifecycle.h
libfabric_lifecycle_fixture_a_CPPFLAGS = $(fabric_test_flags)
$(libfabric_lifecycle_fixture_a_OBJECTS): $(fabric_proto_made)
# Its objects alone: other parts of the engine are stand-ins.
fabric_lifecycle_parts = libfabric-lifecycle-fixture.a libfabric-lifecycle.a \
	libfabric-members.a libfabric-chain.a libfabric-lifecycle-fixture.a \
	$(libchaincode_package_libs) $(fabric_parts)
FABRIC_LIFECYCLE_TESTS = tests/unit/test-fabric-lifecycle \
	tests/unit/test-fabric-judge tests/unit/test-fabric-packages \
	tests/unit/test-fabric-contracts tests/unit/test-fabric-definitions
check_PROGRAMS += $(FABRIC_LIFECYCLE_TESTS)
TESTS += $(FABRIC_LIFECYCLE_TESTS)
tests_unit_test_fabric_lifecycle_CPPFLAGS = $(fabric_test_flags)
tests_unit_test_fabric_lifecycle_LDADD = $(fabric_lifecycle_parts)
tests_unit_test_fabric_judge_CPPFLAGS = $(fabric_test_flags)
tests_unit_test_fabric_judge_LDADD = $(fabric_lifecycle_parts)
tests_unit_test_fabric_packages_CPPFLAGS = $(fabric_test_flags)
tests_unit_test_fabric_packages_LDADD = $(fabric_lifecycle_parts)
tests_unit_test_fabric_contracts_CPPFLAGS = $(fabric_test_flags)
tests_unit_test_fabric_contracts_LDADD = $(fabric_lifecycle_parts)
tests_unit_test_fabric_definitions_CPPFLAGS = $(fabric_test_flags)
tests_unit_test_fabric_definitions_LDADD = $(fabric_lifecycle_parts)
