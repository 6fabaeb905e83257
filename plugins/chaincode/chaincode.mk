# plugins/chaincode: what the engine and runtimes of chaincodes share.
noinst_LTLIBRARIES += libchaincode-package.la
libchaincode_package_la_SOURCES = \
	plugins/chaincode/package.h
libchaincode_package_la_CPPFLAGS = $(plugin_flags) $(ARCHIVE_CFLAGS) \
	$(JANSSON_CFLAGS)
libchaincode_package_la_LIBADD = libbsn-kit.la $(ARCHIVE_LIBS) \
	$(JANSSON_LIBS) $(GLIB_LIBS)
