# plugins/engine-fabric/members
noinst_LIBRARIES += libfabric-members.a
libfabric_members_a_SOURCES = \
	plugins/engine-fabric/members/agreement.c \
	plugins/engine-fabric/members/agreement.h \
	plugins/engine-fabric/members/apply.c \
	plugins/engine-fabric/members/apply.h \
	plugins/engine-fabric/members/asked.h \
	plugins/engine-fabric/members/change.c \
	plugins/engine-fabric/members/install.c \
	plugins/engine-fabric/members/members.c \
	plugins/engine-fabric/members/members.h \
	plugins/engine-fabric/members/node.c \
	plugins/engine-fabric/members/node.h \
	plugins/engine-fabric/members/payload.c \
	plugins/engine-fabric/members/payload.h \
	plugins/engine-fabric/members/preview.c \
	plugins/engine-fabric/members/proposals.c \
	plugins/engine-fabric/members/proposals.h \
	plugins/engine-fabric/members/rounds.c \
	plugins/engine-fabric/members/rounds.h \
	plugins/engine-fabric/members/votes.c \
	plugins/engine-fabric/members/votes.h \
	plugins/engine-fabric/members/words.c \
	plugins/engine-fabric/members/words.h \
	plugins/engine-fabric/members/words_msp.c \
	plugins/engine-fabric/members/words_private.h
libfabric_members_a_CPPFLAGS = $(fabric_flags)
$(libfabric_members_a_OBJECTS): $(fabric_proto_made)
