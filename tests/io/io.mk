# A plugin that does input and output, and one that forgot to say so.
check_PROGRAMS += tests/io/modules/io-plugin.so tests/io/modules/io-secret.so
tests_io_modules_io_plugin_so_SOURCES = tests/io/io-plugin.c
tests_io_modules_io_plugin_so_LDFLAGS = $(module_flags)
tests_io_modules_io_secret_so_SOURCES = tests/io/io-plugin.c
tests_io_modules_io_secret_so_CPPFLAGS = $(AM_CPPFLAGS) -DWITHOUT_FLAG
tests_io_modules_io_secret_so_LDFLAGS = $(module_flags)
