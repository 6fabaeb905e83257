# bsn-conform: judges a plugin by the standard and reports about it. All of it
# but main is a library, so that tests link it too.
conform_flags = $(AM_CPPFLAGS) $(GLIB_CFLAGS) $(CRYPTO_CFLAGS) $(JANSSON_CFLAGS)
noinst_LTLIBRARIES += libbsn-conform.la
libbsn_conform_la_CPPFLAGS = $(conform_flags)
libbsn_conform_la_LIBADD = libbsn-plugin-check.la $(GLIB_LIBS) $(CRYPTO_LIBS) \
	$(JANSSON_LIBS)
libbsn_conform_la_SOURCES = \
	host/plugin/certificate.c host/plugin/certificate.h \
	host/plugin/digest.c host/plugin/digest.h \
	host/plugin/envelope.c host/plugin/envelope.h \
	host/plugin/signature.c host/plugin/signature.h \
	tools/conform/check.h \
	tools/conform/level.c tools/conform/level.h \
	tools/conform/markup.c tools/conform/markup.h \
	tools/conform/progress.c tools/conform/progress.h \
	tools/conform/report.c tools/conform/report.h \
	tools/conform/report-html.c tools/conform/report-html.h \
	tools/conform/report-html-checks.c \
	tools/conform/report-html-style.c tools/conform/report-html-style.h \
	tools/conform/report-json.c tools/conform/report-junit.c \
	tools/conform/report-tap.c tools/conform/report-tree.c \
	tools/conform/result.c tools/conform/result.h \
	tools/conform/rows.c tools/conform/rows.h \
	tools/conform/sign.c tools/conform/sign.h \
	tools/conform/text.c tools/conform/text.h \
	tools/conform/verify.c tools/conform/verify.h
