# plugins/engine-fabric/endorse
fabric_engine_sources += \
	plugins/engine-fabric/endorse/endorse.h
