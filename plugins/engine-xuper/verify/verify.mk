# plugins/engine-xuper/verify
xuper_verify = \
	plugins/engine-xuper/verify/ahead.c \
	plugins/engine-xuper/verify/balance.c \
	plugins/engine-xuper/verify/code.c \
	plugins/engine-xuper/verify/code.h \
	plugins/engine-xuper/verify/crossed.c \
	plugins/engine-xuper/verify/draft.c \
	plugins/engine-xuper/verify/draft.h \
	plugins/engine-xuper/verify/draft_judge.c \
	plugins/engine-xuper/verify/draft_make.c \
	plugins/engine-xuper/verify/draft_private.h \
	plugins/engine-xuper/verify/generated.c \
	plugins/engine-xuper/verify/generated.h \
	plugins/engine-xuper/verify/id.h \
	plugins/engine-xuper/verify/inputs.c \
	plugins/engine-xuper/verify/judged.c \
	plugins/engine-xuper/verify/judged.h \
	plugins/engine-xuper/verify/missing.c \
	plugins/engine-xuper/verify/permission.c \
	plugins/engine-xuper/verify/reads.c \
	plugins/engine-xuper/verify/replay.c \
	plugins/engine-xuper/verify/shape.c \
	plugins/engine-xuper/verify/verify.h \
	plugins/engine-xuper/verify/verify_state.c \
	plugins/engine-xuper/verify/verify_static.c
