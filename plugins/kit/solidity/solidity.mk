# plugins/kit/solidity: the ABI of Solidity's contracts, for engines that speak
# of them in JSON; tests link it on its own.
noinst_LIBRARIES += libbsn-solidity.a
libbsn_solidity_a_SOURCES = \
	plugins/kit/solidity/decode.c plugins/kit/solidity/decode.h \
	plugins/kit/solidity/encode.c plugins/kit/solidity/encode.h \
	plugins/kit/solidity/event.c \
	plugins/kit/solidity/function.c \
	plugins/kit/solidity/interface.c \
	plugins/kit/solidity/interface.h \
	plugins/kit/solidity/revert.c \
	plugins/kit/solidity/signature.h \
	plugins/kit/solidity/type.c plugins/kit/solidity/type.h \
	plugins/kit/solidity/type_parse.c
libbsn_solidity_a_CPPFLAGS = $(plugin_flags) $(JANSSON_CFLAGS)
EXTRA_DIST += plugins/kit/solidity/make-workload.mjs
