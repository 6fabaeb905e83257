# plugins/engine-fabric/query
noinst_LIBRARIES += libfabric-query.a
libfabric_query_a_SOURCES = \
	plugins/engine-fabric/query/block.c \
	plugins/engine-fabric/query/config.c \
	plugins/engine-fabric/query/envelope.c \
	plugins/engine-fabric/query/events.c \
	plugins/engine-fabric/query/json.c \
	plugins/engine-fabric/query/json.h \
	plugins/engine-fabric/query/ledger.c \
	plugins/engine-fabric/query/place.h \
	plugins/engine-fabric/query/proof.c \
	plugins/engine-fabric/query/query.h \
	plugins/engine-fabric/query/results.c \
	plugins/engine-fabric/query/status.c \
	plugins/engine-fabric/query/stored.c \
	plugins/engine-fabric/query/stored.h \
	plugins/engine-fabric/query/tx.c
libfabric_query_a_CPPFLAGS = $(fabric_flags)
$(libfabric_query_a_OBJECTS): $(fabric_proto_made)
