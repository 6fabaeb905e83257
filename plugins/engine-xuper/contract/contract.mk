# plugins/engine-xuper/contract
xuper_contract = \
	plugins/engine-xuper/contract/build.h \
	plugins/engine-xuper/contract/contracts.c \
	plugins/engine-xuper/contract/contracts.h \
	plugins/engine-xuper/contract/evm-log.c \
	plugins/engine-xuper/contract/evm-private.h \
	plugins/engine-xuper/contract/evm-state.c \
	plugins/engine-xuper/contract/evm.c \
	plugins/engine-xuper/contract/evm.h \
	plugins/engine-xuper/contract/interface.c \
	plugins/engine-xuper/contract/interface.h \
	plugins/engine-xuper/contract/invoke.c \
	plugins/engine-xuper/contract/invoke.h \
	plugins/engine-xuper/contract/lifecycle.c \
	plugins/engine-xuper/contract/release.c \
	plugins/engine-xuper/contract/release.h \
	plugins/engine-xuper/contract/run.c \
	plugins/engine-xuper/contract/run.h \
	plugins/engine-xuper/contract/sandbox-private.h \
	plugins/engine-xuper/contract/sandbox-result.c \
	plugins/engine-xuper/contract/sandbox-scan.c \
	plugins/engine-xuper/contract/sandbox-tokens.c \
	plugins/engine-xuper/contract/sandbox.c \
	plugins/engine-xuper/contract/sandbox.h
