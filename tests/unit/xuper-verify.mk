# plugins/engine-xuper: verify/ and pool/
xuper_bed = tests/unit/xuper-bed.c tests/unit/xuper-bed.h \
	tests/unit/xuper-making.c tests/unit/xuper-parachain-absent.c \
	$(xuper_suite)
XUPER_VERIFY_TESTS = tests/unit/test-xuper-verify
check_PROGRAMS += $(XUPER_VERIFY_TESTS)
TESTS += $(XUPER_VERIFY_TESTS)
tests_unit_test_xuper_verify_SOURCES = tests/unit/test-xuper-verify.c \
	$(xuper_bed)
tests_unit_test_xuper_verify_CPPFLAGS = $(xuper_flags)
tests_unit_test_xuper_verify_LDADD = libxuper.la libfake-host.la
