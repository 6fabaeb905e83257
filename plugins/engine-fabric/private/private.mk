# plugins/engine-fabric/private
noinst_LIBRARIES += libfabric-private.a
libfabric_private_a_SOURCES = \
	plugins/engine-fabric/private/commit.c \
	plugins/engine-fabric/private/distribute.c \
	plugins/engine-fabric/private/message.c \
	plugins/engine-fabric/private/message.h \
	plugins/engine-fabric/private/missing.c \
	plugins/engine-fabric/private/privacy.h \
	plugins/engine-fabric/private/private.c \
	plugins/engine-fabric/private/private.h \
	plugins/engine-fabric/private/push.c \
	plugins/engine-fabric/private/reconcile.c \
	plugins/engine-fabric/private/serve.c \
	plugins/engine-fabric/private/spread.h \
	plugins/engine-fabric/private/sweep.c \
	plugins/engine-fabric/private/taken.c \
	plugins/engine-fabric/private/transient.c
libfabric_private_a_CPPFLAGS = $(fabric_flags)
$(libfabric_private_a_OBJECTS): $(fabric_proto_made)
