# plugins/engine-fabric/gateway
noinst_LIBRARIES += libfabric-gateway.a
libfabric_gateway_a_SOURCES = \
	plugins/engine-fabric/gateway/broadcast.c \
	plugins/engine-fabric/gateway/call.h \
	plugins/engine-fabric/gateway/client.c \
	plugins/engine-fabric/gateway/client.h \
	plugins/engine-fabric/gateway/deliver.c \
	plugins/engine-fabric/gateway/endorse.c \
	plugins/engine-fabric/gateway/evaluate.c \
	plugins/engine-fabric/gateway/event_block.c \
	plugins/engine-fabric/gateway/event_block.h \
	plugins/engine-fabric/gateway/events.c \
	plugins/engine-fabric/gateway/failure.c \
	plugins/engine-fabric/gateway/failure.h \
	plugins/engine-fabric/gateway/filtered.c \
	plugins/engine-fabric/gateway/filtered.h \
	plugins/engine-fabric/gateway/gateway.h \
	plugins/engine-fabric/gateway/header.c \
	plugins/engine-fabric/gateway/header.h \
	plugins/engine-fabric/gateway/problem.c \
	plugins/engine-fabric/gateway/problem.h \
	plugins/engine-fabric/gateway/process.c \
	plugins/engine-fabric/gateway/seek.c \
	plugins/engine-fabric/gateway/seek.h \
	plugins/engine-fabric/gateway/service.c \
	plugins/engine-fabric/gateway/status.c \
	plugins/engine-fabric/gateway/submit.c \
	plugins/engine-fabric/gateway/submit.h \
	plugins/engine-fabric/gateway/turns.c
libfabric_gateway_a_CPPFLAGS = $(fabric_flags)
$(libfabric_gateway_a_OBJECTS): $(fabric_proto_made)
