# The fleet: a good engine and good algorithms with one fault each, which
# make-variant names in a copy of the module.
fleet_faults = tests/bad-plugins/fleet/faults.h \
	tests/bad-plugins/fleet/fault.c tests/bad-plugins/fleet/fleet.h \
	tests/bad-plugins/fleet/mark.h
check_LIBRARIES += tests/bad-plugins/fleet/libfleet.a
check_PROGRAMS += \
	tests/bad-plugins/fleet/modules/engine-fleet.so \
	tests/bad-plugins/fleet/modules/exports-more.so \
	tests/bad-plugins/fleet/modules/crypto-fleet.so
fleet_flags = $(plugin_flags) $(JANSSON_CFLAGS)
tests_bad_plugins_fleet_libfleet_a_SOURCES = $(fleet_faults) \
	tests/bad-plugins/fleet/again.c tests/bad-plugins/fleet/chain.c \
	tests/bad-plugins/fleet/consensus.c \
	tests/bad-plugins/fleet/crypto.c tests/bad-plugins/fleet/effects.c \
	tests/bad-plugins/fleet/engine.c tests/bad-plugins/fleet/fisco.c \
	tests/bad-plugins/fleet/host.c \
	tests/bad-plugins/fleet/reply.c tests/bad-plugins/fleet/runtime.c \
	tests/bad-plugins/fleet/tx.c
tests_bad_plugins_fleet_libfleet_a_CPPFLAGS = $(fleet_flags)
fleet_libs = tests/bad-plugins/fleet/libfleet.a $(libfisco_libs) \
	libbsn-solidity.a $(libbsn_kit_libs) -lm

tests_bad_plugins_fleet_modules_engine_fleet_so_SOURCES = \
	tests/bad-plugins/fleet/plugin.c
tests_bad_plugins_fleet_modules_engine_fleet_so_CPPFLAGS = $(fleet_flags)
tests_bad_plugins_fleet_modules_engine_fleet_so_LDADD = $(fleet_libs)
tests_bad_plugins_fleet_modules_engine_fleet_so_LDFLAGS = $(plugin_link_flags)
tests_bad_plugins_fleet_modules_exports_more_so_SOURCES = \
	tests/bad-plugins/fleet/exports-more.c \
	tests/bad-plugins/fleet/plugin.c
tests_bad_plugins_fleet_modules_exports_more_so_CPPFLAGS = $(fleet_flags)
tests_bad_plugins_fleet_modules_exports_more_so_LDADD = $(fleet_libs)
tests_bad_plugins_fleet_modules_exports_more_so_LDFLAGS = $(module_flags)

tests_bad_plugins_fleet_modules_crypto_fleet_so_SOURCES = $(fleet_faults) \
	tests/bad-plugins/fleet/algorithms.c
tests_bad_plugins_fleet_modules_crypto_fleet_so_CPPFLAGS = $(plugin_flags) \
	$(CRYPTO_CFLAGS)
tests_bad_plugins_fleet_modules_crypto_fleet_so_LDADD = $(libbsn_crypto_gm_libs)
tests_bad_plugins_fleet_modules_crypto_fleet_so_LDFLAGS = $(plugin_link_flags)

check_PROGRAMS += tests/bad-plugins/fleet/make-variant
tests_bad_plugins_fleet_make_variant_SOURCES = \
	tests/bad-plugins/fleet/make-variant.c \
	tests/bad-plugins/fleet/faults.h tests/bad-plugins/fleet/mark.h
tests_bad_plugins_fleet_make_variant_CPPFLAGS = $(plugin_flags)
tests_bad_plugins_fleet_make_variant_LDADD = $(GLIB_LIBS)

dist_check_SCRIPTS += tests/bad-plugins/fleet/test-fleet.sh
TESTS += tests/bad-plugins/fleet/test-fleet.sh
