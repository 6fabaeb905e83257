/* SPDX-License-Identifier: Apache-2.0
 *
 * Any bytes as a signed report or certificate of conformance, and as what one
 * holds: what is said about it is printable lines, or one reason.
 */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "host/plugin/certificate.h"
#include "host/plugin/envelope.h"
#include "host/plugin/signature.h"
#include "tools/conform/report.h"
#include "tools/conform/verify.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void
check_reason(const char *why)
{
	if (why == NULL || why[0] == '\0')
		abort();
}

static void
check_lines(const GString *out)
{
	if (out->len == 0 || !g_utf8_validate_len(out->str, out->len, NULL))
		abort();
	for (gsize i = 0; i < out->len; i++)
		if (g_ascii_iscntrl(out->str[i]) && out->str[i] != '\n')
			abort();
}

static void
describe(const char *type, GBytes *payload)
{
	g_autoptr(GString) out = g_string_new(NULL);
	g_autofree char *why = NULL;

	if (verify_describe(type, payload, out, &why))
		check_lines(out);
	else
		check_reason(why);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	g_autoptr(GBytes) bytes = g_bytes_new(data, size);
	g_autofree char *why = NULL;
	g_autoptr(Envelope) envelope = envelope_parse(data, size, &why);

	if (envelope == NULL) {
		check_reason(why);
	} else {
		signature_holds(envelope->key, envelope->message,
				envelope->signature);
		describe(envelope->type, envelope->payload);
	}
	describe(REPORT_SCHEMA, bytes);
	return 0;
}
