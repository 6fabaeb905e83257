# Notes, trust, scans, cache and loading of plugins.
PLUGIN_TESTS = tests/unit/plugin tests/unit/plugin-certified \
	tests/unit/plugin-kat tests/unit/plugin-note
check_PROGRAMS += $(PLUGIN_TESTS)
TESTS += $(PLUGIN_TESTS)
tests_unit_plugin_SOURCES = tests/unit/plugin.c tests/unit/plugin_fixture.c \
	tests/unit/plugin_fixture.h host/plugin/scan_host.c
tests_unit_plugin_CPPFLAGS = $(test_flags)
tests_unit_plugin_LDADD = $(UNIT_LIBS) $(GLIB_LIBS) $(CRYPTO_LIBS)
tests_unit_plugin_certified_SOURCES = tests/unit/plugin-certified.c \
	tests/unit/plugin_fixture.c tests/unit/plugin_fixture.h \
	host/plugin/scan_host.c
tests_unit_plugin_certified_CPPFLAGS = $(test_flags)
tests_unit_plugin_certified_LDADD = $(UNIT_LIBS) $(GLIB_LIBS) $(CRYPTO_LIBS)
tests_unit_plugin_note_SOURCES = tests/unit/plugin-note.c \
	tests/unit/plugin_fixture.c tests/unit/plugin_fixture.h \
	host/plugin/scan_host.c
tests_unit_plugin_note_CPPFLAGS = $(test_flags)
tests_unit_plugin_note_LDADD = $(UNIT_LIBS) $(GLIB_LIBS) $(CRYPTO_LIBS)
tests_unit_plugin_kat_SOURCES = tests/unit/plugin-kat.c \
	tests/unit/plugin_fixture.c tests/unit/plugin_fixture.h \
	tests/bad-plugins/minimal.h host/plugin/scan_host.c
tests_unit_plugin_kat_CPPFLAGS = $(test_flags)
tests_unit_plugin_kat_LDADD = $(UNIT_LIBS) $(GLIB_LIBS) $(CRYPTO_LIBS)
