/* SPDX-License-Identifier: Apache-2.0
 *
 * Request targets: path and query; and the end of a head, found whole or in two
 * parts alike.
 */
#include <stdint.h>
#include <stdlib.h>

#include <bsn/helpers/error.h>
#include <glib.h>

#include "host/gateway/head_scan.h"
#include "host/gateway/target.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void
scan_in_parts(const uint8_t *data, size_t size)
{
	HeadScan whole = { 0 }, parts = { 0 };

	head_scan(&whole, data, size);
	head_scan(&parts, data, size / 2);
	head_scan(&parts, data + size / 2, size - size / 2);
	if (whole.done != parts.done || whole.length != parts.length ||
	    whole.length > size)
		abort();
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	g_autofree char *uri = g_strndup((const char *)data, size);
	bsn_err err = BSN_ERR_INIT;
	Target target;

	target_parse(uri, &target, &err);
	for (guint i = 0; i < target.segment_count; i++)
		if (!g_utf8_validate(target.segments[i], -1, NULL))
			abort();
	target_clear(&target);
	if (size > 0)
		scan_in_parts(data, size);
	return 0;
}
