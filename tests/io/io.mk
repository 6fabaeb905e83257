# A plugin that does input and output, and one that forgot to say so.
check_LTLIBRARIES += tests/io/io-plugin.la tests/io/io-secret.la
tests_io_io_plugin_la_SOURCES = tests/io/io-plugin.c
tests_io_io_plugin_la_LDFLAGS = $(bad_plugin_flags)
tests_io_io_secret_la_SOURCES = tests/io/io-plugin.c
tests_io_io_secret_la_CPPFLAGS = $(AM_CPPFLAGS) -DWITHOUT_FLAG
tests_io_io_secret_la_LDFLAGS = $(bad_plugin_flags)
