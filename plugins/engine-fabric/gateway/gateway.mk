# plugins/engine-fabric/gateway
noinst_LTLIBRARIES += libfabric-gateway.la
libfabric_gateway_la_SOURCES = \
	plugins/engine-fabric/gateway/gateway.h
libfabric_gateway_la_CPPFLAGS = $(fabric_flags)
$(libfabric_gateway_la_OBJECTS): $(fabric_proto_made)
