# plugins/engine-xuper/contract
xuper_contract = \
	plugins/engine-xuper/contract/build.h \
	plugins/engine-xuper/contract/run.h \
	plugins/engine-xuper/contract/sandbox.h
