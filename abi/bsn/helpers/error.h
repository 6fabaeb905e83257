/* SPDX-License-Identifier: Apache-2.0
 *
 * bsn/helpers/error.h: writing a reason. A convenience for plugin authors; not
 * part of the ABI.
 */
#ifndef BSN_HELPERS_ERROR_H
#define BSN_HELPERS_ERROR_H

#include <stdarg.h>
#include <stdio.h>

#include "../base.h"

#define BSN_ERR_INIT { sizeof(bsn_err), 0, { 0 } }

/* Bytes of the UTF-8 sequence (RFC 3629) that a NUL-terminated text begins
 * with; 0: it begins with none. [any] */
static inline int
bsn_utf8_len(const char *text)
{
	const unsigned char *at = (const unsigned char *)text;
	int len = at[0] < 0x80   ? 1
		  : at[0] < 0xc2 ? 0
		  : at[0] < 0xe0 ? 2
		  : at[0] < 0xf0 ? 3
		  : at[0] < 0xf5 ? 4
				 : 0;

	for (int i = 1; i < len; i++)
		if ((at[i] & 0xc0) != 0x80)
			return 0;
	/* Too long for what they say, surrogates, above U+10FFFF. */
	if ((at[0] == 0xe0 && at[1] < 0xa0) ||
	    (at[0] == 0xed && at[1] > 0x9f) ||
	    (at[0] == 0xf0 && at[1] < 0x90) || (at[0] == 0xf4 && at[1] > 0x8f))
		return 0;
	return len;
}

/* Makes any text a reason: what is no UTF-8 in it, because it quotes what came
 * from outside or was cut off, becomes "?", a control character a space.
 * [any] */
static inline void
bsn_reason_mend(char *text)
{
	while (*text != '\0') {
		int len = bsn_utf8_len(text);

		if (len == 0)
			*text = '?';
		else if ((unsigned char)*text < 0x20 || *text == 0x7f)
			*text = ' ';
		text += len > 0 ? len : 1;
	}
}

/* Writes a reason, printf style, to `err` (may be NULL) and returns `status`,
 * so that a function can end with `return bsn_fail(err, STATUS, ...)`. [any] */
#if defined(__GNUC__)
__attribute__((format(printf, 3, 4), unused))
#endif
static int32_t
bsn_fail(bsn_err *err, int32_t status, const char *format, ...)
{
	va_list args;

	if (err == NULL)
		return status;
	va_start(args, format);
	(void)vsnprintf(err->reason, sizeof(err->reason), format, args);
	va_end(args);
	bsn_reason_mend(err->reason);
	return status;
}

/* Like bsn_fail, with the framework's own code beside it. [any] */
#if defined(__GNUC__)
__attribute__((format(printf, 4, 5), unused))
#endif
static int32_t
bsn_fail_native(bsn_err *err, int32_t status, int32_t native,
		const char *format, ...)
{
	va_list args;

	if (err == NULL)
		return status;
	err->native = native;
	va_start(args, format);
	(void)vsnprintf(err->reason, sizeof(err->reason), format, args);
	va_end(args);
	bsn_reason_mend(err->reason);
	return status;
}

#endif /* BSN_HELPERS_ERROR_H */
