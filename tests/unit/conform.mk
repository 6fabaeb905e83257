# bsn-conform.
conform_test_flags = $(conform_flags)
conform_fixture = tests/unit/conform-fixture.c tests/unit/conform-fixture.h
CONFORM_TESTS = tests/unit/conform-report tests/unit/conform-sign
check_PROGRAMS += $(CONFORM_TESTS)
TESTS += $(CONFORM_TESTS)
tests_unit_conform_report_SOURCES = tests/unit/conform-report.c \
	$(conform_fixture)
tests_unit_conform_report_CPPFLAGS = $(conform_test_flags)
tests_unit_conform_report_LDADD = $(libbsn_conform_libs)
tests_unit_conform_sign_SOURCES = tests/unit/conform-sign.c \
	$(conform_fixture)
tests_unit_conform_sign_CPPFLAGS = $(conform_test_flags)
tests_unit_conform_sign_LDADD = $(libbsn_conform_libs)
check_PROGRAMS += tests/unit/conform-frame
TESTS += tests/unit/conform-frame
tests_unit_conform_frame_CPPFLAGS = $(conform_test_flags)
tests_unit_conform_frame_LDADD = $(libbsn_conform_libs)

check_PROGRAMS += tests/unit/conform-storm
TESTS += tests/unit/conform-storm
tests_unit_conform_storm_CPPFLAGS = $(conform_test_flags)
tests_unit_conform_storm_LDADD = $(libbsn_conform_libs)
