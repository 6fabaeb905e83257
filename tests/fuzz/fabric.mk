# Fabric's bytes, organisations, policies and configs.
FABRIC_FUZZ = tests/fuzz/fuzz-fabric-message tests/fuzz/fuzz-fabric-der \
	tests/fuzz/fuzz-fabric-policy tests/fuzz/fuzz-fabric-msp \
	tests/fuzz/fuzz-fabric-config tests/fuzz/fuzz-fabric-founding \
	tests/fuzz/fuzz-fabric-transaction tests/fuzz/fuzz-fabric-block \
	tests/fuzz/fuzz-fabric-net tests/fuzz/fuzz-fabric-endorse \
	tests/fuzz/fuzz-fabric-agreement tests/fuzz/fuzz-fabric-change \
	tests/fuzz/fuzz-fabric-order
check_PROGRAMS += $(FABRIC_FUZZ)
tests_fuzz_fuzz_fabric_message_CPPFLAGS = $(fabric_test_flags)
tests_fuzz_fuzz_fabric_message_LDADD = $(fuzz_libs) $(libfabric_libs)
tests_fuzz_fuzz_fabric_net_CPPFLAGS = $(fabric_test_flags)
tests_fuzz_fuzz_fabric_net_LDADD = $(fuzz_libs) libfabric-net.a \
	$(libfabric_libs)
tests_fuzz_fuzz_fabric_der_CPPFLAGS = $(fabric_test_flags)
tests_fuzz_fuzz_fabric_der_LDADD = $(fuzz_libs) $(libfabric_libs)
tests_fuzz_fuzz_fabric_policy_CPPFLAGS = $(fabric_test_flags)
tests_fuzz_fuzz_fabric_policy_LDADD = $(fuzz_libs) $(libfabric_libs)
tests_fuzz_fuzz_fabric_msp_CPPFLAGS = $(fabric_test_flags)
tests_fuzz_fuzz_fabric_msp_LDADD = $(fuzz_libs) $(fabric_parts)
tests_fuzz_fuzz_fabric_config_CPPFLAGS = $(fabric_test_flags)
tests_fuzz_fuzz_fabric_config_LDADD = $(fuzz_libs) $(fabric_parts)
tests_fuzz_fuzz_fabric_founding_CPPFLAGS = $(fabric_test_flags)
tests_fuzz_fuzz_fabric_founding_LDADD = $(fuzz_libs) $(fabric_parts)
tests_fuzz_fuzz_fabric_block_CPPFLAGS = $(fabric_test_flags)
tests_fuzz_fuzz_fabric_block_LDADD = $(fuzz_libs) $(fabric_parts)
tests_fuzz_fuzz_fabric_transaction_CPPFLAGS = $(fabric_test_flags)
tests_fuzz_fuzz_fabric_transaction_LDADD = $(fuzz_libs) $(fabric_parts)
check_PROGRAMS += tests/fuzz/fuzz-fabric-lifecycle
tests_fuzz_fuzz_fabric_lifecycle_CPPFLAGS = $(fabric_test_flags)
tests_fuzz_fuzz_fabric_lifecycle_LDADD = $(fuzz_libs) \
	$(fabric_lifecycle_parts)
tests_fuzz_fuzz_fabric_endorse_CPPFLAGS = $(fabric_test_flags)
tests_fuzz_fuzz_fabric_endorse_LDADD = $(fuzz_libs) $(fabric_endorse_parts)
tests_fuzz_fuzz_fabric_agreement_SOURCES = tests/fuzz/fuzz-fabric-agreement.c \
	plugins/engine-fabric/members/agreement.c
tests_fuzz_fuzz_fabric_agreement_CPPFLAGS = $(fabric_test_flags)
tests_fuzz_fuzz_fabric_agreement_LDADD = $(fuzz_libs) $(libfabric_libs)
tests_fuzz_fuzz_fabric_change_CPPFLAGS = $(fabric_test_flags)
tests_fuzz_fuzz_fabric_change_LDADD = $(fuzz_libs) $(libfabric_open_libs)
if !FUZZING
TESTS += $(FABRIC_FUZZ) tests/fuzz/fuzz-fabric-lifecycle
endif
tests_fuzz_fuzz_fabric_order_CPPFLAGS = $(fabric_test_flags)
tests_fuzz_fuzz_fabric_order_LDADD = $(fuzz_libs) $(fabric_order_parts)
