# Fabric's bytes, organisations, policies and configs.
FABRIC_FUZZ = tests/fuzz/fuzz-fabric-message tests/fuzz/fuzz-fabric-der \
	tests/fuzz/fuzz-fabric-policy tests/fuzz/fuzz-fabric-msp \
	tests/fuzz/fuzz-fabric-config tests/fuzz/fuzz-fabric-founding \
	tests/fuzz/fuzz-fabric-transaction tests/fuzz/fuzz-fabric-block \
	tests/fuzz/fuzz-fabric-net tests/fuzz/fuzz-fabric-endorse \
	tests/fuzz/fuzz-fabric-agreement tests/fuzz/fuzz-fabric-change \
	tests/fuzz/fuzz-fabric-order
fabric_fuzz_plugins_flags = $(fabric_test_flags) \
	-DBUILDDIR='"$(abs_top_builddir)"'
check_PROGRAMS += $(FABRIC_FUZZ)
tests_fuzz_fuzz_fabric_message_SOURCES = tests/fuzz/fuzz-fabric-message.c \
	$(FUZZ_MAIN)
tests_fuzz_fuzz_fabric_message_CPPFLAGS = $(fabric_test_flags)
tests_fuzz_fuzz_fabric_message_LDADD = $(libfabric_libs)
tests_fuzz_fuzz_fabric_message_LDFLAGS = $(fuzz_link_flags)
tests_fuzz_fuzz_fabric_net_SOURCES = tests/fuzz/fuzz-fabric-net.c \
	$(FUZZ_MAIN)
tests_fuzz_fuzz_fabric_net_CPPFLAGS = $(fabric_test_flags)
tests_fuzz_fuzz_fabric_net_LDADD = libfabric-net.a $(libfabric_libs)
tests_fuzz_fuzz_fabric_net_LDFLAGS = $(fuzz_link_flags)
tests_fuzz_fuzz_fabric_der_SOURCES = tests/fuzz/fuzz-fabric-der.c $(FUZZ_MAIN)
tests_fuzz_fuzz_fabric_der_CPPFLAGS = $(fabric_test_flags)
tests_fuzz_fuzz_fabric_der_LDADD = $(libfabric_libs)
tests_fuzz_fuzz_fabric_der_LDFLAGS = $(fuzz_link_flags)
tests_fuzz_fuzz_fabric_policy_SOURCES = tests/fuzz/fuzz-fabric-policy.c \
	$(FUZZ_MAIN)
tests_fuzz_fuzz_fabric_policy_CPPFLAGS = $(fabric_test_flags)
tests_fuzz_fuzz_fabric_policy_LDADD = $(libfabric_libs)
tests_fuzz_fuzz_fabric_policy_LDFLAGS = $(fuzz_link_flags)
tests_fuzz_fuzz_fabric_msp_SOURCES = tests/fuzz/fuzz-fabric-msp.c \
	$(fabric_ca) $(fuzz_plugins)
tests_fuzz_fuzz_fabric_msp_CPPFLAGS = $(fabric_fuzz_plugins_flags)
tests_fuzz_fuzz_fabric_msp_LDADD = $(fabric_parts)
tests_fuzz_fuzz_fabric_msp_LDFLAGS = $(fuzz_link_flags)
tests_fuzz_fuzz_fabric_config_SOURCES = tests/fuzz/fuzz-fabric-config.c \
	$(fabric_ca) $(fuzz_plugins)
tests_fuzz_fuzz_fabric_config_CPPFLAGS = $(fabric_fuzz_plugins_flags)
tests_fuzz_fuzz_fabric_config_LDADD = $(fabric_parts)
tests_fuzz_fuzz_fabric_config_LDFLAGS = $(fuzz_link_flags)
tests_fuzz_fuzz_fabric_founding_SOURCES = tests/fuzz/fuzz-fabric-founding.c \
	$(fabric_ca) $(fuzz_plugins)
tests_fuzz_fuzz_fabric_founding_CPPFLAGS = $(fabric_fuzz_plugins_flags)
tests_fuzz_fuzz_fabric_founding_LDADD = $(fabric_parts)
tests_fuzz_fuzz_fabric_founding_LDFLAGS = $(fuzz_link_flags)
tests_fuzz_fuzz_fabric_block_SOURCES = tests/fuzz/fuzz-fabric-block.c \
	$(fabric_ledger) $(fuzz_plugins)
tests_fuzz_fuzz_fabric_block_CPPFLAGS = $(fabric_fuzz_plugins_flags)
tests_fuzz_fuzz_fabric_block_LDADD = $(fabric_parts)
tests_fuzz_fuzz_fabric_block_LDFLAGS = $(fuzz_link_flags)
tests_fuzz_fuzz_fabric_transaction_SOURCES = \
	tests/fuzz/fuzz-fabric-transaction.c $(fabric_ca) $(fuzz_plugins)
tests_fuzz_fuzz_fabric_transaction_CPPFLAGS = $(fabric_fuzz_plugins_flags)
tests_fuzz_fuzz_fabric_transaction_LDADD = $(fabric_parts)
tests_fuzz_fuzz_fabric_transaction_LDFLAGS = $(fuzz_link_flags)
check_PROGRAMS += tests/fuzz/fuzz-fabric-lifecycle
tests_fuzz_fuzz_fabric_lifecycle_SOURCES = \
	tests/fuzz/fuzz-fabric-lifecycle.c $(fabric_lifecycle) $(fuzz_plugins)
tests_fuzz_fuzz_fabric_lifecycle_CPPFLAGS = $(fabric_fuzz_plugins_flags)
tests_fuzz_fuzz_fabric_lifecycle_LDADD = $(fabric_lifecycle_parts)
tests_fuzz_fuzz_fabric_lifecycle_LDFLAGS = $(fuzz_link_flags)
tests_fuzz_fuzz_fabric_endorse_SOURCES = tests/fuzz/fuzz-fabric-endorse.c \
	$(fabric_endorse) $(fuzz_plugins)
tests_fuzz_fuzz_fabric_endorse_CPPFLAGS = $(fabric_fuzz_plugins_flags)
tests_fuzz_fuzz_fabric_endorse_LDADD = $(fabric_endorse_parts)
tests_fuzz_fuzz_fabric_endorse_LDFLAGS = $(fuzz_link_flags)
tests_fuzz_fuzz_fabric_agreement_SOURCES = tests/fuzz/fuzz-fabric-agreement.c \
	plugins/engine-fabric/members/agreement.c $(FUZZ_MAIN)
tests_fuzz_fuzz_fabric_agreement_CPPFLAGS = $(fabric_test_flags)
tests_fuzz_fuzz_fabric_agreement_LDADD = $(libfabric_libs)
tests_fuzz_fuzz_fabric_agreement_LDFLAGS = $(fuzz_link_flags)
tests_fuzz_fuzz_fabric_change_SOURCES = tests/fuzz/fuzz-fabric-change.c \
	$(fuzz_plugins)
tests_fuzz_fuzz_fabric_change_CPPFLAGS = $(fabric_fuzz_plugins_flags)
tests_fuzz_fuzz_fabric_change_LDADD = $(libfabric_open_libs)
tests_fuzz_fuzz_fabric_change_LDFLAGS = $(fuzz_link_flags)
if !FUZZING
TESTS += $(FABRIC_FUZZ) tests/fuzz/fuzz-fabric-lifecycle
endif
tests_fuzz_fuzz_fabric_order_SOURCES = tests/fuzz/fuzz-fabric-order.c \
	$(fabric_order) $(fuzz_plugins)
tests_fuzz_fuzz_fabric_order_CPPFLAGS = $(fabric_fuzz_plugins_flags)
tests_fuzz_fuzz_fabric_order_LDADD = $(fabric_order_parts)
tests_fuzz_fuzz_fabric_order_LDFLAGS = $(fuzz_link_flags)
