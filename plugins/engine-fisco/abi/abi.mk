# plugins/engine-fisco/abi: Solidity's contract ABI; tests link it on its own.
noinst_LTLIBRARIES += libfisco-abi.la
libfisco_abi_la_SOURCES = \
	plugins/engine-fisco/abi/decode.c plugins/engine-fisco/abi/decode.h \
	plugins/engine-fisco/abi/encode.c plugins/engine-fisco/abi/encode.h \
	plugins/engine-fisco/abi/event.c \
	plugins/engine-fisco/abi/function.c \
	plugins/engine-fisco/abi/interface.c \
	plugins/engine-fisco/abi/interface.h \
	plugins/engine-fisco/abi/revert.c \
	plugins/engine-fisco/abi/signature.h \
	plugins/engine-fisco/abi/type.c plugins/engine-fisco/abi/type.h \
	plugins/engine-fisco/abi/type_parse.c
libfisco_abi_la_CPPFLAGS = $(plugin_flags) $(JANSSON_CFLAGS)
libfisco_abi_la_LIBADD = libbsn-kit.la
