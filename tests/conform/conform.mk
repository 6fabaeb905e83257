# bsn-conform, judged.
conform_tests = tests/conform/test-conform.sh tests/conform/test-fleet.sh
dist_check_SCRIPTS += $(conform_tests)
TESTS += tests/conform/test-conform.sh
# The fleet's faults are what sanitizers are there to stop.
if !SANITIZERS
TESTS += tests/conform/test-fleet.sh
endif
EXTRA_DIST += tests/conform/conform.sh
