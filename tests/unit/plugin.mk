# Notes, trust, scans, cache and loading of plugins.
check_LIBRARIES += libplugin-fixture.a
libplugin_fixture_a_SOURCES = tests/unit/plugin_fixture.c \
	tests/unit/plugin_fixture.h host/plugin/scan_host.c
libplugin_fixture_a_CPPFLAGS = $(test_flags)
PLUGIN_TESTS = tests/unit/plugin tests/unit/plugin-certified \
	tests/unit/plugin-kat tests/unit/plugin-note
check_PROGRAMS += $(PLUGIN_TESTS)
TESTS += $(PLUGIN_TESTS)
tests_unit_plugin_CPPFLAGS = $(test_flags)
tests_unit_plugin_LDADD = libplugin-fixture.a $(UNIT_LIBS) $(GLIB_LIBS) \
	$(CRYPTO_LIBS)
tests_unit_plugin_certified_CPPFLAGS = $(test_flags)
tests_unit_plugin_certified_LDADD = libplugin-fixture.a $(UNIT_LIBS) \
	$(GLIB_LIBS) $(CRYPTO_LIBS)
tests_unit_plugin_note_CPPFLAGS = $(test_flags)
tests_unit_plugin_note_LDADD = libplugin-fixture.a $(UNIT_LIBS) $(GLIB_LIBS) \
	$(CRYPTO_LIBS)
tests_unit_plugin_kat_SOURCES = tests/unit/plugin-kat.c \
	tests/bad-plugins/minimal.h
tests_unit_plugin_kat_CPPFLAGS = $(test_flags)
tests_unit_plugin_kat_LDADD = libplugin-fixture.a $(UNIT_LIBS) $(GLIB_LIBS) \
	$(CRYPTO_LIBS)
