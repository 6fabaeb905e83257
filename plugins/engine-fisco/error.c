/* SPDX-License-Identifier: Apache-2.0 */
#include "plugins/engine-fisco/error.h"

#include <bsn/helpers/bytes.h>
#include <bsn/helpers/error.h>

#include "plugins/engine-fisco/precompiled/results.h"

int32_t
error_write(gboolean sm3, const char *text, bsn_sink *output)
{
	static const guint8 keccak_selector[] = { 0x08, 0xc3, 0x79, 0xa0 };
	static const guint8 sm3_selector[] = { 0xc7, 0x03, 0xcb, 0x12 };
	Results results;
	bsn_slice bytes;
	int32_t status = output->write(
		output, sm3 ? sm3_selector : keccak_selector, 4);

	results_init(&results);
	results_put_bytes(&results, bsn_slice_str(text));
	bytes = results_finish(&results);
	if (status == BSN_OK)
		status = output->write(output, bytes.data, bytes.len);
	results_clear(&results);
	return status;
}

int32_t
error_explain(int32_t status, const char *reason, bsn_err *err)
{
	if (status == BSN_OK || err == NULL || err->reason[0] != '\0')
		return status;
	return bsn_fail(err, status, "%s", reason);
}
