bsnplugin_PROGRAMS += modules/crypto-gm.so
# SM2's field and scalars, which need neither GLib nor OpenSSL. What is for one
# processor only is empty for the others.
sm2_arithmetic = plugins/crypto-gm/limbs.h plugins/crypto-gm/fe.h \
	plugins/crypto-gm/fe_inline.h plugins/crypto-gm/fe_sums_x86_64.h \
	plugins/crypto-gm/fe_sums_aarch64.h plugins/crypto-gm/fe_paths.h \
	plugins/crypto-gm/fe.c plugins/crypto-gm/fe_portable.c \
	plugins/crypto-gm/fe_x86_64.S plugins/crypto-gm/fe_aarch64.S \
	plugins/crypto-gm/modinv.h plugins/crypto-gm/modinv.c \
	plugins/crypto-gm/sc.h plugins/crypto-gm/sc.c
crypto_gm_sm3 = plugins/crypto-gm/sm3.h plugins/crypto-gm/sm3_parts.h \
	plugins/crypto-gm/sm3_rounds.inc plugins/crypto-gm/sm3_side.inc \
	plugins/crypto-gm/sm3.c plugins/crypto-gm/sm3_path.c \
	plugins/crypto-gm/sm3_scalar.c \
	plugins/crypto-gm/sm3_avx2.c plugins/crypto-gm/sm3_avx512.c \
	plugins/crypto-gm/sm3_many.c plugins/crypto-gm/sm3_hash.c
# Points and multiples of them, templates included.
sm2_points = plugins/crypto-gm/secret.h plugins/crypto-gm/secret.c \
	plugins/crypto-gm/window.h plugins/crypto-gm/point.inc \
	plugins/crypto-gm/point.h plugins/crypto-gm/mul.inc \
	plugins/crypto-gm/scan.h plugins/crypto-gm/scan.c \
	plugins/crypto-gm/lanes.h plugins/crypto-gm/lanes_fe.h \
	plugins/crypto-gm/lanes.c \
	plugins/crypto-gm/sm2_curve.h plugins/crypto-gm/sm2_curve.c
sm2_signatures = plugins/crypto-gm/sm2_digest.h \
	plugins/crypto-gm/sm2_digest.c plugins/crypto-gm/sm2_signers.h \
	plugins/crypto-gm/sm2_signers.c plugins/crypto-gm/sm2_nonce.h \
	plugins/crypto-gm/sm2_nonce.c plugins/crypto-gm/sm2_sign.h \
	plugins/crypto-gm/sm2_sign.c plugins/crypto-gm/sm2_numbers.h \
	plugins/crypto-gm/sm2_numbers.c plugins/crypto-gm/sm2_keys.h \
	plugins/crypto-gm/sm2_keys.c plugins/crypto-gm/sm2_verify.h \
	plugins/crypto-gm/sm2_verify.c plugins/crypto-gm/sm2_batch.c \
	plugins/crypto-gm/sm2.c
sm2_public_key = plugins/crypto-gm/public_key.h \
	plugins/crypto-gm/public_key.c plugins/crypto-gm/sm2_kdf.h \
	plugins/crypto-gm/sm2_kdf.c plugins/crypto-gm/sm2_cipher_der.h \
	plugins/crypto-gm/sm2_cipher_der.c plugins/crypto-gm/sm2_encrypt.h \
	plugins/crypto-gm/sm2_encrypt.c plugins/crypto-gm/sm2_agree.h \
	plugins/crypto-gm/sm2_agree.c
# The algorithms without the plugin around them, compiled once for the plugin,
# tools and tests.
noinst_LIBRARIES += libbsn-crypto-gm.a
libbsn_crypto_gm_a_SOURCES = plugins/crypto-gm/gm.h $(sm2_arithmetic) \
	$(sm2_points) $(sm2_signatures) $(sm2_public_key) $(crypto_gm_sm3) \
	plugins/crypto-gm/sm4.c
libbsn_crypto_gm_a_CPPFLAGS = $(modules_crypto_gm_so_CPPFLAGS)
libbsn_crypto_gm_libs = libbsn-crypto-gm.a $(GLIB_LIBS) $(CRYPTO_LIBS)
modules_crypto_gm_so_SOURCES = plugins/crypto-gm/plugin.c
modules_crypto_gm_so_CPPFLAGS = $(plugin_flags) $(CRYPTO_CFLAGS)
modules_crypto_gm_so_LDADD = $(libbsn_crypto_gm_libs)
modules_crypto_gm_so_LDFLAGS = $(plugin_link_flags)
