# plugins/engine-fisco/precompiled: contracts that the engine implements
libfisco_la_SOURCES += \
	plugins/engine-fisco/precompiled/address.c \
	plugins/engine-fisco/precompiled/address.h \
	plugins/engine-fisco/precompiled/args.c \
	plugins/engine-fisco/precompiled/args.h \
	plugins/engine-fisco/precompiled/call.c \
	plugins/engine-fisco/precompiled/call.h \
	plugins/engine-fisco/precompiled/codes.h \
	plugins/engine-fisco/precompiled/contract.c \
	plugins/engine-fisco/precompiled/contract.h \
	plugins/engine-fisco/precompiled/contracts.h \
	plugins/engine-fisco/precompiled/gas.h \
	plugins/engine-fisco/precompiled/objects.c \
	plugins/engine-fisco/precompiled/objects.h \
	plugins/engine-fisco/precompiled/precompiled.c \
	plugins/engine-fisco/precompiled/precompiled.h \
	plugins/engine-fisco/precompiled/results.c \
	plugins/engine-fisco/precompiled/results.h \
	plugins/engine-fisco/precompiled/statekey.c \
	plugins/engine-fisco/precompiled/statekey.h \
	plugins/engine-fisco/precompiled/sysconfig.c \
	plugins/engine-fisco/precompiled/sysconfig.h
