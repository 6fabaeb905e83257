# bsn-conform, judged.
conform_tests = tests/conform/test-conform.sh tests/conform/test-fleet.sh \
	tests/conform/test-standard.sh
dist_check_SCRIPTS += $(conform_tests)
TESTS += tests/conform/test-conform.sh tests/conform/test-standard.sh
# The fleet's faults are what sanitizers are there to stop.
if !SANITIZERS
TESTS += tests/conform/test-fleet.sh
endif
EXTRA_DIST += tests/conform/conform.sh tests/conform/list-checks.sh \
	tests/conform/list-tables.sh

# After a change of the checks or of the ABI: writes them into docs/standard.md.
.PHONY: standard
standard: bsn-conform
	./bsn-conform --list >standard.list
	$(SHELL) $(srcdir)/tests/conform/list-checks.sh standard.list \
		$(srcdir)/docs/standard.md >standard.md.checks
	$(SHELL) $(srcdir)/tests/conform/list-tables.sh \
		$(srcdir)/abi/golden standard.md.checks >standard.md.new
	mv standard.md.new $(srcdir)/docs/standard.md
	rm -f standard.list standard.md.checks
