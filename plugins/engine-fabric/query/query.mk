# plugins/engine-fabric/query
fabric_engine_sources += \
	plugins/engine-fabric/query/query.h
