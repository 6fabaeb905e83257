# plugins/engine-fabric/members
fabric_engine_sources += \
	plugins/engine-fabric/members/members.h
