# plugins/engine-fabric/net
noinst_LIBRARIES += libfabric-net.a
libfabric_net_a_SOURCES = \
	plugins/engine-fabric/net/ask.c \
	plugins/engine-fabric/net/blocks.c \
	plugins/engine-fabric/net/forward.c \
	plugins/engine-fabric/net/json.c \
	plugins/engine-fabric/net/message.c \
	plugins/engine-fabric/net/message.h \
	plugins/engine-fabric/net/net.c \
	plugins/engine-fabric/net/net.h \
	plugins/engine-fabric/net/peers.c \
	plugins/engine-fabric/net/private.h \
	plugins/engine-fabric/net/serve.c \
	plugins/engine-fabric/net/status.c \
	plugins/engine-fabric/net/sync.c
libfabric_net_a_CPPFLAGS = $(fabric_flags)
$(libfabric_net_a_OBJECTS): $(fabric_proto_made)
