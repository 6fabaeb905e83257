# plugins/engine-xuper/verify
xuper_verify = \
	plugins/engine-xuper/verify/code.h \
	plugins/engine-xuper/verify/draft.h \
	plugins/engine-xuper/verify/verify.h
