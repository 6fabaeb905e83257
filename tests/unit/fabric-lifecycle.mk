# plugins/engine-fabric/lifecycle
fabric_lifecycle = tests/unit/fabric-lifecycle.c \
	tests/unit/fabric-lifecycle.h \
	tests/unit/fabric-channel.c tests/unit/fabric-channel.h \
	$(fabric_ledger)
# Its objects alone: other parts of the engine are stand-ins.
noinst_LTLIBRARIES += libfabric-lifecycle.la
libfabric_lifecycle_la_SOURCES = \
	plugins/engine-fabric/lifecycle/agree.c \
	plugins/engine-fabric/lifecycle/answers.c \
	plugins/engine-fabric/lifecycle/approval.c \
	plugins/engine-fabric/lifecycle/cache.c \
	plugins/engine-fabric/lifecycle/contracts.c \
	plugins/engine-fabric/lifecycle/definition.c \
	plugins/engine-fabric/lifecycle/fetch.c \
	plugins/engine-fabric/lifecycle/fields.c \
	plugins/engine-fabric/lifecycle/find.c \
	plugins/engine-fabric/lifecycle/functions.c \
	plugins/engine-fabric/lifecycle/installed.c \
	plugins/engine-fabric/lifecycle/judge.c \
	plugins/engine-fabric/lifecycle/package.c \
	plugins/engine-fabric/lifecycle/parameter.c \
	plugins/engine-fabric/lifecycle/request.c \
	plugins/engine-fabric/lifecycle/terms.c
libfabric_lifecycle_la_CPPFLAGS = $(fabric_flags)
libfabric_lifecycle_la_LIBADD = libfabric.la libchaincode-package.la
$(libfabric_lifecycle_la_OBJECTS): $(fabric_proto_made)
fabric_lifecycle_parts = libfabric-lifecycle.la libfake-host.la
FABRIC_LIFECYCLE_TESTS = tests/unit/test-fabric-lifecycle \
	tests/unit/test-fabric-judge tests/unit/test-fabric-packages \
	tests/unit/test-fabric-contracts tests/unit/test-fabric-definitions
check_PROGRAMS += $(FABRIC_LIFECYCLE_TESTS)
TESTS += $(FABRIC_LIFECYCLE_TESTS)
tests_unit_test_fabric_lifecycle_SOURCES = \
	tests/unit/test-fabric-lifecycle.c $(fabric_lifecycle)
tests_unit_test_fabric_lifecycle_CPPFLAGS = $(fabric_test_flags)
tests_unit_test_fabric_lifecycle_LDADD = $(fabric_lifecycle_parts)
tests_unit_test_fabric_judge_SOURCES = tests/unit/test-fabric-judge.c \
	$(fabric_lifecycle)
tests_unit_test_fabric_judge_CPPFLAGS = $(fabric_test_flags)
tests_unit_test_fabric_judge_LDADD = $(fabric_lifecycle_parts)
tests_unit_test_fabric_packages_SOURCES = tests/unit/test-fabric-packages.c \
	$(fabric_lifecycle)
tests_unit_test_fabric_packages_CPPFLAGS = $(fabric_test_flags)
tests_unit_test_fabric_packages_LDADD = $(fabric_lifecycle_parts)
tests_unit_test_fabric_contracts_SOURCES = tests/unit/test-fabric-contracts.c \
	$(fabric_lifecycle)
tests_unit_test_fabric_contracts_CPPFLAGS = $(fabric_test_flags)
tests_unit_test_fabric_contracts_LDADD = $(fabric_lifecycle_parts)
tests_unit_test_fabric_definitions_SOURCES = tests/unit/test-fabric-definitions.c \
	$(fabric_lifecycle)
tests_unit_test_fabric_definitions_CPPFLAGS = $(fabric_test_flags)
tests_unit_test_fabric_definitions_LDADD = $(fabric_lifecycle_parts)
