# plugins/engine-xuper/ledger
xuper_ledger = \
	plugins/engine-xuper/ledger/effects.h \
	plugins/engine-xuper/ledger/ledger.h
