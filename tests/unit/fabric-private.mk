# plugins/engine-fabric/ledger: values of collections
fabric_private = tests/unit/fabric-private.c tests/unit/fabric-private.h \
	tests/unit/fabric-private-fixture.h \
	$(fabric_ledger)
fabric_declared = tests/unit/fabric-declared.c tests/unit/fabric-declared.h
FABRIC_PRIVATE_TESTS = tests/unit/test-fabric-private \
	tests/unit/test-fabric-private-commit \
	tests/unit/test-fabric-private-expiry \
	tests/unit/test-fabric-private-random \
	tests/unit/test-fabric-shim-private tests/unit/test-native-vault
check_PROGRAMS += $(FABRIC_PRIVATE_TESTS)
TESTS += $(FABRIC_PRIVATE_TESTS)
tests_unit_test_fabric_private_SOURCES = tests/unit/test-fabric-private.c \
	$(fabric_private)
tests_unit_test_fabric_private_CPPFLAGS = $(fabric_test_flags)
tests_unit_test_fabric_private_LDADD = $(fabric_parts)
tests_unit_test_fabric_private_commit_SOURCES = \
	tests/unit/test-fabric-private-commit.c $(fabric_private)
tests_unit_test_fabric_private_commit_CPPFLAGS = $(fabric_test_flags)
tests_unit_test_fabric_private_commit_LDADD = $(fabric_parts)
tests_unit_test_fabric_private_expiry_SOURCES = \
	tests/unit/test-fabric-private-expiry.c $(fabric_private)
tests_unit_test_fabric_private_expiry_CPPFLAGS = $(fabric_test_flags)
tests_unit_test_fabric_private_expiry_LDADD = $(fabric_parts)
tests_unit_test_fabric_private_random_SOURCES = \
	tests/unit/test-fabric-private-random.c $(fabric_private)
tests_unit_test_fabric_private_random_CPPFLAGS = $(fabric_test_flags)
tests_unit_test_fabric_private_random_LDADD = $(fabric_parts)
tests_unit_test_fabric_shim_private_SOURCES = \
	tests/unit/test-fabric-shim-private.c $(fabric_private) \
	tests/unit/fabric-channel.c tests/unit/fabric-channel.h \
	$(fabric_declared) $(fabric_collections)
tests_unit_test_fabric_shim_private_CPPFLAGS = $(fabric_test_flags)
tests_unit_test_fabric_shim_private_LDADD = $(fabric_run_parts)
tests_unit_test_native_vault_SOURCES = tests/unit/test-native-vault.c \
	tests/unit/fabric-private.c tests/unit/fabric-private.h \
	$(fabric_declared) $(fabric_run)
tests_unit_test_native_vault_CPPFLAGS = $(fabric_test_flags)
tests_unit_test_native_vault_LDADD = $(fabric_run_parts)
