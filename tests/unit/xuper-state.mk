# plugins/engine-xuper: state and ledger
xuper_test_flags = $(xuper_flags)
xuper_parts = libxuper.la libfake-host.la
xuper_store = tests/unit/xuper-store.c tests/unit/xuper-store.h \
	tests/unit/sha256-hash.c tests/unit/sha256-hash.h
xuper_ledger_bed = tests/unit/xuper-ledger.c tests/unit/xuper-ledger.h \
	tests/unit/xuper-made.c tests/unit/xuper-made.h $(xuper_store)
XUPER_STATE_TESTS = tests/unit/test-xuper-layer tests/unit/test-xuper-utxo \
	tests/unit/test-xuper-ledger
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
tests_unit_test_xuper_ledger_SOURCES = tests/unit/test-xuper-ledger.c \
	$(xuper_ledger_bed)
tests_unit_test_xuper_ledger_CPPFLAGS = $(xuper_test_flags)
tests_unit_test_xuper_ledger_LDADD = $(xuper_parts)
