# plugins/chaincode: what the engine and runtimes of chaincodes share.
noinst_LTLIBRARIES += libchaincode-package.la
libchaincode_package_la_SOURCES = \
	plugins/chaincode/package.h
libchaincode_package_la_CPPFLAGS = $(plugin_flags) $(ARCHIVE_CFLAGS) \
	$(JANSSON_CFLAGS)
# The kit comes with the engine or the runtime that it is linked into.
libchaincode_package_la_LIBADD = $(ARCHIVE_LIBS) \
	$(JANSSON_LIBS) $(GLIB_LIBS)
