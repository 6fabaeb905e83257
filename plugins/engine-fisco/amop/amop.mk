# plugins/engine-fisco/amop: messages between applications
libfisco_la_SOURCES += \
	plugins/engine-fisco/amop/hub.c plugins/engine-fisco/amop/hub.h \
	plugins/engine-fisco/amop/hub-private.h \
	plugins/engine-fisco/amop/private.c \
	plugins/engine-fisco/amop/private.h \
	plugins/engine-fisco/amop/relay.c
