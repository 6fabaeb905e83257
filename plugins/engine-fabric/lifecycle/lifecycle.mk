# plugins/engine-fabric/lifecycle
noinst_LIBRARIES += libfabric-lifecycle.a
libfabric_lifecycle_a_SOURCES = \
	plugins/engine-fabric/lifecycle/agree.c \
	plugins/engine-fabric/lifecycle/answers.c \
	plugins/engine-fabric/lifecycle/approval.c \
	plugins/engine-fabric/lifecycle/cache.c \
	plugins/engine-fabric/lifecycle/collections.c \
	plugins/engine-fabric/lifecycle/collections.h \
	plugins/engine-fabric/lifecycle/collections_json.c \
	plugins/engine-fabric/lifecycle/condition.c \
	plugins/engine-fabric/lifecycle/contracts.c \
	plugins/engine-fabric/lifecycle/declare.c \
	plugins/engine-fabric/lifecycle/definition.c \
	plugins/engine-fabric/lifecycle/definition.h \
	plugins/engine-fabric/lifecycle/deploy.c \
	plugins/engine-fabric/lifecycle/fetch.c \
	plugins/engine-fabric/lifecycle/fields.c \
	plugins/engine-fabric/lifecycle/fields.h \
	plugins/engine-fabric/lifecycle/find.c \
	plugins/engine-fabric/lifecycle/functions.c \
	plugins/engine-fabric/lifecycle/functions.h \
	plugins/engine-fabric/lifecycle/installed.c \
	plugins/engine-fabric/lifecycle/judge.c \
	plugins/engine-fabric/lifecycle/lifecycle.h \
	plugins/engine-fabric/lifecycle/offered.c \
	plugins/engine-fabric/lifecycle/package.c \
	plugins/engine-fabric/lifecycle/package_id.c \
	plugins/engine-fabric/lifecycle/parameter.c \
	plugins/engine-fabric/lifecycle/private.h \
	plugins/engine-fabric/lifecycle/request.c \
	plugins/engine-fabric/lifecycle/terms.c
libfabric_lifecycle_a_CPPFLAGS = $(fabric_flags)
$(libfabric_lifecycle_a_OBJECTS): $(fabric_proto_made)
