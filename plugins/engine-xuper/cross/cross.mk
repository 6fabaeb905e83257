# plugins/engine-xuper/cross
xuper_cross = \
	plugins/engine-xuper/cross/asked.c \
	plugins/engine-xuper/cross/cross.c \
	plugins/engine-xuper/cross/cross.h \
	plugins/engine-xuper/cross/endorse.c \
	plugins/engine-xuper/cross/fact.c \
	plugins/engine-xuper/cross/fact.h \
	plugins/engine-xuper/cross/facts.c \
	plugins/engine-xuper/cross/group.c \
	plugins/engine-xuper/cross/inquiry-private.h \
	plugins/engine-xuper/cross/inquiry-time.c \
	plugins/engine-xuper/cross/inquiry.c \
	plugins/engine-xuper/cross/inquiry.h \
	plugins/engine-xuper/cross/parachain.c \
	plugins/engine-xuper/cross/parachain.h \
	plugins/engine-xuper/cross/parachain_genesis.c \
	plugins/engine-xuper/cross/parachain_group.c \
	plugins/engine-xuper/cross/private.h \
	plugins/engine-xuper/cross/query.c \
	plugins/engine-xuper/cross/query.h
