# The simulator, with an engine and a consensus of its own.
check_PROGRAMS += tests/sim/modules/engine-cells.so \
	tests/sim/modules/consensus-synod.so tests/sim/modules/does-io.so \
	tests/sim/modules/engine-tally.so
tests_sim_modules_does_io_so_SOURCES = tests/sim/does-io.c
tests_sim_modules_does_io_so_LDFLAGS = $(plugin_link_flags)
tests_sim_modules_engine_tally_so_SOURCES = examples/engine-tally/tally.c
tests_sim_modules_engine_tally_so_LDFLAGS = $(plugin_link_flags)
tests_sim_modules_engine_cells_so_SOURCES = tests/sim/cells.h \
	tests/sim/cells-block.c tests/sim/cells-chain.c \
	tests/sim/cells-draft.c tests/sim/cells-engine.c \
	tests/sim/cells-sync.c
tests_sim_modules_engine_cells_so_CPPFLAGS = $(plugin_flags) $(JANSSON_CFLAGS)
tests_sim_modules_engine_cells_so_LDADD = $(libbsn_kit_libs)
tests_sim_modules_engine_cells_so_LDFLAGS = $(plugin_link_flags)
tests_sim_modules_consensus_synod_so_SOURCES = tests/sim/synod.c
tests_sim_modules_consensus_synod_so_CPPFLAGS = $(plugin_flags)
tests_sim_modules_consensus_synod_so_LDADD = $(libbsn_kit_libs)
tests_sim_modules_consensus_synod_so_LDFLAGS = $(plugin_link_flags)
EXTRA_DIST += tests/sim/cells.json tests/sim/cells-later.json \
	tests/sim/counts.json tests/sim/fabric.json \
	tests/sim/pow.json \
	tests/sim/private.json tests/sim/slots.json tests/sim/tdpos.json \
	tests/sim/xpoa.json tests/sim/xuper.json \
	tests/sim/xuper-members.json tests/sim/xuper-switch.json

# Mutants are built by the tests themselves, with the flags of this build.
tests/sim/flags: Makefile
	$(AM_V_GEN)$(MKDIR_P) tests/sim && { \
		echo "CC='$(CC)'"; \
		echo "FLAGS='$(AM_CFLAGS) $(GLIB_CFLAGS) $(JANSSON_CFLAGS) $(CRYPTO_CFLAGS) $(PROTOBUF_C_CFLAGS) -I$(abs_builddir)/$(fabric_proto_dir) -I$(abs_builddir)/$(xuper_proto_dir) $(CFLAGS)'"; \
		echo "LIBS='$(GLIB_LIBS) $(JANSSON_LIBS) $(CRYPTO_LIBS) $(PROTOBUF_C_LIBS) $(ARCHIVE_LIBS) $(ICU_LIBS) $(PCRE2_LIBS)'"; \
		echo "FABRIC_ENGINE='$(filter %.a,$(fabric_engine))'"; } >$@
check_DATA += tests/sim/flags
CLEANFILES += tests/sim/flags
sim_tests = tests/sim/test-sim.sh tests/sim/test-mutants.sh \
	tests/sim/test-chains.sh
dist_check_SCRIPTS += $(sim_tests) tests/sim/build-mutant
TESTS += $(sim_tests)
EXTRA_DIST += tests/sim/sim.sh tests/sim/mutants

# Sanitized nodes are slow, and look for something else.
if SANITIZERS
AM_TESTS_ENVIRONMENT += BSN_SIM_SEEDS=15; export BSN_SIM_SEEDS;
endif

# The same for 2,000 seeds each, or as many as SEEDS says; exit status 1 when a
# chain did not hold.
SEEDS = 2000
sim_soak_needs = bsn-sim $(bsnplugin_PROGRAMS) \
	modules/engine-fisco.workload.json \
	tests/sim/modules/engine-cells.so tests/sim/modules/consensus-synod.so
.PHONY: sim-soak
sim-soak: $(sim_soak_needs)
	@$(AM_TESTS_ENVIRONMENT) BSN_SIM_SEEDS=$(SEEDS); \
	BSN_SIM_SLOW_SEEDS=$(SEEDS); BSN_SIM_JOBS=$$(nproc); \
	export BSN_SIM_SEEDS BSN_SIM_SLOW_SEEDS BSN_SIM_JOBS; \
	$(SHELL) $(srcdir)/tests/sim/test-chains.sh | \
		tee tests/sim/soak.tap && ! grep -q '^not ok' tests/sim/soak.tap
CLEANFILES += tests/sim/soak.tap

SIM_UNIT_TESTS = tests/unit/test-sim-parts tests/unit/test-sim-workload \
	tests/unit/test-sim-organisations tests/unit/test-sim-package \
	tests/unit/test-sim-secrets tests/unit/test-sim-tree \
	tests/unit/test-sim-world
check_PROGRAMS += $(SIM_UNIT_TESTS)
TESTS += $(SIM_UNIT_TESTS)
tests_unit_test_sim_workload_CPPFLAGS = $(sim_flags)
tests_unit_test_sim_workload_LDADD = $(libbsn_sim_libs)
tests_unit_test_sim_organisations_CPPFLAGS = $(sim_flags)
tests_unit_test_sim_organisations_LDADD = $(libbsn_sim_libs)
tests_unit_test_sim_package_CPPFLAGS = $(sim_flags) $(ARCHIVE_CFLAGS)
tests_unit_test_sim_package_LDADD = $(libbsn_sim_libs) $(ARCHIVE_LIBS)
tests_unit_test_sim_secrets_CPPFLAGS = $(sim_flags)
tests_unit_test_sim_secrets_LDADD = $(libbsn_sim_libs)
tests_unit_test_sim_tree_CPPFLAGS = $(sim_flags)
tests_unit_test_sim_tree_LDADD = $(libbsn_sim_libs)
tests_unit_test_sim_world_CPPFLAGS = $(sim_flags)
tests_unit_test_sim_world_LDADD = $(libbsn_sim_libs)
tests_unit_test_sim_parts_CPPFLAGS = $(sim_flags)
tests_unit_test_sim_parts_LDADD = $(libbsn_sim_libs)

check_PROGRAMS += tests/fuzz/fuzz-sim-workload
tests_fuzz_fuzz_sim_workload_CPPFLAGS = $(sim_flags)
tests_fuzz_fuzz_sim_workload_LDADD = $(fuzz_libs) $(libbsn_sim_libs)
if !FUZZING
TESTS += tests/fuzz/fuzz-sim-workload
endif
