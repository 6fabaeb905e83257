# plugins/engine-fabric/gateway
noinst_LTLIBRARIES += libfabric-gateway.la
libfabric_gateway_la_SOURCES = \
	plugins/engine-fabric/gateway/filtered.c \
	plugins/engine-fabric/gateway/filtered.h \
	plugins/engine-fabric/gateway/gateway.h \
	plugins/engine-fabric/gateway/seek.c \
	plugins/engine-fabric/gateway/seek.h
libfabric_gateway_la_CPPFLAGS = $(fabric_flags)
$(libfabric_gateway_la_OBJECTS): $(fabric_proto_made)
