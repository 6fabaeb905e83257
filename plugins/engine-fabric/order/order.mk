# plugins/engine-fabric/order
fabric_engine_sources += \
	plugins/engine-fabric/order/order.h
