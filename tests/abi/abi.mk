# The ABI stays what it is: sizes, offsets, declarations and constants as in
# abi/golden, headers that compile alone, one exported symbol, a sound note.
AM_TESTS_ENVIRONMENT += \
	CC='$(CC)'; export CC; CXX='$(CXX)'; export CXX; \
	MAKE='$(MAKE)'; export MAKE; HOST_CPU='$(host_cpu)'; export HOST_CPU; \
	BSN_PLUGINS='$(bsnplugin_LTLIBRARIES)'; export BSN_PLUGINS;
dist_check_SCRIPTS += tests/abi/golden.sh tests/abi/headers.sh \
	tests/abi/installed.sh tests/abi/plugins.sh tests/abi/samples.sh \
	tests/abi/guide.sh
TESTS += tests/abi/golden.sh tests/abi/headers.sh tests/abi/installed.sh \
	tests/abi/plugins.sh tests/abi/samples.sh tests/abi/guide.sh
EXTRA_DIST += tests/abi/tap.sh tests/abi/installation.sh \
	tests/abi/guide-prelude.h tests/abi/list-layout.sh \
	tests/abi/list-declarations.sh tests/abi/sample-plugin.c \
	abi/golden/aarch64.txt abi/golden/declarations.txt \
	abi/golden/x86_64.txt

# After an intended change of the ABI: writes this CPU's layout, AArch64's when
# its compiler is there, and the declarations.
.PHONY: abi-golden
abi-golden:
	cd $(srcdir) && export LC_ALL=C && \
	CC='$(CC)' $(SHELL) tests/abi/list-layout.sh abi \
		>abi/golden/$(host_cpu).txt && \
	CC='$(CC)' $(SHELL) tests/abi/list-declarations.sh abi \
		>abi/golden/declarations.txt && \
	if command -v aarch64-linux-gnu-gcc >/dev/null; then \
		CC=aarch64-linux-gnu-gcc $(SHELL) tests/abi/list-layout.sh \
			abi >abi/golden/aarch64.txt; fi
