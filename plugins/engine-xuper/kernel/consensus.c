/* SPDX-License-Identifier: Apache-2.0
 *
 * $consensus: another protocol or another config for the one that is, decided by
 * a proposal: {"name":"tdpos","config":{...},"validators":["ADDRESS",...]}.
 * Without validators they stay who they are.
 */
#include "plugins/engine-xuper/kernel/consensus.h"

#include <string.h>

#include <bsn/helpers/bytes.h>
#include <bsn/helpers/error.h>

#include "plugins/engine-xuper/kernel/args.h"
#include "plugins/engine-xuper/kernel/terms.h"

#define ARGS_MAX 65536u

/* The agreement that is wanted; borrows from args and the present terms. */
typedef struct {
	const char *name;
	json_t *config; /* owned */
	const json_t *validators;
} Wanted;

static void
wanted_clear(Wanted *wanted)
{
	json_decref(wanted->config);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Wanted, wanted_clear)

static int32_t
read_wanted(const json_t *args, const Terms *terms, Wanted *wanted,
	    bsn_err *err)
{
	JsonFields fields = fields_of(args, "args", err);

	wanted->name = fields_string(&fields, "name", PROTOCOL_NAME_MAX, "");
	wanted->config = protocol_config(fields_object(&fields, "config"));
	wanted->validators =
		fields_array(&fields, "validators", VALIDATORS_MAX);
	fields_require(&fields, "name", "the protocol");
	fields_require(&fields, "config", "its config, {...}");
	if (fields_end(&fields) != BSN_OK)
		return fields.status;
	if (wanted->validators == NULL)
		wanted->validators = terms->validators;
	return protocol_check(wanted->name, wanted->config,
			      json_array_size(wanted->validators), err);
}

/* What is built upon the last block of the old protocol is dropped. Under proof of
 * work that is the very thing that makes it final, and nothing else proves to who
 * comes later that it was the last. */
static int32_t
check_leaves(const Terms *terms, const Wanted *wanted, bsn_err *err)
{
	if (strcmp(terms->protocol, "pow") != 0 ||
	    (strcmp(wanted->name, "pow") == 0 &&
	     json_equal(wanted->config, terms->config)))
		return BSN_OK;
	return bsn_fail(err, BSN_BAD_REQUEST,
			"a chain under pow stays with it and its config, since "
			"nothing proves where it would end: its members may "
			"change, or a new chain begins");
}

static int32_t
check(Sandbox *box, const json_t *args, const Terms *terms, Wanted *wanted,
      bsn_err *err)
{
	int32_t status = read_wanted(args, terms, wanted, err);

	if (status == BSN_OK)
		status = members_check(box, wanted->validators, err);
	if (status != BSN_OK)
		return status;
	status = check_leaves(terms, wanted, err);
	if (status != BSN_OK)
		return status;
	if (strcmp(wanted->name, terms->protocol) == 0 &&
	    json_equal(wanted->config, terms->config) &&
	    json_equal(wanted->validators, terms->validators))
		return bsn_fail(err, BSN_DUPLICATE,
				"the chain agrees like that already");
	return BSN_OK;
}

int32_t
consensus_check(Sandbox *box, const json_t *args, bsn_err *err)
{
	g_auto(Terms) terms = { 0 };
	g_auto(Wanted) wanted = { 0 };
	int32_t status = terms_read(box, &terms, err);

	return status == BSN_OK ? check(box, args, &terms, &wanted, err)
				: status;
}

static int32_t
update(KernelCall *call, bsn_err *err)
{
	g_autoptr(json_t) args = NULL;
	g_auto(Terms) terms = { 0 };
	g_auto(Wanted) wanted = { 0 };
	int32_t status;

	if (!called_by(call, "$proposal", err))
		return BSN_DENIED;
	args = json_parse_object(kernel_arg(call, "args"), ARGS_MAX, "args",
				 &status, err);
	if (args == NULL)
		return status;
	status = terms_read(call->box, &terms, err);
	if (status == BSN_OK)
		status = check(call->box, args, &terms, &wanted, err);
	if (status == BSN_OK)
		status = members_appoint(call->box, wanted.validators,
					 terms.validators, err);
	if (status == BSN_OK)
		status = terms_write(call->box, wanted.name, wanted.config,
				     wanted.validators, err);
	return status;
}

static int32_t
query(KernelCall *call, bsn_err *err)
{
	g_auto(Terms) terms = { 0 };
	int32_t status = terms_read(call->box, &terms, err);

	if (status == BSN_OK)
		answer_json(call, terms.json);
	return status;
}

const KernelMethod kernel_consensus[] = {
	{ "$consensus", "updateConsensus", update, 0, "args, height" },
	{ "$consensus", "queryConsensus", query, KERNEL_READS, "" },
	{ NULL, NULL, NULL, 0, NULL },
};
