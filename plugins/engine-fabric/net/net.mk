# plugins/engine-fabric/net
fabric_engine_sources += \
	plugins/engine-fabric/net/net.h
