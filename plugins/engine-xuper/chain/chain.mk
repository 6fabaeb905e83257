# plugins/engine-xuper/chain
xuper_chain = \
	plugins/engine-xuper/chain/chain.h
