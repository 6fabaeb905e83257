# plugins/engine-fisco/access
libfisco_a_SOURCES += \
	plugins/engine-fisco/access/accounts.c \
	plugins/engine-fisco/access/accounts.h \
	plugins/engine-fisco/access/actor.h \
	plugins/engine-fisco/access/committee.c \
	plugins/engine-fisco/access/committee.h \
	plugins/engine-fisco/access/guard.c \
	plugins/engine-fisco/access/guard.h \
	plugins/engine-fisco/access/lists.c \
	plugins/engine-fisco/access/lists.h \
	plugins/engine-fisco/access/managers.c \
	plugins/engine-fisco/access/managers.h \
	plugins/engine-fisco/access/node-votes.c \
	plugins/engine-fisco/access/node-votes.h \
	plugins/engine-fisco/access/number.c \
	plugins/engine-fisco/access/number.h \
	plugins/engine-fisco/access/votes.c \
	plugins/engine-fisco/access/votes.h
