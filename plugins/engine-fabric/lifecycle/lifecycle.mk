# plugins/engine-fabric/lifecycle
fabric_engine_sources += \
	plugins/engine-fabric/lifecycle/lifecycle.h
