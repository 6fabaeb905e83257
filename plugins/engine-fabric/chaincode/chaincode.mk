# plugins/engine-fabric/chaincode
noinst_LIBRARIES += libfabric-chaincode.a
libfabric_chaincode_a_SOURCES = \
	plugins/engine-fabric/chaincode/admit.c \
	plugins/engine-fabric/chaincode/call.h \
	plugins/engine-fabric/chaincode/calls.c \
	plugins/engine-fabric/chaincode/calls.h \
	plugins/engine-fabric/chaincode/cscc.c \
	plugins/engine-fabric/chaincode/pack.c \
	plugins/engine-fabric/chaincode/private_data.c \
	plugins/engine-fabric/chaincode/qscc.c \
	plugins/engine-fabric/chaincode/queries.c \
	plugins/engine-fabric/chaincode/run.c \
	plugins/engine-fabric/chaincode/run.h \
	plugins/engine-fabric/chaincode/runtimes.c \
	plugins/engine-fabric/chaincode/shim.c \
	plugins/engine-fabric/chaincode/shim.h \
	plugins/engine-fabric/chaincode/system.c
libfabric_chaincode_a_CPPFLAGS = $(fabric_flags)
$(libfabric_chaincode_a_OBJECTS): $(fabric_proto_made)
