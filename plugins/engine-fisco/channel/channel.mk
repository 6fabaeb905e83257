# plugins/engine-fisco/channel: FISCO's SDK channel (bsn.engine.stream/1)
libfisco_a_SOURCES += \
	plugins/engine-fisco/channel/amop.c \
	plugins/engine-fisco/channel/channel.c \
	plugins/engine-fisco/channel/channel.h \
	plugins/engine-fisco/channel/clients.h \
	plugins/engine-fisco/channel/events.c \
	plugins/engine-fisco/channel/events.h \
	plugins/engine-fisco/channel/frame.c \
	plugins/engine-fisco/channel/frame.h \
	plugins/engine-fisco/channel/notice.c \
	plugins/engine-fisco/channel/verify.c \
	plugins/engine-fisco/channel/verify.h
