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
	return status;
}

#endif /* BSN_HELPERS_ERROR_H */
