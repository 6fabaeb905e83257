# plugins/engine-fabric/members
fabric_engine_sources += \
	plugins/engine-fabric/members/agreement.c \
	plugins/engine-fabric/members/agreement.h \
	plugins/engine-fabric/members/apply.c \
	plugins/engine-fabric/members/apply.h \
	plugins/engine-fabric/members/change.c \
	plugins/engine-fabric/members/envelope.c \
	plugins/engine-fabric/members/envelope.h \
	plugins/engine-fabric/members/install.c \
	plugins/engine-fabric/members/members.c \
	plugins/engine-fabric/members/members.h \
	plugins/engine-fabric/members/node.c \
	plugins/engine-fabric/members/node.h \
	plugins/engine-fabric/members/proposals.c \
	plugins/engine-fabric/members/rounds.c \
	plugins/engine-fabric/members/rounds.h \
	plugins/engine-fabric/members/votes.c \
	plugins/engine-fabric/members/votes.h
