/* SPDX-License-Identifier: Apache-2.0
 *
 * plugins/chaincode/utf8_locale.h: libarchive brings names to the charset of
 * the thread's locale; names are UTF-8 here whatever the process was started
 * with.
 *
 *	G_GNUC_UNUSED g_auto(Utf8Locale) locale = utf8_locale_enter();
 */
#ifndef CHAINCODE_UTF8_LOCALE_H
#define CHAINCODE_UTF8_LOCALE_H

#include <glib.h>
#include <locale.h>

typedef struct {
	locale_t utf8; /* 0: this C library has none */
	locale_t before;
} Utf8Locale;

/* [any] */
static inline Utf8Locale
utf8_locale_enter(void)
{
	Utf8Locale locale = { newlocale(LC_CTYPE_MASK, "C.UTF-8", (locale_t)0),
			      (locale_t)0 };

	if (locale.utf8 != (locale_t)0)
		locale.before = uselocale(locale.utf8);
	return locale;
}

/* On the same thread. */
static inline void
utf8_locale_leave(Utf8Locale *locale)
{
	if (locale->utf8 == (locale_t)0)
		return;
	uselocale(locale->before);
	freelocale(locale->utf8);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Utf8Locale, utf8_locale_leave)

#endif
