# plugins/engine-fabric/snapshot
noinst_LTLIBRARIES += libfabric-snapshot.la
libfabric_snapshot_la_SOURCES = \
	plugins/engine-fabric/snapshot/snapshot.h
libfabric_snapshot_la_CPPFLAGS = $(fabric_flags)
$(libfabric_snapshot_la_OBJECTS): $(fabric_proto_made)
