bsnincludedir = $(includedir)/bsn
bsninclude_HEADERS = abi/bsn/base.h abi/bsn/bsn.h abi/bsn/capability.h \
	abi/bsn/consensus.h \
	abi/bsn/crypto.h abi/bsn/engine.h abi/bsn/host.h abi/bsn/plugin.h \
	abi/bsn/runtime.h abi/bsn/standard.h
bsnhelpersdir = $(includedir)/bsn/helpers
bsnhelpers_HEADERS = abi/bsn/helpers/buffer.h abi/bsn/helpers/bytes.h \
	abi/bsn/helpers/error.h abi/bsn/helpers/hex.h \
	abi/bsn/helpers/json.h \
	abi/bsn/helpers/layout.h
bsnextdir = $(includedir)/bsn/ext
bsnext_HEADERS = abi/bsn/ext/address.h abi/bsn/ext/chaincode.h abi/bsn/ext/chains.h \
	abi/bsn/ext/compiler.h \
	abi/bsn/ext/cpu.h abi/bsn/ext/grpc.h abi/bsn/ext/http.h \
	abi/bsn/ext/io.h \
	abi/bsn/ext/jsonrpc.h abi/bsn/ext/messages.h abi/bsn/ext/public_key.h \
	abi/bsn/ext/session.h abi/bsn/ext/snapshot.h \
	abi/bsn/ext/stream.h abi/bsn/ext/tree.h
pkgconfig_DATA = abi/bsn-abi.pc
