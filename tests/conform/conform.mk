# bsn-conform, judged.
conform_tests = tests/conform/test-conform.sh
dist_check_SCRIPTS += $(conform_tests)
TESTS += $(conform_tests)
EXTRA_DIST += tests/conform/conform.sh
