# The checks of algorithms, and the second opinions that they are judged by.
libbsn_conform_la_SOURCES += \
	tools/conform/checks-cipher.c \
	tools/conform/checks-crypto.h tools/conform/checks-edges.c \
	tools/conform/checks-forgery.c tools/conform/checks-hash.c \
	tools/conform/checks-schemes.c tools/conform/checks-secp256k1.c \
	tools/conform/checks-signature.c \
	tools/conform/checks-signature-calls.c \
	tools/conform/checks-signature-keys.c \
	tools/conform/checks-sm2.c tools/conform/crypto-table.c \
	tools/conform/openssl.h \
	tools/conform/oracle-curve.c tools/conform/oracle-curve.h \
	tools/conform/oracle-hash.c tools/conform/oracle-hash.h \
	tools/conform/oracle-sign.c tools/conform/oracle-sign.h \
	tools/conform/scheme.c tools/conform/scheme.h \
	tools/conform/scheme-checks.h
