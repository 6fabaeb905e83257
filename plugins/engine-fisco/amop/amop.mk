# plugins/engine-fisco/amop: messages between applications, and the host's way
# to them (bsn.engine.messages/1)
libfisco_a_SOURCES += \
	plugins/engine-fisco/amop/declared.c \
	plugins/engine-fisco/amop/declared.h \
	plugins/engine-fisco/amop/hub.c plugins/engine-fisco/amop/hub.h \
	plugins/engine-fisco/amop/hub-private.h \
	plugins/engine-fisco/amop/messages.c \
	plugins/engine-fisco/amop/messages.h \
	plugins/engine-fisco/amop/private.c \
	plugins/engine-fisco/amop/private.h \
	plugins/engine-fisco/amop/relay.c \
	plugins/engine-fisco/amop/topics.c plugins/engine-fisco/amop/topics.h
