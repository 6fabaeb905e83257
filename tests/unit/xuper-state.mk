# plugins/engine-xuper: state and ledger
xuper_test_flags = $(xuper_flags)
xuper_parts = $(libxuper_libs) $(libfake_host_libs)
xuper_store = tests/unit/xuper-store.c tests/unit/xuper-store.h \
	tests/unit/sha256-hash.c tests/unit/sha256-hash.h
xuper_ledger_bed = tests/unit/xuper-ledger.c tests/unit/xuper-ledger.h \
	tests/unit/xuper-made.c tests/unit/xuper-made.h $(xuper_store)
XUPER_STATE_TESTS = tests/unit/test-xuper-layer tests/unit/test-xuper-utxo \
	tests/unit/test-xuper-xmodel tests/unit/test-xuper-effects \
	tests/unit/test-xuper-ledger tests/unit/test-xuper-places \
	tests/unit/test-xuper-supply tests/unit/test-xuper-damage
check_PROGRAMS += $(XUPER_STATE_TESTS)
TESTS += $(XUPER_STATE_TESTS)
tests_unit_test_xuper_layer_SOURCES = tests/unit/test-xuper-layer.c \
	$(xuper_store)
tests_unit_test_xuper_layer_CPPFLAGS = $(xuper_test_flags)
tests_unit_test_xuper_layer_LDADD = $(xuper_parts)
tests_unit_test_xuper_utxo_SOURCES = tests/unit/test-xuper-utxo.c \
	$(xuper_store)
tests_unit_test_xuper_utxo_CPPFLAGS = $(xuper_test_flags)
tests_unit_test_xuper_utxo_LDADD = $(xuper_parts)
tests_unit_test_xuper_xmodel_SOURCES = tests/unit/test-xuper-xmodel.c \
	$(xuper_store)
tests_unit_test_xuper_xmodel_CPPFLAGS = $(xuper_test_flags)
tests_unit_test_xuper_xmodel_LDADD = $(xuper_parts)
tests_unit_test_xuper_effects_SOURCES = tests/unit/test-xuper-effects.c \
	$(xuper_ledger_bed)
tests_unit_test_xuper_effects_CPPFLAGS = $(xuper_test_flags)
tests_unit_test_xuper_effects_LDADD = $(xuper_parts)
tests_unit_test_xuper_ledger_SOURCES = tests/unit/test-xuper-ledger.c \
	$(xuper_ledger_bed)
tests_unit_test_xuper_ledger_CPPFLAGS = $(xuper_test_flags)
tests_unit_test_xuper_ledger_LDADD = $(xuper_parts)
tests_unit_test_xuper_places_SOURCES = tests/unit/test-xuper-places.c \
	$(xuper_ledger_bed)
tests_unit_test_xuper_places_CPPFLAGS = $(xuper_test_flags)
tests_unit_test_xuper_places_LDADD = $(xuper_parts)
tests_unit_test_xuper_supply_SOURCES = tests/unit/test-xuper-supply.c \
	tests/unit/xuper-model.c tests/unit/xuper-model.h \
	$(xuper_ledger_bed)
tests_unit_test_xuper_supply_CPPFLAGS = $(xuper_test_flags)
tests_unit_test_xuper_supply_LDADD = $(xuper_parts)
tests_unit_test_xuper_damage_SOURCES = tests/unit/test-xuper-damage.c \
	$(xuper_ledger_bed)
tests_unit_test_xuper_damage_CPPFLAGS = $(xuper_test_flags)
tests_unit_test_xuper_damage_LDADD = $(xuper_parts)

# What a transfer costs, by the number of unspent outputs.
check_PROGRAMS += tests/bench/xuper-utxo
tests_bench_xuper_utxo_SOURCES = tests/bench/xuper-utxo.c $(xuper_ledger_bed) \
	$(store_fixture)
tests_bench_xuper_utxo_CPPFLAGS = $(xuper_test_flags) $(test_flags)
tests_bench_xuper_utxo_LDADD = $(xuper_parts) $(store_test_libs)

# Finished transactions, for tests/bench/xuper.mjs.
check_PROGRAMS += tests/bench/xuper-txs
tests_bench_xuper_txs_SOURCES = tests/bench/xuper-txs.c $(xuper_suite)
tests_bench_xuper_txs_CPPFLAGS = $(xuper_test_flags)
tests_bench_xuper_txs_LDADD = $(xuper_parts)
