# The fleet: a good engine and good algorithms with one fault each, which
# make-variant names in a copy of the module.
fleet_faults = tests/bad-plugins/fleet/faults.h \
	tests/bad-plugins/fleet/fault.c tests/bad-plugins/fleet/fleet.h \
	tests/bad-plugins/fleet/mark.h
fleet_link_flags = -module -avoid-version -shared -rpath /nowhere \
	-export-symbols-regex '^bsn_plugin_open$$' $(AM_LDFLAGS)
check_LTLIBRARIES += tests/bad-plugins/fleet/libfleet.la \
	tests/bad-plugins/fleet/engine-fleet.la \
	tests/bad-plugins/fleet/exports-more.la \
	tests/bad-plugins/fleet/crypto-fleet.la
tests_bad_plugins_fleet_libfleet_la_SOURCES = $(fleet_faults) \
	tests/bad-plugins/fleet/again.c tests/bad-plugins/fleet/chain.c \
	tests/bad-plugins/fleet/consensus.c \
	tests/bad-plugins/fleet/crypto.c tests/bad-plugins/fleet/effects.c \
	tests/bad-plugins/fleet/engine.c tests/bad-plugins/fleet/fisco.c \
	tests/bad-plugins/fleet/host.c tests/bad-plugins/fleet/plugin.c \
	tests/bad-plugins/fleet/reply.c tests/bad-plugins/fleet/runtime.c \
	tests/bad-plugins/fleet/tx.c
tests_bad_plugins_fleet_libfleet_la_CPPFLAGS = $(plugin_flags) \
	$(JANSSON_CFLAGS)
tests_bad_plugins_fleet_libfleet_la_LIBADD = libfisco.la libbsn-solidity.la \
	libbsn-kit.la -lm

tests_bad_plugins_fleet_engine_fleet_la_SOURCES =
tests_bad_plugins_fleet_engine_fleet_la_LIBADD = \
	tests/bad-plugins/fleet/libfleet.la
tests_bad_plugins_fleet_engine_fleet_la_LDFLAGS = $(fleet_link_flags)
tests_bad_plugins_fleet_exports_more_la_SOURCES = \
	tests/bad-plugins/fleet/exports-more.c
tests_bad_plugins_fleet_exports_more_la_LIBADD = \
	tests/bad-plugins/fleet/libfleet.la
tests_bad_plugins_fleet_exports_more_la_LDFLAGS = -module -avoid-version \
	-shared -rpath /nowhere $(AM_LDFLAGS)

tests_bad_plugins_fleet_crypto_fleet_la_SOURCES = $(fleet_faults) \
	tests/bad-plugins/fleet/algorithms.c
tests_bad_plugins_fleet_crypto_fleet_la_CPPFLAGS = $(plugin_flags) \
	$(CRYPTO_CFLAGS)
tests_bad_plugins_fleet_crypto_fleet_la_LIBADD = libbsn-crypto-gm.la
tests_bad_plugins_fleet_crypto_fleet_la_LDFLAGS = $(fleet_link_flags)

check_PROGRAMS += tests/bad-plugins/fleet/make-variant
tests_bad_plugins_fleet_make_variant_SOURCES = \
	tests/bad-plugins/fleet/make-variant.c \
	tests/bad-plugins/fleet/faults.h tests/bad-plugins/fleet/mark.h
tests_bad_plugins_fleet_make_variant_CPPFLAGS = $(plugin_flags)
tests_bad_plugins_fleet_make_variant_LDADD = $(GLIB_LIBS)

dist_check_SCRIPTS += tests/bad-plugins/fleet/test-fleet.sh
TESTS += tests/bad-plugins/fleet/test-fleet.sh
