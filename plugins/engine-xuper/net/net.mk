# plugins/engine-xuper/net
xuper_net = \
	plugins/engine-xuper/net/branch.c \
	plugins/engine-xuper/net/forward.c \
	plugins/engine-xuper/net/message.c \
	plugins/engine-xuper/net/message.h \
	plugins/engine-xuper/net/net.c \
	plugins/engine-xuper/net/net.h \
	plugins/engine-xuper/net/peers.c \
	plugins/engine-xuper/net/private.h \
	plugins/engine-xuper/net/serve.c \
	plugins/engine-xuper/net/status.c \
	plugins/engine-xuper/net/sync.c \
	plugins/engine-xuper/net/take.c
