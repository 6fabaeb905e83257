# plugins/engine-fisco/snapshot: joining by a late state
libfisco_a_SOURCES += \
	plugins/engine-fisco/snapshot/deltas.c \
	plugins/engine-fisco/snapshot/deltas.h \
	plugins/engine-fisco/snapshot/entries.c \
	plugins/engine-fisco/snapshot/entries.h \
	plugins/engine-fisco/snapshot/gather.c \
	plugins/engine-fisco/snapshot/gather.h \
	plugins/engine-fisco/snapshot/install.c \
	plugins/engine-fisco/snapshot/install.h \
	plugins/engine-fisco/snapshot/jump.c \
	plugins/engine-fisco/snapshot/jump.h \
	plugins/engine-fisco/snapshot/lthash.c \
	plugins/engine-fisco/snapshot/lthash.h \
	plugins/engine-fisco/snapshot/manifest.c \
	plugins/engine-fisco/snapshot/manifest.h \
	plugins/engine-fisco/snapshot/section.c \
	plugins/engine-fisco/snapshot/section.h \
	plugins/engine-fisco/snapshot/snapshot.c \
	plugins/engine-fisco/snapshot/snapshot.h \
	plugins/engine-fisco/snapshot/source.c \
	plugins/engine-fisco/snapshot/source.h \
	plugins/engine-fisco/snapshot/undo.c \
	plugins/engine-fisco/snapshot/undo.h \
	plugins/engine-fisco/snapshot/walk.c \
	plugins/engine-fisco/snapshot/walk.h
