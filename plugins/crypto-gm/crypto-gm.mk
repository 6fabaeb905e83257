bsnplugin_LTLIBRARIES += crypto-gm.la
# SM2's field and scalars, which need neither GLib nor OpenSSL. What is for one
# processor only is empty for the others.
sm2_arithmetic = plugins/crypto-gm/limbs.h plugins/crypto-gm/fe.h \
	plugins/crypto-gm/fe_inline.h plugins/crypto-gm/fe_sums_x86_64.h \
	plugins/crypto-gm/fe_sums_aarch64.h plugins/crypto-gm/fe_paths.h \
	plugins/crypto-gm/fe.c plugins/crypto-gm/fe_portable.c \
	plugins/crypto-gm/fe_x86_64.S plugins/crypto-gm/fe_aarch64.S \
	plugins/crypto-gm/modinv.h plugins/crypto-gm/modinv.c \
	plugins/crypto-gm/sc.h plugins/crypto-gm/sc.c
# The algorithms without the plugin around them, as tests want them.
crypto_gm_algorithms = plugins/crypto-gm/gm.h $(sm2_arithmetic) \
	plugins/crypto-gm/sm2.c plugins/crypto-gm/sm2_curve.h \
	plugins/crypto-gm/sm2_curve.c plugins/crypto-gm/sm2_digest.h \
	plugins/crypto-gm/sm2_digest.c plugins/crypto-gm/sm2_signers.h \
	plugins/crypto-gm/sm2_signers.c plugins/crypto-gm/sm3.c \
	plugins/crypto-gm/sm4.c
crypto_gm_la_SOURCES = plugins/crypto-gm/plugin.c $(crypto_gm_algorithms)
crypto_gm_la_CPPFLAGS = $(plugin_flags) $(CRYPTO_CFLAGS)
crypto_gm_la_LIBADD = $(GLIB_LIBS) $(CRYPTO_LIBS)
crypto_gm_la_LDFLAGS = $(plugin_link_flags)
