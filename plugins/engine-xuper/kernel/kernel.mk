# plugins/engine-xuper/kernel
xuper_kernel = \
	plugins/engine-xuper/kernel/acl.c \
	plugins/engine-xuper/kernel/agreement.c \
	plugins/engine-xuper/kernel/agreement.h \
	plugins/engine-xuper/kernel/args.c \
	plugins/engine-xuper/kernel/args.h \
	plugins/engine-xuper/kernel/buckets.h \
	plugins/engine-xuper/kernel/govern.c \
	plugins/engine-xuper/kernel/govern.h \
	plugins/engine-xuper/kernel/govern_private.h \
	plugins/engine-xuper/kernel/govern_token.c \
	plugins/engine-xuper/kernel/kernel.c \
	plugins/engine-xuper/kernel/kernel.h \
	plugins/engine-xuper/kernel/member.c \
	plugins/engine-xuper/kernel/members.c \
	plugins/engine-xuper/kernel/terms.c \
	plugins/engine-xuper/kernel/terms.h \
	plugins/engine-xuper/kernel/value.c \
	plugins/engine-xuper/kernel/value.h \
	plugins/engine-xuper/kernel/votes.c \
	plugins/engine-xuper/kernel/votes.h
