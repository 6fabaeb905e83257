# plugins/engine-fabric/order
noinst_LIBRARIES += libfabric-order.a
libfabric_order_a_SOURCES = \
	plugins/engine-fabric/order/admit.c \
	plugins/engine-fabric/order/admit.h \
	plugins/engine-fabric/order/agree.c \
	plugins/engine-fabric/order/agree.h \
	plugins/engine-fabric/order/answer.c \
	plugins/engine-fabric/order/candidate.c \
	plugins/engine-fabric/order/candidate.h \
	plugins/engine-fabric/order/check.c \
	plugins/engine-fabric/order/commit.c \
	plugins/engine-fabric/order/commit.h \
	plugins/engine-fabric/order/cut.c \
	plugins/engine-fabric/order/cut.h \
	plugins/engine-fabric/order/expect.c \
	plugins/engine-fabric/order/found.c \
	plugins/engine-fabric/order/found.h \
	plugins/engine-fabric/order/intake.c \
	plugins/engine-fabric/order/intake.h \
	plugins/engine-fabric/order/next.c \
	plugins/engine-fabric/order/order.c \
	plugins/engine-fabric/order/order.h \
	plugins/engine-fabric/order/pool.c \
	plugins/engine-fabric/order/pool.h \
	plugins/engine-fabric/order/private.h \
	plugins/engine-fabric/order/record.c \
	plugins/engine-fabric/order/record.h \
	plugins/engine-fabric/order/seen.c \
	plugins/engine-fabric/order/submit.c \
	plugins/engine-fabric/order/submit.h \
	plugins/engine-fabric/order/verdict.c \
	plugins/engine-fabric/order/verdict.h
libfabric_order_a_CPPFLAGS = $(fabric_flags)
$(libfabric_order_a_OBJECTS): $(fabric_proto_made)
