# plugins/engine-fabric/chaincode and plugins/runtime-native
# What a chaincode's definition says of collections is no stand-in.
check_LIBRARIES += libfabric-run-fixture.a
libfabric_run_fixture_a_SOURCES = tests/unit/fabric-run.c \
	tests/unit/fabric-run.h tests/unit/fabric-script.c \
	tests/unit/fabric-script.h
libfabric_run_fixture_a_CPPFLAGS = $(fabric_test_flags)
$(libfabric_run_fixture_a_OBJECTS): $(fabric_proto_made)
fabric_run_parts = libfabric-run-fixture.a libfabric-chaincode.a \
	libfabric-chain.a libfabric-run-fixture.a $(libfabric_rich_libs) \
	$(libchaincode_package_libs) $(fabric_parts)
fabric_asker = tests/unit/fabric-asker.c tests/unit/fabric-asker.h
FABRIC_RUN_TESTS = tests/unit/test-fabric-programs \
	tests/unit/test-fabric-run tests/unit/test-fabric-shim \
	tests/unit/test-fabric-system tests/unit/test-native
check_PROGRAMS += $(FABRIC_RUN_TESTS)
TESTS += $(FABRIC_RUN_TESTS)
tests_unit_test_fabric_programs_CPPFLAGS = $(fabric_test_flags)
tests_unit_test_fabric_programs_LDADD = $(fabric_run_parts)
tests_unit_test_fabric_run_CPPFLAGS = $(fabric_test_flags)
tests_unit_test_fabric_run_LDADD = $(fabric_run_parts)
tests_unit_test_fabric_shim_SOURCES = tests/unit/test-fabric-shim.c \
	$(fabric_asker)
tests_unit_test_fabric_shim_CPPFLAGS = $(fabric_test_flags)
tests_unit_test_fabric_shim_LDADD = $(fabric_run_parts)
tests_unit_test_fabric_system_CPPFLAGS = $(fabric_test_flags)
tests_unit_test_fabric_system_LDADD = $(fabric_run_parts)
tests_unit_test_native_CPPFLAGS = $(fabric_test_flags)
tests_unit_test_native_LDADD = $(libnative_libs) $(fabric_run_parts)
