/* SPDX-License-Identifier: Apache-2.0
 *
 * Any bytes as what a certificate of conformance holds: one that is accepted is
 * whole, and is the same when it is written and read again.
 */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "host/plugin/certificate.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void
check(const Certificate *certificate)
{
	g_autoptr(GBytes) bytes = certificate_format(certificate);
	g_autofree char *why = NULL;
	g_autoptr(Certificate) again = certificate_parse(bytes, &why);

	if (certificate->level < 0 ||
	    certificate->level >= CERTIFICATE_LEVELS ||
	    strlen(certificate->digest) != strlen("sm3:") + 64)
		abort();
	if (again == NULL || again->level != certificate->level ||
	    again->edition != certificate->edition ||
	    strcmp(again->digest, certificate->digest) != 0 ||
	    strcmp(again->plugin, certificate->plugin) != 0 ||
	    strcmp(again->version, certificate->version) != 0 ||
	    strcmp(again->tool_version, certificate->tool_version) != 0 ||
	    strcmp(again->date, certificate->date) != 0)
		abort();
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	g_autoptr(GBytes) bytes = g_bytes_new(data, size);
	g_autofree char *why = NULL;
	g_autoptr(Certificate) certificate = certificate_parse(bytes, &why);

	if (certificate != NULL)
		check(certificate);
	else if (why == NULL || why[0] == '\0')
		abort();
	return 0;
}
