# plugins/engine-fabric/rich
noinst_LTLIBRARIES += libfabric-rich.la
libfabric_rich_la_SOURCES = \
	plugins/engine-fabric/rich/rich.h
libfabric_rich_la_CPPFLAGS = $(fabric_flags)
$(libfabric_rich_la_OBJECTS): $(fabric_proto_made)
