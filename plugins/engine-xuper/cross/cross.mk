# plugins/engine-xuper/cross
xuper_cross = \
	plugins/engine-xuper/cross/asked.c \
	plugins/engine-xuper/cross/cross.c \
	plugins/engine-xuper/cross/cross.h \
	plugins/engine-xuper/cross/group.c \
	plugins/engine-xuper/cross/parachain.c \
	plugins/engine-xuper/cross/parachain.h \
	plugins/engine-xuper/cross/parachain_genesis.c \
	plugins/engine-xuper/cross/private.h
