# plugins/engine-fabric/rich
noinst_LIBRARIES += libfabric-rich.a
libfabric_rich_a_SOURCES = \
	plugins/engine-fabric/rich/build.c \
	plugins/engine-fabric/rich/collate.c \
	plugins/engine-fabric/rich/collate.h \
	plugins/engine-fabric/rich/document.c \
	plugins/engine-fabric/rich/document.h \
	plugins/engine-fabric/rich/index.c \
	plugins/engine-fabric/rich/index.h \
	plugins/engine-fabric/rich/indexes.c \
	plugins/engine-fabric/rich/indexes.h \
	plugins/engine-fabric/rich/look.c \
	plugins/engine-fabric/rich/maintain.c \
	plugins/engine-fabric/rich/match.c \
	plugins/engine-fabric/rich/plan.c \
	plugins/engine-fabric/rich/prepare.c \
	plugins/engine-fabric/rich/query.c \
	plugins/engine-fabric/rich/query.h \
	plugins/engine-fabric/rich/regex.c \
	plugins/engine-fabric/rich/regex.h \
	plugins/engine-fabric/rich/request.c \
	plugins/engine-fabric/rich/request.h \
	plugins/engine-fabric/rich/rich.h \
	plugins/engine-fabric/rich/rows.c \
	plugins/engine-fabric/rich/selector.c \
	plugins/engine-fabric/rich/selector.h \
	plugins/engine-fabric/rich/walk.c \
	plugins/engine-fabric/rich/walk.h
libfabric_rich_a_CPPFLAGS = $(fabric_flags)
$(libfabric_rich_a_OBJECTS): $(fabric_proto_made)
