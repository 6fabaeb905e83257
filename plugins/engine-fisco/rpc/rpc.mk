# plugins/engine-fisco/rpc: JSON-RPC (bsn.engine.jsonrpc/1)
libfisco_la_SOURCES += \
	plugins/engine-fisco/rpc/eth-node.c \
	plugins/engine-fisco/rpc/eth-send.c \
	plugins/engine-fisco/rpc/methods.c \
	plugins/engine-fisco/rpc/methods.h \
	plugins/engine-fisco/rpc/params.c plugins/engine-fisco/rpc/params.h \
	plugins/engine-fisco/rpc/rpc.c plugins/engine-fisco/rpc/rpc.h \
	plugins/engine-fisco/rpc/value.c plugins/engine-fisco/rpc/value.h
