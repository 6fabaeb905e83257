# The simulator, with an engine and a consensus of its own.
sim_test_plugin_flags = -module -avoid-version -shared -rpath /nowhere \
	-export-symbols-regex '^bsn_plugin_open$$' $(AM_LDFLAGS)
check_LTLIBRARIES += tests/sim/engine-cells.la tests/sim/consensus-synod.la
tests_sim_engine_cells_la_SOURCES = tests/sim/cells.h tests/sim/cells-block.c \
	tests/sim/cells-chain.c tests/sim/cells-engine.c
tests_sim_engine_cells_la_CPPFLAGS = $(plugin_flags) $(JANSSON_CFLAGS)
tests_sim_engine_cells_la_LIBADD = libbsn-kit.la
tests_sim_engine_cells_la_LDFLAGS = $(sim_test_plugin_flags)
tests_sim_consensus_synod_la_SOURCES = tests/sim/synod.c
tests_sim_consensus_synod_la_CPPFLAGS = $(plugin_flags)
tests_sim_consensus_synod_la_LIBADD = libbsn-kit.la
tests_sim_consensus_synod_la_LDFLAGS = $(sim_test_plugin_flags)
EXTRA_DIST += tests/sim/cells.json
