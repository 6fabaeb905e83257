# plugins/engine-fabric/chaincode
fabric_engine_sources += \
	plugins/engine-fabric/chaincode/admit.c \
	plugins/engine-fabric/chaincode/call.h \
	plugins/engine-fabric/chaincode/cscc.c \
	plugins/engine-fabric/chaincode/qscc.c \
	plugins/engine-fabric/chaincode/queries.c \
	plugins/engine-fabric/chaincode/run.c \
	plugins/engine-fabric/chaincode/run.h \
	plugins/engine-fabric/chaincode/runtimes.c \
	plugins/engine-fabric/chaincode/shim.c \
	plugins/engine-fabric/chaincode/shim.h \
	plugins/engine-fabric/chaincode/system.c
