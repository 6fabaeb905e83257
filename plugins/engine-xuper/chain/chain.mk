# plugins/engine-xuper/chain
xuper_chain = \
	plugins/engine-xuper/chain/address.c \
	plugins/engine-xuper/chain/address.h \
	plugins/engine-xuper/chain/chain.h \
	plugins/engine-xuper/chain/features.c \
	plugins/engine-xuper/chain/features.h \
	plugins/engine-xuper/chain/final.c \
	plugins/engine-xuper/chain/final.h \
	plugins/engine-xuper/chain/grow.c \
	plugins/engine-xuper/chain/members.c \
	plugins/engine-xuper/chain/open.c \
	plugins/engine-xuper/chain/open.h \
	plugins/engine-xuper/chain/proposals.c \
	plugins/engine-xuper/chain/protocol.c \
	plugins/engine-xuper/chain/protocol.h \
	plugins/engine-xuper/chain/seek.c \
	plugins/engine-xuper/chain/submit.c \
	plugins/engine-xuper/chain/submit.h \
	plugins/engine-xuper/chain/tree-private.h \
	plugins/engine-xuper/chain/tree.c \
	plugins/engine-xuper/chain/tree.h \
	plugins/engine-xuper/chain/waiting.c \
	plugins/engine-xuper/chain/waiting.h
