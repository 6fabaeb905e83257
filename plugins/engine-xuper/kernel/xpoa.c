/* SPDX-License-Identifier: Apache-2.0
 *
 * $xpoa: the validators name the next ones by signing together.
 */
#include <string.h>

#include <bsn/helpers/bytes.h>
#include <bsn/helpers/error.h>

#include "plugins/engine-xuper/kernel/args.h"
#include "plugins/engine-xuper/kernel/terms.h"

#define VALIDATES_MAX (VALIDATORS_MAX * ADDRESS_MAX)
#define MILLION 1000000u

static int32_t
read_xpoa(Sandbox *box, Terms *terms, bsn_err *err)
{
	int32_t status = terms_read(box, terms, err);

	if (status == BSN_OK && strcmp(terms->protocol, "xpoa") != 0)
		return bsn_fail(err, BSN_NOT_OFFERED,
				"validators of this chain are not edited: its "
				"protocol is %s",
				terms->protocol);
	return status;
}

/* ---- who must sign ----------------------------------------------------- */

/* More than two thirds, or the config's share rounded up: in millionths, so that
 * all nodes round alike. */
static gsize
needed(const Terms *terms, gsize n)
{
	const json_t *share = json_object_get(terms->config, "accept_value");
	guint64 millionths;

	if (share == NULL)
		return 2 * n / 3 + 1;
	millionths = (guint64)(json_number_value(share) * MILLION + 0.5);
	return (gsize)((n * millionths + MILLION - 1) / MILLION);
}

static int32_t
check_signers(const KernelCall *call, const Terms *terms, bsn_err *err)
{
	gsize n = json_array_size(terms->validators), have = 0;

	for (gsize i = 0; i < n; i++)
		have += has_signed(sandbox_env(call->box),
				   terms_at(terms->validators, i))
				? 1
				: 0;
	if (have >= needed(terms, n))
		return BSN_OK;
	return bsn_fail(err, BSN_DENIED,
			"%u of %u validators have signed, and %u must: name "
			"them in auth_require",
			(guint)have, (guint)n, (guint)needed(terms, n));
}

/* XuperChain's clients say which ACL they think to fulfil. It decides nothing
 * here, but it must be one of the validators'. */
static int32_t
check_acl(const KernelCall *call, const Terms *terms, bsn_err *err)
{
	bsn_slice rule = kernel_arg(call, "rule");
	int32_t status;
	g_autoptr(json_t) weights =
		json_parse_object(kernel_arg(call, "aksWeight"), VALIDATES_MAX,
				  "aksWeight", &status, err);
	const char *address;
	json_t *weight;

	if (rule.len > 0 && !bsn_slice_equal(rule, bsn_slice_str("1")))
		return bsn_fail(err, BSN_BAD_REQUEST,
				"the argument rule must be 1, a threshold");
	if (weights == NULL)
		return status;
	json_object_foreach(weights, address, weight)
		if (terms_find(terms->validators, address) < 0)
			return bsn_fail(err, BSN_BAD_REQUEST,
					"aksWeight names somebody who is no "
					"validator");
	return BSN_OK;
}

/* ---- the methods ------------------------------------------------------- */

static json_t *
read_validates(const KernelCall *call, bsn_err *err)
{
	g_autofree char *text =
		arg_text(call, "validates", VALIDATES_MAX, err);
	g_auto(GStrv) parts = NULL;
	json_t *validators;

	if (text == NULL)
		return NULL;
	parts = g_strsplit(text, ";", VALIDATORS_MAX + 1);
	validators = json_array();
	for (gsize i = 0; parts[i] != NULL; i++)
		json_array_append_new(validators, json_string(parts[i]));
	return validators;
}

static int32_t
edit(KernelCall *call, bsn_err *err)
{
	g_auto(Terms) terms = { 0 };
	g_autoptr(json_t) wanted = read_validates(call, err);
	int32_t status;

	if (wanted == NULL)
		return BSN_BAD_REQUEST;
	status = read_xpoa(call->box, &terms, err);
	if (status == BSN_OK)
		status = check_acl(call, &terms, err);
	if (status == BSN_OK)
		status = check_signers(call, &terms, err);
	if (status == BSN_OK)
		status = protocol_check(terms.protocol, terms.config,
					json_array_size(wanted), err);
	if (status != BSN_OK)
		return status;
	if (json_equal(wanted, terms.validators))
		return bsn_fail(err, BSN_DUPLICATE,
				"the validators are these already");
	status = members_appoint(call->box, wanted, terms.validators, err);
	if (status == BSN_OK)
		status = terms_write(call->box, terms.protocol, terms.config,
				     wanted, err);
	return status;
}

static int32_t
get(KernelCall *call, bsn_err *err)
{
	g_auto(Terms) terms = { 0 };
	g_autoptr(json_t) answer = NULL;
	int32_t status = read_xpoa(call->box, &terms, err);

	if (status != BSN_OK)
		return status;
	answer = json_pack("{s:O}", "validators", terms.validators);
	answer_json(call, answer);
	return BSN_OK;
}

const KernelMethod kernel_xpoa[] = {
	{ "$xpoa", "editValidates", edit, 0,
	  "validates, rule, acceptValue, aksWeight" },
	{ "$xpoa", "getValidates", get, KERNEL_READS, "" },
	{ NULL, NULL, NULL, 0, NULL },
};
