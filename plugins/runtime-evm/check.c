/* SPDX-License-Identifier: Apache-2.0 */
#include "plugins/runtime-evm/check.h"

#include <bsn/helpers/bytes.h>
#include <bsn/helpers/error.h>

#include "plugins/kit/json.h"
#include "plugins/runtime-evm/check/loops.h"
#include "plugins/runtime-evm/check/report.h"
#include "plugins/runtime-evm/gas.h"
#include "plugins/runtime-evm/opcodes.h"

/* Source text and maps of what is checked. */
#define OPTIONS_MAX (8u << 20)
#define SOURCES_MAX 4096u

typedef struct {
	guint8 forbidden[256];
	Lines lines;
} Wanted;

/* ---- options ------------------------------------------------------------- */

static gboolean
forbid(Wanted *wanted, const char *name)
{
	for (guint op = 0; name != NULL && op < G_N_ELEMENTS(opcode_info);
	     op++) {
		if (opcode_info[op].name == NULL ||
		    strcmp(opcode_info[op].name, name) != 0)
			continue;
		wanted->forbidden[op] = 1;
		return TRUE;
	}
	return FALSE;
}

static void
read_forbidden(JsonFields *fields, Wanted *wanted)
{
	const json_t *names = fields_array(fields, "forbidden_opcodes", 256);
	const json_t *name;
	size_t i;

	json_array_foreach(names, i, name)
		if (!forbid(wanted, json_string_value(name)))
			fields_fail(fields, "forbidden_opcodes",
				    "each must be an instruction's name in "
				    "capitals, such as \"SELFDESTRUCT\"");
}

static int32_t
read_options(const json_t *given, Wanted *wanted, bsn_err *err)
{
	JsonFields fields = fields_of(given, "options", err);

	read_forbidden(&fields, wanted);
	wanted->lines.constructor =
		fields_string(&fields, "source_map", OPTIONS_MAX, NULL);
	wanted->lines.runtime = fields_string(&fields, "deployed_source_map",
					      OPTIONS_MAX, NULL);
	wanted->lines.sources = fields_array(&fields, "sources", SOURCES_MAX);
	return fields_end(&fields);
}

/* ---- code ---------------------------------------------------------------- */

/* Where the metadata that compilers put behind begins, or the code's end: a
 * CBOR map of one to four entries whose first key is a text, and the length of
 * it all in two bytes. */
static guint64
code_end(bsn_slice code)
{
	guint64 len;
	const guint8 *map;

	if (code.len < 4)
		return code.len;
	len = (guint64)code.data[code.len - 2] << 8 | code.data[code.len - 1];
	if (len < 2 || len > code.len - 2)
		return code.len;
	map = code.data + code.len - 2 - len;
	if (map[0] < 0xa1 || map[0] > 0xa4 || map[1] < 0x61 || map[1] > 0x77)
		return code.len;
	return code.len - 2 - len;
}

static void
check_region(Region *region, const Wanted *wanted, json_t *findings)
{
	Paths paths;

	paths_follow(&paths, region);
	loops_mark(&paths, region);
	paths_clear(&paths);
	report_region(findings, region, &wanted->lines);
	if (region->incomplete)
		report_whole(findings, RULE_INCOMPLETE, "warning",
			     region->runtime ? "contract" : "constructor",
			     "the code has more paths than are followed: what "
			     "is listed may not be all; make it simpler or "
			     "have it reviewed");
}

static void
check_runtime(const Region *made_by, const Wanted *wanted, json_t *findings)
{
	bsn_slice code = bsn_slice_of(made_by->code.data + made_by->made_at,
				      made_by->made_len);
	Region region;

	if (code.len > EVM_CODE_MAX)
		report_whole(findings, RULE_CODE_SIZE, "error", "contract",
			     "the contract has more than 24576 bytes (EIP-170) "
			     "and cannot be deployed: split it, or let the "
			     "compiler optimise for size");
	region_init(&region,
		    bsn_slice_of(code.data, code_end(code)),
		    made_by->base + made_by->made_at, TRUE, wanted->forbidden);
	check_region(&region, wanted, findings);
	region_clear(&region);
}

static void
check_all(bsn_slice code, const Wanted *wanted, json_t *findings)
{
	Region region;

	region_init(&region, code, 0, FALSE, wanted->forbidden);
	check_region(&region, wanted, findings);
	if (region.made_len > 0)
		check_runtime(&region, wanted, findings);
	else if (region.returns)
		report_whole(findings, RULE_INCOMPLETE, "warning",
			     "constructor",
			     "which code the constructor makes cannot be told, "
			     "so it was not checked: deploy what a compiler "
			     "wrote, as it is");
	region_clear(&region);
}

static int32_t
check_size(bsn_slice code, bsn_err *err)
{
	if (code.len > EVM_INITCODE_MAX)
		return bsn_fail(err, BSN_TOO_LARGE,
				"the code has %" G_GUINT64_FORMAT
				" bytes; code to deploy may have %u",
				(guint64)code.len, EVM_INITCODE_MAX);
	if (code.len == 0)
		return bsn_fail(err, BSN_FAULT, "there is no code to deploy");
	return BSN_OK;
}

int32_t
check_code_with(bsn_slice code, bsn_slice options, bsn_sink *findings,
		bsn_err *err)
{
	int32_t status = check_size(code, err);
	g_autoptr(json_t) given = NULL;
	g_autoptr(json_t) list = NULL;
	Wanted wanted = { .lines = { NULL, NULL, NULL } };

	if (status != BSN_OK)
		return status;
	given = json_parse_object(options, OPTIONS_MAX, "options", &status,
				  err);
	if (given == NULL)
		return status;
	status = read_options(given, &wanted, err);
	if (status != BSN_OK)
		return status;
	list = json_array();
	check_all(code, &wanted, list);
	return json_write(list, findings);
}

int32_t
check_code(bsn_slice code, bsn_sink *findings, bsn_err *err)
{
	return check_code_with(code, bsn_slice_str("{}"), findings, err);
}
