# plugins/engine-xuper/contract
xuper_contract = \
	plugins/engine-xuper/contract/run.h \
	plugins/engine-xuper/contract/sandbox-private.h \
	plugins/engine-xuper/contract/sandbox-result.c \
	plugins/engine-xuper/contract/sandbox-scan.c \
	plugins/engine-xuper/contract/sandbox-tokens.c \
	plugins/engine-xuper/contract/sandbox.c \
	plugins/engine-xuper/contract/sandbox.h
