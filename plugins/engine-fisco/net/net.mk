# plugins/engine-fisco/net: other nodes of the chain
libfisco_a_SOURCES += \
	plugins/engine-fisco/net/apply.c \
	plugins/engine-fisco/net/bodies.c \
	plugins/engine-fisco/net/certified.c \
	plugins/engine-fisco/net/certified.h \
	plugins/engine-fisco/net/forward.c plugins/engine-fisco/net/forward.h \
	plugins/engine-fisco/net/headers.c \
	plugins/engine-fisco/net/join.c plugins/engine-fisco/net/join.h \
	plugins/engine-fisco/net/join-headers.c \
	plugins/engine-fisco/net/join-parts.c \
	plugins/engine-fisco/net/leaving.c plugins/engine-fisco/net/leaving.h \
	plugins/engine-fisco/net/message.c plugins/engine-fisco/net/message.h \
	plugins/engine-fisco/net/net.c plugins/engine-fisco/net/net.h \
	plugins/engine-fisco/net/peers.c plugins/engine-fisco/net/peers.h \
	plugins/engine-fisco/net/serve.c plugins/engine-fisco/net/serve.h \
	plugins/engine-fisco/net/status.c plugins/engine-fisco/net/status.h \
	plugins/engine-fisco/net/sync.c plugins/engine-fisco/net/sync.h \
	plugins/engine-fisco/net/window.c plugins/engine-fisco/net/window.h
