# plugins/engine-xuper: state and ledger
xuper_parts = libxuper-fixture.a $(libxuper_libs) \
	$(libfake_host_libs)
XUPER_STATE_TESTS = tests/unit/test-xuper-layer tests/unit/test-xuper-utxo \
	tests/unit/test-xuper-xmodel tests/unit/test-xuper-effects \
	tests/unit/test-xuper-ledger tests/unit/test-xuper-places \
	tests/unit/test-xuper-supply tests/unit/test-xuper-damage
check_PROGRAMS += $(XUPER_STATE_TESTS)
TESTS += $(XUPER_STATE_TESTS)
tests_unit_test_xuper_layer_CPPFLAGS = $(xuper_flags)
tests_unit_test_xuper_layer_LDADD = $(xuper_parts)
tests_unit_test_xuper_utxo_CPPFLAGS = $(xuper_flags)
tests_unit_test_xuper_utxo_LDADD = $(xuper_parts)
tests_unit_test_xuper_xmodel_CPPFLAGS = $(xuper_flags)
tests_unit_test_xuper_xmodel_LDADD = $(xuper_parts)
tests_unit_test_xuper_effects_CPPFLAGS = $(xuper_flags)
tests_unit_test_xuper_effects_LDADD = $(xuper_parts)
tests_unit_test_xuper_ledger_CPPFLAGS = $(xuper_flags)
tests_unit_test_xuper_ledger_LDADD = $(xuper_parts)
tests_unit_test_xuper_places_CPPFLAGS = $(xuper_flags)
tests_unit_test_xuper_places_LDADD = $(xuper_parts)
tests_unit_test_xuper_supply_SOURCES = tests/unit/test-xuper-supply.c \
	tests/unit/xuper-model.c tests/unit/xuper-model.h
tests_unit_test_xuper_supply_CPPFLAGS = $(xuper_flags)
tests_unit_test_xuper_supply_LDADD = $(xuper_parts)
tests_unit_test_xuper_damage_CPPFLAGS = $(xuper_flags)
tests_unit_test_xuper_damage_LDADD = $(xuper_parts)

# What a transfer costs, by the number of unspent outputs.
check_PROGRAMS += tests/bench/xuper-utxo
tests_bench_xuper_utxo_CPPFLAGS = $(xuper_flags) $(test_flags)
tests_bench_xuper_utxo_LDADD = $(xuper_parts) $(store_test_libs)

# Finished transactions, for tests/bench/xuper.mjs.
check_PROGRAMS += tests/bench/xuper-txs
tests_bench_xuper_txs_CPPFLAGS = $(xuper_flags)
tests_bench_xuper_txs_LDADD = $(xuper_parts)
