bsnplugin_LTLIBRARIES += crypto-std.la
# The algorithms without the plugin around them, compiled once for the plugin,
# tools and tests.
noinst_LTLIBRARIES += libbsn-crypto-std.la
libbsn_crypto_std_la_SOURCES = plugins/crypto-std/std.h \
	plugins/crypto-std/ecdsa_p256.c plugins/crypto-std/ecdsa_p256.h \
	plugins/crypto-std/ecdsa_p256_verify.c \
	plugins/crypto-std/ecdsa_p256_tables.h \
	plugins/crypto-std/ecdsa_p256_tables.c plugins/crypto-std/ed25519.c \
	plugins/crypto-std/item.c plugins/crypto-std/keccak.h \
	plugins/crypto-std/keccak.c plugins/crypto-std/keccak_f.h \
	plugins/crypto-std/keccak_f.inc plugins/crypto-std/keccak_f.c \
	plugins/crypto-std/keccak_many.c plugins/crypto-std/scalar.c \
	plugins/crypto-std/secp256k1.c plugins/crypto-std/sha256.c
libbsn_crypto_std_la_CPPFLAGS = $(crypto_std_la_CPPFLAGS)
libbsn_crypto_std_la_LIBADD = $(GLIB_LIBS) $(CRYPTO_LIBS) $(SECP256K1_LIBS)
crypto_std_la_SOURCES = plugins/crypto-std/plugin.c
crypto_std_la_CPPFLAGS = $(plugin_flags) $(CRYPTO_CFLAGS) $(SECP256K1_CFLAGS)
crypto_std_la_LIBADD = libbsn-crypto-std.la
crypto_std_la_LDFLAGS = $(plugin_link_flags)
