# plugins/engine-fabric/private
noinst_LTLIBRARIES += libfabric-private.la
libfabric_private_la_SOURCES = \
	plugins/engine-fabric/private/private.h
libfabric_private_la_CPPFLAGS = $(fabric_flags)
$(libfabric_private_la_OBJECTS): $(fabric_proto_made)
