# plugins/engine-fabric/ledger: values of collections
FABRIC_PRIVATE_TESTS = tests/unit/test-fabric-private \
	tests/unit/test-fabric-private-commit \
	tests/unit/test-fabric-private-expiry \
	tests/unit/test-fabric-private-random \
	tests/unit/test-fabric-shim-private tests/unit/test-native-vault
check_PROGRAMS += $(FABRIC_PRIVATE_TESTS)
TESTS += $(FABRIC_PRIVATE_TESTS)
tests_unit_test_fabric_private_CPPFLAGS = $(fabric_test_flags)
tests_unit_test_fabric_private_LDADD = $(fabric_parts)
tests_unit_test_fabric_private_commit_CPPFLAGS = $(fabric_test_flags)
tests_unit_test_fabric_private_commit_LDADD = $(fabric_parts)
tests_unit_test_fabric_private_expiry_CPPFLAGS = $(fabric_test_flags)
tests_unit_test_fabric_private_expiry_LDADD = $(fabric_parts)
tests_unit_test_fabric_private_random_CPPFLAGS = $(fabric_test_flags)
tests_unit_test_fabric_private_random_LDADD = $(fabric_parts)
tests_unit_test_fabric_shim_private_CPPFLAGS = $(fabric_test_flags)
tests_unit_test_fabric_shim_private_LDADD = $(fabric_run_parts)
tests_unit_test_native_vault_CPPFLAGS = $(fabric_test_flags)
tests_unit_test_native_vault_LDADD = $(fabric_run_parts)
