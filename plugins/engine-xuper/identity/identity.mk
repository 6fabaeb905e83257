# plugins/engine-xuper/identity
xuper_identity = \
	plugins/engine-xuper/identity/acl.c \
	plugins/engine-xuper/identity/acl.h \
	plugins/engine-xuper/identity/acl_judge.c \
	plugins/engine-xuper/identity/acl_private.h \
	plugins/engine-xuper/identity/address.c \
	plugins/engine-xuper/identity/address.h \
	plugins/engine-xuper/identity/base58.c \
	plugins/engine-xuper/identity/base58.h \
	plugins/engine-xuper/identity/key.c \
	plugins/engine-xuper/identity/suite.c \
	plugins/engine-xuper/identity/suite.h
