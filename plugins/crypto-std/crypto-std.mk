bsnplugin_PROGRAMS += modules/crypto-std.so
# The algorithms without the plugin around them, compiled once for the plugin,
# tools and tests.
noinst_LIBRARIES += libbsn-crypto-std.a
libbsn_crypto_std_a_SOURCES = plugins/crypto-std/std.h \
	plugins/crypto-std/ecdsa_p256.c plugins/crypto-std/ecdsa_p256.h \
	plugins/crypto-std/ecdsa_p256_verify.c \
	plugins/crypto-std/ecdsa_p256_tables.h \
	plugins/crypto-std/ecdsa_p256_tables.c plugins/crypto-std/ed25519.c \
	plugins/crypto-std/item.c plugins/crypto-std/keccak.h \
	plugins/crypto-std/keccak.c plugins/crypto-std/keccak_f.h \
	plugins/crypto-std/keccak_f.inc plugins/crypto-std/keccak_f.c \
	plugins/crypto-std/keccak_many.c plugins/crypto-std/scalar.c \
	plugins/crypto-std/secp256k1.c plugins/crypto-std/sha256.c
libbsn_crypto_std_a_CPPFLAGS = $(modules_crypto_std_so_CPPFLAGS)
libbsn_crypto_std_libs = libbsn-crypto-std.a $(GLIB_LIBS) $(CRYPTO_LIBS) \
	$(SECP256K1_LIBS)
modules_crypto_std_so_SOURCES = plugins/crypto-std/plugin.c
modules_crypto_std_so_CPPFLAGS = $(plugin_flags) $(CRYPTO_CFLAGS) \
	$(SECP256K1_CFLAGS)
modules_crypto_std_so_LDADD = $(libbsn_crypto_std_libs)
modules_crypto_std_so_LDFLAGS = $(plugin_link_flags)
