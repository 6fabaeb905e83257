# plugins/engine-fabric/chaincode
fabric_engine_sources += \
	plugins/engine-fabric/chaincode/run.h
