/* SPDX-License-Identifier: Apache-2.0 */
#include "plugins/engine-xuper/verify/judged.h"

#include <stdarg.h>
#include <stdio.h>

#include <bsn/helpers/error.h>

static const struct {
	gint code;
	int32_t status;
	const char *text;
} codes[] = {
#define X(name, number, status, text) { number, status, text },
	XUPER_CODES(X)
#undef X
};

int32_t
code_status(gint code)
{
	if (code < 0)
		return code;
	for (guint i = 0; i < G_N_ELEMENTS(codes); i++)
		if (codes[i].code == code)
			return codes[i].status;
	return BSN_E_INTERNAL;
}

const char *
code_text(gint code)
{
	for (guint i = 0; i < G_N_ELEMENTS(codes); i++)
		if (codes[i].code == code)
			return codes[i].text;
	return "the node could not judge it";
}

gint
refuse(bsn_err *err, gint code, const char *format, ...)
{
	va_list args;

	if (err == NULL)
		return code;
	va_start(args, format);
	(void)vsnprintf(err->reason, sizeof(err->reason), format, args);
	va_end(args);
	bsn_reason_mend(err->reason);
	err->native = code;
	return code;
}

gint
broke(int32_t status, bsn_err *err)
{
	if (status < 0)
		return status;
	return bsn_fail(err, BSN_E_CORRUPT,
			"the state answers %d where it cannot", status);
}
