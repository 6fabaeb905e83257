# plugins/chaincode: what the engine and runtimes of chaincodes share.
noinst_LIBRARIES += libchaincode-package.a
libchaincode_package_a_SOURCES = \
	plugins/chaincode/archive.c plugins/chaincode/archive.h \
	plugins/chaincode/archive_write.c \
	plugins/chaincode/indexes.c \
	plugins/chaincode/package.c plugins/chaincode/package.h \
	plugins/chaincode/utf8_locale.h
libchaincode_package_a_CPPFLAGS = $(plugin_flags) $(ARCHIVE_CFLAGS) \
	$(JANSSON_CFLAGS)
# The kit comes with the engine or the runtime that it is linked into.
libchaincode_package_libs = libchaincode-package.a $(ARCHIVE_LIBS) \
	$(JANSSON_LIBS) $(GLIB_LIBS)
