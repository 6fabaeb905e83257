# plugins/engine-fisco/rpc: JSON-RPC (bsn.engine.jsonrpc/1)
libfisco_a_SOURCES += \
	plugins/engine-fisco/rpc/blocks.c plugins/engine-fisco/rpc/blocks.h \
	plugins/engine-fisco/rpc/criteria.c \
	plugins/engine-fisco/rpc/criteria.h \
	plugins/engine-fisco/rpc/eth-block.c \
	plugins/engine-fisco/rpc/eth-call.c \
	plugins/engine-fisco/rpc/eth-filter.c \
	plugins/engine-fisco/rpc/eth-json.c \
	plugins/engine-fisco/rpc/eth-json.h \
	plugins/engine-fisco/rpc/eth-logs.c plugins/engine-fisco/rpc/logs.h \
	plugins/engine-fisco/rpc/eth-node.c \
	plugins/engine-fisco/rpc/eth-send.c \
	plugins/engine-fisco/rpc/eth-state.c \
	plugins/engine-fisco/rpc/eth-subscribe.c \
	plugins/engine-fisco/rpc/eth-tx.c \
	plugins/engine-fisco/rpc/feeds.c plugins/engine-fisco/rpc/feeds.h \
	plugins/engine-fisco/rpc/held.c plugins/engine-fisco/rpc/held.h \
	plugins/engine-fisco/rpc/state.h \
	plugins/engine-fisco/rpc/fisco.h \
	plugins/engine-fisco/rpc/fisco-block.c \
	plugins/engine-fisco/rpc/fisco-json.c \
	plugins/engine-fisco/rpc/fisco-node.c \
	plugins/engine-fisco/rpc/fisco-params.c \
	plugins/engine-fisco/rpc/fisco-proof.c \
	plugins/engine-fisco/rpc/fisco-tx.c \
	plugins/engine-fisco/rpc/methods.c \
	plugins/engine-fisco/rpc/methods.h \
	plugins/engine-fisco/rpc/params.c plugins/engine-fisco/rpc/params.h \
	plugins/engine-fisco/rpc/rpc.c plugins/engine-fisco/rpc/rpc.h \
	plugins/engine-fisco/rpc/value.c plugins/engine-fisco/rpc/value.h
