# plugins/engine-xuper/identity
xuper_identity = \
	plugins/engine-xuper/identity/acl.h \
	plugins/engine-xuper/identity/address.h \
	plugins/engine-xuper/identity/suite.h
