# plugins/engine-fabric/snapshot
noinst_LIBRARIES += libfabric-snapshot.a
libfabric_snapshot_a_SOURCES = \
	plugins/engine-fabric/snapshot/choose.c \
	plugins/engine-fabric/snapshot/entries.c \
	plugins/engine-fabric/snapshot/entries.h \
	plugins/engine-fabric/snapshot/fetch.c \
	plugins/engine-fabric/snapshot/install.c \
	plugins/engine-fabric/snapshot/interface.c \
	plugins/engine-fabric/snapshot/join.c \
	plugins/engine-fabric/snapshot/join_private.h \
	plugins/engine-fabric/snapshot/keep.c \
	plugins/engine-fabric/snapshot/keys.c \
	plugins/engine-fabric/snapshot/keys.h \
	plugins/engine-fabric/snapshot/make.c \
	plugins/engine-fabric/snapshot/make.h \
	plugins/engine-fabric/snapshot/manifest.c \
	plugins/engine-fabric/snapshot/manifest.h \
	plugins/engine-fabric/snapshot/offers.c \
	plugins/engine-fabric/snapshot/part.c \
	plugins/engine-fabric/snapshot/private.h \
	plugins/engine-fabric/snapshot/request.c \
	plugins/engine-fabric/snapshot/serve.c \
	plugins/engine-fabric/snapshot/snapshot.c \
	plugins/engine-fabric/snapshot/snapshot.h \
	plugins/engine-fabric/snapshot/sweep.c \
	plugins/engine-fabric/snapshot/sweep.h \
	plugins/engine-fabric/snapshot/undo.c \
	plugins/engine-fabric/snapshot/undo.h \
	plugins/engine-fabric/snapshot/vouch.c \
	plugins/engine-fabric/snapshot/vouch.h \
	plugins/engine-fabric/snapshot/walk.c \
	plugins/engine-fabric/snapshot/walk.h
libfabric_snapshot_a_CPPFLAGS = $(fabric_flags)
$(libfabric_snapshot_a_OBJECTS): $(fabric_proto_made)
