# plugins/engine-xuper/sdk
xuper_sdk = \
	plugins/engine-xuper/sdk/account.c \
	plugins/engine-xuper/sdk/chain.c \
	plugins/engine-xuper/sdk/endorse.c \
	plugins/engine-xuper/sdk/pre.c \
	plugins/engine-xuper/sdk/rpc.c \
	plugins/engine-xuper/sdk/rpc.h \
	plugins/engine-xuper/sdk/sdk.h \
	plugins/engine-xuper/sdk/service.c \
	plugins/engine-xuper/sdk/share.c \
	plugins/engine-xuper/sdk/tx.c \
	plugins/engine-xuper/sdk/utxo.c
