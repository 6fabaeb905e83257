# plugins/engine-fabric/endorse
noinst_LIBRARIES += libfabric-endorse.a
libfabric_endorse_a_SOURCES = \
	plugins/engine-fabric/endorse/answer.c \
	plugins/engine-fabric/endorse/call.c \
	plugins/engine-fabric/endorse/choose.c \
	plugins/engine-fabric/endorse/creator.c \
	plugins/engine-fabric/endorse/deadline.c \
	plugins/engine-fabric/endorse/differ.c \
	plugins/engine-fabric/endorse/endorse.c \
	plugins/engine-fabric/endorse/endorse.h \
	plugins/engine-fabric/endorse/endorse_private.h \
	plugins/engine-fabric/endorse/endorser.c \
	plugins/engine-fabric/endorse/envelope.c \
	plugins/engine-fabric/endorse/evaluate.c \
	plugins/engine-fabric/endorse/evaluate.h \
	plugins/engine-fabric/endorse/evaluate_peer.c \
	plugins/engine-fabric/endorse/gather.c \
	plugins/engine-fabric/endorse/gather.h \
	plugins/engine-fabric/endorse/needs.c \
	plugins/engine-fabric/endorse/outcome.c \
	plugins/engine-fabric/endorse/parties.c \
	plugins/engine-fabric/endorse/propose.c \
	plugins/engine-fabric/endorse/request.c \
	plugins/engine-fabric/endorse/trial.c
libfabric_endorse_a_CPPFLAGS = $(fabric_flags)
$(libfabric_endorse_a_OBJECTS): $(fabric_proto_made)
