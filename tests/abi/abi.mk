# The ABI stays what it is: sizes, offsets, declarations and constants as in
# abi/golden, headers that compile alone, one exported symbol, a sound note.
AM_TESTS_ENVIRONMENT += \
	CC='$(CC)'; export CC; CXX='$(CXX)'; export CXX; \
	MAKE='$(MAKE)'; export MAKE; HOST_CPU='$(host_cpu)'; export HOST_CPU; \
	BSN_PLUGINS='$(bsnplugin_PROGRAMS)'; export BSN_PLUGINS;
dist_check_SCRIPTS += tests/abi/golden.sh tests/abi/frozen.sh \
	tests/abi/headers.sh tests/abi/release.sh \
	tests/abi/installed.sh tests/abi/plugins.sh tests/abi/samples.sh \
	tests/abi/guide.sh
TESTS += tests/abi/release.sh tests/abi/plugins.sh
# Of headers and of what others compile there is nothing to sanitize.
if !SANITIZERS
TESTS += tests/abi/golden.sh tests/abi/frozen.sh tests/abi/headers.sh \
	tests/abi/installed.sh tests/abi/samples.sh tests/abi/guide.sh
endif
EXTRA_DIST += tests/abi/tap.sh tests/abi/installation.sh \
	tests/abi/guide-prelude.h tests/abi/list-layout.sh \
	tests/abi/list-declarations.sh tests/abi/list-asserts.sh \
	tests/abi/grown.awk tests/abi/later.awk tests/abi/mutate.awk tests/abi/mutations.sh \
	tests/abi/sample-plugin.c tests/abi/make-release.sh abi/golden
# bsn-conform as a later minor version has it: later.sh makes its headers first, and
# then it. Sanitized plugins need a sanitized one.
EXTRA_PROGRAMS += tests/abi/conform-later
tests_abi_conform_later_SOURCES = $(libbsn_plugin_check_a_SOURCES) \
	$(libbsn_sim_a_SOURCES) $(libbsn_conform_a_SOURCES) \
	$(bsn_conform_SOURCES)
tests_abi_conform_later_CPPFLAGS = -Itests/abi/later $(conform_flags)
tests_abi_conform_later_LDADD = $(libbsn_identity_libs) $(GLIB_LIBS) \
	$(CRYPTO_LIBS) $(JANSSON_LIBS) -ldl -lm
CLEANFILES += tests/abi/conform-later
clean-local: clean-abi-later
.PHONY: clean-abi-later
clean-abi-later:
	rm -rf tests/abi/later
dist_check_SCRIPTS += tests/abi/later.sh
if !SANITIZERS
TESTS += tests/abi/later.sh
endif
# In distributions: what releases have laid down.
dist-hook: dist-releases
.PHONY: dist-releases
dist-releases:
	test ! -d $(srcdir)/tests/abi/release || \
		cp -R $(srcdir)/tests/abi/release $(distdir)/tests/abi/

# After an intended change of the ABI: writes this CPU's layout, AArch64's when
# its compiler is there, and the declarations.
.PHONY: abi-golden
abi-golden:
	cd $(srcdir) && export LC_ALL=C && \
	CC='$(CC)' $(SHELL) tests/abi/list-layout.sh abi \
		>abi/golden/$(host_cpu).txt && \
	CC='$(CC)' $(SHELL) tests/abi/list-declarations.sh abi \
		>abi/golden/declarations.txt && \
	CC='$(CC)' $(SHELL) tests/abi/list-asserts.sh abi \
		abi/golden/$(host_cpu).txt >layout.h.new && \
	mv layout.h.new abi/bsn/helpers/layout.h && \
	if command -v aarch64-linux-gnu-gcc >/dev/null; then \
		CC=aarch64-linux-gnu-gcc $(SHELL) tests/abi/list-layout.sh \
			abi >abi/golden/aarch64.txt; fi

# Once for each version of the ABI from 1.0 on, when nothing of it changes any
# more: lays down its layout and its declarations, and keeps all plugins as they
# are built now. Every later minor version is tested against them.
abi_version = $$(sed -n 's/^.define BSN_ABI_MAJOR \([0-9]*\)u$$/\1/p' \
	$(srcdir)/abi/bsn/base.h).$$(sed -n \
	's/^.define BSN_ABI_MINOR \([0-9]*\)u$$/\1/p' $(srcdir)/abi/bsn/base.h)
.PHONY: abi-freeze abi-release
abi-freeze: abi-golden
	version=$(abi_version) && $(MKDIR_P) $(srcdir)/abi/golden/$$version && \
	cp $(srcdir)/abi/bsn/helpers/layout.h \
		$(srcdir)/abi/golden/declarations.txt \
		$(srcdir)/abi/golden/$$version/
abi-release: $(bsnplugin_PROGRAMS)
	CFLAGS='$(CFLAGS)' $(SHELL) $(srcdir)/tests/abi/make-release.sh \
		$(srcdir)/tests/abi/release/$(abi_version) \
		$(bsnplugin_PROGRAMS)
